"""What a browser saw on the home page, phone and desktop side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lfassess.checks.loose import dict_in, number_in
from lfassess.report.facts.common import NONE, cell, table
from lfassess.report.model import Cell, Table

Json = Mapping[str, Any]

_MOST_ROWS: Final = 20
_UNITS: Final = {"ms": "ms", "px": "px", "bytes": "bytes"}


def tables(metrics: Json) -> list[Table]:
    """Return the plain values of both windows; what only one has is a dash in the other."""
    phone, desktop = dict_in(metrics, "mobile"), dict_in(metrics, "desktop")
    names = sorted({*phone, *desktop})[:_MOST_ROWS]
    rows = [(Cell(_label(name)), _value(phone, name), _value(desktop, name)) for name in names]
    return table("What the browser saw", ("Seen", "Phone", "Desktop"), rows)


def _label(name: str) -> str:
    words = name.split("_")
    if words[-1] in _UNITS:
        words = words[:-1]
    return " ".join(words).capitalize()


def _value(seen: Json, name: str) -> Cell:
    value = seen.get(name)
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    number = number_in(seen, name)
    if number is not None:
        return Cell(f"{number:,.10g} {_UNITS.get(name.rpartition('_')[2], '')}".strip())
    return cell(value) if isinstance(value, str) else NONE
