"""Reasons that are stored, and what reads them again."""

from __future__ import annotations

import pytest

from lfassess import language
from lfassess.report import failure_texts
from lfassess.statuses import Skipped


def test_stored_reasons_keep_their_wording():
    """Rows have them: whoever rewords one writes a migration."""
    assert {str(reason) for reason in Skipped} == {
        "no website",
        "not wanted",
        "no other check has a result",
        "cancelled",
    }


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (Skipped.NO_WEBSITE, "We know of no website"),
        (Skipped.NOT_SELECTED, "wasn't part of the order"),
    ],
)
def test_customers_get_a_sentence_for_each_reason_that_concerns_them(reason, says):
    assert says in failure_texts.skipped("visual", reason.value, language.load())
