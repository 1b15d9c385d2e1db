"""Whatever a judge says in a test is held to have German words, too."""

from __future__ import annotations

import pytest

from lfassess.checks import all_checks
from lfassess.checks.advice_catalogue import evidence
from lfassess.checks.base import Finding
from lfassess.language import load

# Made up by tests: no site is without an address.
_ODD = {"the website is on "}


@pytest.fixture(autouse=True)
def german_words(monkeypatch):
    """Fail where an owner of a German report would miss what an English one reads.

    A sentence that is new needs one in configs/evidence/de.toml.
    """
    said: set[tuple[str, str]] = set()
    made = Finding.__post_init__

    def noted(self):
        made(self)
        said.add((self.code, self.evidence))

    monkeypatch.setattr(Finding, "__post_init__", noted)
    yield
    monkeypatch.undo()
    german, ours = load("de"), _ours()
    missing = {
        (code, text)
        for code, text in said
        if text and code in ours and text not in _ODD and evidence(code, text, german) is None
    }
    assert missing == set(), "these need a sentence under [CODE] in configs/evidence/de.toml"


def _ours():
    """Return the codes of our checks' findings: those of other packages bring no German."""
    return {code for check in all_checks().values() for code in check.kinds}
