"""Reasons that are stored, and what reads them again."""

from __future__ import annotations

import pytest

from lfassess import language
from lfassess.report import failure_texts
from lfassess.statuses import DeferredCode, SkipCode, skip_text


def test_stored_codes_stay():
    """Rows have them: whoever renames one writes a migration."""
    assert {str(code) for code in SkipCode} == {
        "no_website",
        "not_selected",
        "no_results",
        "cancelled",
        "not_configured",
    }
    assert {str(code) for code in DeferredCode} == {
        "rate",
        "concurrency",
        "quota",
        "breaker",
        "budget",
        "browser",
        "branch",
        "other",
    }


@pytest.mark.parametrize("code", SkipCode)
def test_operators_read_words_for_each_code_and_the_checks_own_where_it_has_any(code):
    assert skip_text(code.value, None).replace(" ", "").isalpha()
    assert skip_text(code, "no SEMRUSH_API_KEY is set") == "no SEMRUSH_API_KEY is set"
    assert skip_text(None, None) is None


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (SkipCode.NO_WEBSITE, "We know of no website"),
        (SkipCode.NOT_SELECTED, "wasn't part of the order"),
    ],
)
def test_customers_get_a_sentence_for_each_reason_that_concerns_them(code, says):
    assert says in failure_texts.skipped("visual", code, language.load())
