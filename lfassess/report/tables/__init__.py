"""Tables of measured values, one module per check; what is missing from the metrics is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from lfassess.report.areas import home
from lfassess.report.model import Table
from lfassess.report.tables import gbp, generic, onpage, pagespeed, security, semrush, visual

_TABLES: Final[Mapping[str, Callable[[Mapping[str, Any]], list[Table]]]] = {
    "security": security.tables,
    "gbp": gbp.tables,
    "semrush": semrush.tables,
    "visual": visual.tables,
    "onpage": onpage.tables,
    "llm_analysis": lambda _metrics: [],
}


def tables(check: str, metrics: Mapping[str, Any], area: str | None = None) -> tuple[Table, ...]:
    """Return the tables of a check that an area's section shows, its own area's by default."""
    area = area or home(check)
    if check == "pagespeed":
        return tuple(pagespeed.tables(metrics, area))
    return tuple(_TABLES.get(check, generic.tables)(metrics)) if home(check) == area else ()


def source(check: str, metrics: Mapping[str, Any]) -> str | None:
    """Return whom a check's metrics name as their source, if they do."""
    return pagespeed.source(metrics) if check == "pagespeed" else None
