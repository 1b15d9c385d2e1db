"""Every check says in a code of a closed list why it could not judge."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from lfassess.checks import all_checks

LISTS = {name: import_module(f"lfassess.checks.{name}.catalogue").REASONS for name in all_checks()}
DOCS = Path(__file__).parents[2] / "docs" / "reference" / "checks"
WALLED = {"desktop": {"title": "Just a moment...", "text_chars": 20}}
UNSEEN = [
    ("visual", {}, "visual.nothing"),
    ("visual", WALLED, "visual.bot_wall"),
    ("visual", {"desktop": {"status": 403, "text_chars": 900}}, "visual.turned_away"),
    ("visual", {"mobile": {"status": 200, "uniform_share": 1.0}}, "visual.blank"),
    ("onpage", {}, "onpage.nothing_stored"),
    ("security", {}, "security.nothing_stored"),
    ("gbp", {}, "gbp.no_match"),
    ("llm_analysis", {"answer": "?"}, "llm.unreadable"),
]


@pytest.mark.parametrize(("name", "evidence", "code"), UNSEEN)
def test_what_is_not_judged_has_a_code_and_words_for_customers(name, evidence, code):
    judgement = all_checks()[name].judge(evidence)
    assert judgement.metrics["reason"]["code"] == code
    assert judgement.score is None
    assert judgement.inconclusive.startswith(LISTS[name][code].wording)


@pytest.mark.parametrize("name", sorted(all_checks()))
def test_no_check_ends_in_words_without_a_code(name):
    broken = ({}, {"answer": None}, {"desktop": {"status": 429}}, {"mobile": 3})
    judged = [all_checks()[name].judge(evidence) for evidence in broken]
    codes = {j.metrics["reason"]["code"] for j in judged if j.inconclusive}
    assert codes <= LISTS[name].keys()


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_reason_is_documented(name):
    text = (DOCS / f"{name}.md").read_text()
    assert [code for code in LISTS[name] if f"`{code}`" not in text] == []
