"""Numbers as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lfassess.quantities import Quantities, apart, data_size, duration, money, percent, plural


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 ms"), (0.2, "under 1 ms"), (1, "1 ms"), (740.4, "740 ms"), (999.4, "999 ms"),
        (999.6, "1.0 s"), (1000, "1.0 s"), (5432, "5.4 s"), (75_000, "75.0 s"),
    ],
)  # fmt: skip
def test_duration(ms, text):
    assert duration(ms) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 KB"), (1, "under 1 KB"), (999, "under 1 KB"), (1000, "1 KB"), (41_000, "41 KB"),
        (999_499, "999 KB"), (999_600, "1.0 MB"), (6_240_000, "6.2 MB"), (1.2e9, "1,200.0 MB"),
    ],
)  # fmt: skip
def test_data_size(size, text):
    assert data_size(size) == text


@pytest.mark.parametrize(
    ("value", "bound", "show", "text"),
    [
        (5400, 4000, duration, "5.4 s"),
        (4003, 4000, duration, "4.003 s"),
        (4000, 4000, duration, "4.0 s"),
        (600.4, 600, duration, "600.4 ms"),
        (5_120_001, 5_120_000, data_size, "just over 5.1 MB"),
        (5_160_000, 5_120_000, data_size, "5.2 MB"),
        (3999.99, 4000, duration, "just under 4.0 s"),
    ],
)
def test_value_is_told_from_its_bound(value, bound, show, text):
    assert apart(value, bound, show) == text


@given(st.floats(1, 1e9), st.floats(1, 1e9))
def test_value_never_reads_as_another_bound(value, bound):
    assume(value != bound)
    assert apart(value, bound, duration) != duration(bound)
    assert apart(value, bound, data_size) != data_size(bound)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1404, "1,404 files")]
)
def test_plural(count, text):
    assert plural(count, "file") == text


GERMANY = Quantities("de_DE", "unter {figure}", "knapp über {figure}", "knapp unter {figure}")
BRITAIN = Quantities("en_GB")


def test_figures_are_written_as_each_country_does():
    assert (GERMANY.number(1234.5, 1), BRITAIN.number(1234.5, 1)) == ("1.234,5", "1,234.5")
    assert (GERMANY.duration(4200), GERMANY.duration(0.2)) == ("4,2 s", "unter 1 ms")
    assert (GERMANY.data_size(6_240_000), GERMANY.data_size(1.2e9)) == ("6,2 MB", "1.200,0 MB")
    assert (GERMANY.exact(1.25), GERMANY.exact(3.0), GERMANY.exact(1500)) == ("1,25", "3", "1.500")
    assert GERMANY.apart(5_120_001, 5_120_000, GERMANY.data_size) == "knapp über 5,1 MB"
    assert GERMANY.plural(1404, "Datei", "Dateien") == "1.404 Dateien"


def test_percent():
    assert [percent(share) for share in (0, 0.004, 0.01, 0.376, 1)] == [
        "0%",
        "0.4%",
        "1%",
        "38%",
        "100%",
    ]
    assert GERMANY.percent(0.376) == "38\N{NO-BREAK SPACE}%"
    assert GERMANY.percent(0.286, 1) == "28,6\N{NO-BREAK SPACE}%"


def test_days_are_in_utc():
    at = datetime(2026, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert Quantities().day(at) == "February 28, 2026"
    assert BRITAIN.day(at) == "28 February 2026"
    assert GERMANY.day(at) == "28. Februar 2026"


def test_money_is_written_as_each_country_does():
    assert [money(usd) for usd in (1234.5, 0.1, 0.0123, 0)] == [
        "$1,234.50",
        "$0.10",
        "$0.0123",
        "$0.00",
    ]
    assert (GERMANY.money(1234.5, "EUR"), BRITAIN.money(3.2, "GBP")) == (
        "1.234,50\N{NO-BREAK SPACE}€",
        "£3.20",
    )
