"""The documentation keeps up with the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfassess.assessment.advice import _ADVICE
from lfassess.settings import Settings

ROOT = Path(__file__).parents[1]


def test_every_error_code_is_documented():
    text = (ROOT / "docs/reference/errors.md").read_text()
    assert [code for code in _ADVICE if f"`{code}`" not in text] == []


def test_every_setting_is_in_the_example():
    text = (ROOT / "configs/.env.example").read_text()
    names = {str(f.validation_alias.choices[0]) for f in Settings.model_fields.values()}
    assert sorted(name for name in names if f"#{name}=" not in text) == []


@pytest.mark.parametrize("document", [*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md"])
def test_links_lead_somewhere(document):
    import re

    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), target
