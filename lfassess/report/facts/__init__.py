"""Tables of measured values, one module per check; what is missing from the metrics is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from lfassess.report.facts import first_look, other, profile, search, security, speed
from lfassess.report.model import Table

_TABLES: Final[Mapping[str, Callable[[Mapping[str, Any]], list[Table]]]] = {
    "pagespeed": speed.tables,
    "security": security.tables,
    "gbp": profile.tables,
    "semrush": search.tables,
    "visual": first_look.tables,
    "llm_analysis": lambda _metrics: [],
}


def tables(check: str, metrics: Mapping[str, Any]) -> tuple[Table, ...]:
    """Return the tables that a check's section shows."""
    return tuple(_TABLES.get(check, other.tables)(metrics))


def source(check: str, metrics: Mapping[str, Any]) -> str | None:
    """Return whom a check's metrics name as their source, if they do."""
    return speed.source(metrics) if check == "pagespeed" else None
