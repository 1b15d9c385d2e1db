"""Periods as people write them."""

from __future__ import annotations

import pytest

from lfassess.cli.param_types import parse_period, parse_share
from lfassess.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30m", 1800), ("24h", 86400), ("7d", 604800), ("1.5H", 5400)],
)
def test_reads_periods(text, seconds):
    assert parse_period(text) == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "7 days", "-1h"])
def test_refuses_what_is_none(text):
    with pytest.raises(UsageError, match="not a period"):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "share"), [("2%", 0.02), ("0.02", 0.02), ("100 %", 1.0), ("0", 0.0), ("1", 1.0)]
)
def test_reads_shares(text, share):
    assert parse_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "%", "two", "101%", "2", "-1%"])
def test_refuses_what_is_no_share(text):
    with pytest.raises(UsageError, match="not a percentage"):
        parse_share(text)
