"""Periods as people write them."""

from __future__ import annotations

import pytest

from lfassess.cli.period import parse_period
from lfassess.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30m", 1800), ("24h", 86400), ("7d", 604800), ("1.5H", 5400)],
)
def test_reads_periods(text, seconds):
    assert parse_period(text) == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "7 days", "-1h"])
def test_refuses_what_is_none(text):
    with pytest.raises(UsageError, match="no period"):
        parse_period(text)
