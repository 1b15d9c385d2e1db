"""The migrations form one chain, and its end is the revision that commands expect."""

from __future__ import annotations

import re
from pathlib import Path

from lfassess.db import migrations, revision

VERSIONS = Path(migrations.__path__[0]) / "versions"


def named(text, name):
    found = re.search(rf'^{name} = (?:"(\w+)"|None)$', text, re.MULTILINE)
    assert found, name
    return found[1]


def test_migrations_form_one_chain():
    texts = [path.read_text() for path in sorted(VERSIONS.glob("0*.py"))]
    revisions = [named(text, "revision") for text in texts]
    assert [named(text, "down_revision") for text in texts] == [None, *revisions[:-1]]
    assert len(set(revisions)) == len(revisions)
    assert revisions[-1] == revision.HEAD


def test_files_are_named_by_their_revision():
    for path in VERSIONS.glob("0*.py"):
        assert path.name.startswith(f"{named(path.read_text(), 'revision')}_")
