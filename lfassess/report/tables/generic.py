"""Values of a check that the report knows nothing else about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number
from lfassess.quantities import US, Quantities
from lfassess.report.model import Cell, Table
from lfassess.report.tables.common import NONE, cell, table

_MAX_ROWS: Final = 30


def tables(metrics: Mapping[str, Any], figures: Quantities = US) -> list[Table]:
    """Return the plain values by name; whatever is nested is left to the JSON rendering."""
    rows = [
        (cell(_label(name)), _value(metrics, name, figures)) for name in sorted(metrics)[:_MAX_ROWS]
    ]
    return table("Measured values", ("Measure", "Value"), rows, technical=True)


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _value(metrics: Mapping[str, Any], name: str, figures: Quantities) -> Cell:
    value = metrics[name]
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    number = get_number(metrics, name)
    if number is not None:
        return Cell(figures.exact(number))
    return cell(value) if isinstance(value, str) else NONE
