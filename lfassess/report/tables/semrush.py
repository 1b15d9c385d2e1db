"""Visibility in search, as SEMrush estimates it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.quantities import US, Quantities
from lfassess.report.model import Cell, Rating, Table
from lfassess.report.tables.common import NONE, cell, table
from lfassess.report.text import clean

Json = Mapping[str, Any]

_FIRST_PAGE: Final = 10
_SECOND_PAGE: Final = 20
_MAX_ROWS: Final = 10


def tables(metrics: Json, figures: Quantities = US) -> list[Table]:
    """Return overview, best keywords and competitors, each marked as an estimate."""
    database = clean(metrics.get("database"), 10).upper()
    note = f"Estimates by SEMrush{f', database {database}' if database else ''}."
    return [
        *table(
            "Visibility at a glance (estimate)",
            ("Measure", "Value"),
            _overview(metrics, figures),
            note,
        ),
        *table(
            "Your best searches (estimate)",
            ("Search", "Position", "Searches a month"),
            [_keyword(row, figures) for row in get_objects(metrics, "top_keywords")[:_MAX_ROWS]],
            "Positions 1 to 10 are the first page of results.",
        ),
        *table(
            "Who else is found for the same searches (estimate)",
            ("Website", "Searches in common", "Visitors a month"),
            [_competitor(row, figures) for row in _others(metrics)],
        ),
    ]


def _others(metrics: Json) -> Sequence[Json]:
    """Return the competitors, unless a chapter of their own shows them."""
    if get_objects(get_object(metrics, "contest"), "sites"):
        return []
    return get_objects(metrics, "competitors")[:_MAX_ROWS]


def _overview(metrics: Json, figures: Quantities) -> list[tuple[Cell, ...]]:
    authority = get_number(metrics, "authority")
    return [
        (Cell("Searches the site shows up for"), _whole(metrics, "organic_keywords", figures)),
        (Cell("Visitors a month from unpaid search"), _whole(metrics, "organic_traffic", figures)),
        (Cell("Websites that link to it"), _whole(metrics, "linking_domains", figures)),
        (Cell("Links in all"), _whole(metrics, "backlinks", figures)),
        (Cell("Authority"), NONE if authority is None else cell(f"{round(authority)} of 100")),
    ]


def _whole(row: Json, key: str, figures: Quantities) -> Cell:
    number = get_number(row, key)
    return NONE if number is None else Cell(figures.number(number))


def _keyword(row: Json, figures: Quantities) -> tuple[Cell, ...]:
    position = get_number(row, "position")
    if position is None:
        return (cell(get_text(row, "keyword")), NONE, NONE)
    rating: Rating = "good" if position <= _FIRST_PAGE else "fair"
    if position > _SECOND_PAGE:
        rating = "poor"
    shown = Cell(figures.number(position), rating)
    return (cell(get_text(row, "keyword")), shown, _whole(row, "search_volume", figures))


def _competitor(row: Json, figures: Quantities) -> tuple[Cell, ...]:
    name = cell(get_text(row, "domain"))
    return (name, _whole(row, "common_keywords", figures), _whole(row, "organic_traffic", figures))
