"""Whatever a judge says in a test is held to have German words, too."""

from __future__ import annotations

import pytest

from lfassess.checks import all_checks
from lfassess.checks.advice_catalogue import catalogue, evidence, worths
from lfassess.checks.base import Finding
from lfassess.language import load
from lfassess.report.text import is_technical

_CUT = "…"
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
    german, shown = load("de"), _shown()
    missing = {
        (code, text)
        for code, text in said
        if text and code in shown and not is_technical(text) and not text.endswith(_CUT)
        if text not in _ODD and evidence(code, text, german) is None
    }
    assert missing == set(), "these need a sentence under [CODE] in configs/evidence/de.toml"


def _shown():
    """Return the codes of findings whose evidence an owner reads."""
    ours = {code for check in all_checks().values() for code in check.kinds}
    advised = catalogue()
    return {c for c in ours if c in worths() or (c in advised and not advised[c].technical)}
