"""Trades by the names that lists and Google give them."""

from __future__ import annotations

import pytest

from lfassess.config_files import read_toml
from lfassess.language import load
from lfassess.trades import column_of_trade, is_known, trade_called, trade_in


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("Plumbers", "plumber"),
        ("PLUMBING CONTRACTOR", "plumber"),
        ("Plumbing & Heating", "plumber"),
        ("Italian Restaurant", "restaurant"),
        ("Zahnärzte", "dentist"),
        ("Business services | Roofing", "roofer"),
        ("Dog  Grooming", "dog grooming"),
        ("Plumbing supply store", "plumbing supply store"),
        ("  ", None),
        ("4711", None),
        (None, None),
    ],
)
def test_names_of_one_trade_are_one(text, trade):
    assert trade_called(text) == trade
    assert trade is None or is_known(trade) == (trade in read_toml("trades.toml")["names"])


def test_the_column_that_says_it_best_counts():
    assert column_of_trade(["Name", "categoryName", "Primary Category"]) == "Primary Category"
    assert column_of_trade(["Name", "Notes"]) is None
    assert trade_in({"Industry": "Roofing", "Notes": "Plumber"}) == "roofer"
    assert trade_in({"Notes": "Plumber"}) is None


def test_no_name_is_of_two_trades():
    names = [n.lstrip("*") for all_ in read_toml("trades.toml")["names"].values() for n in all_]
    assert len(names) == len(set(names))
    assert [name for name in names if trade_called(name) is None] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_reports_have_a_name_for_each_trade(language):
    assert load(language).words["trades"].keys() == read_toml("trades.toml")["names"].keys()
