"""Tables of measured values, one module per check; what is missing from the metrics is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from lfassess.checks.base import Area
from lfassess.quantities import US, Quantities
from lfassess.report.areas import home
from lfassess.report.model import Table
from lfassess.report.tables import gbp, generic, onpage, pagespeed, security, semrush, visual

_TABLES: Final[Mapping[str, Callable[[Mapping[str, Any], Quantities], list[Table]]]] = {
    "security": security.tables,
    "gbp": gbp.tables,
    "semrush": semrush.tables,
    "visual": visual.tables,
    "llm_analysis": lambda _metrics, _figures: [],
}

# Checks whose metrics have tables for several areas.
_BY_AREA: Final[Mapping[str, Callable[[Mapping[str, Any], str, Quantities], list[Table]]]] = {
    "pagespeed": pagespeed.tables,
    "onpage": onpage.tables,
}
# Beside the checks that decide an area or found something in it.
_ALSO: Final = {Area.SECURITY.value: ("onpage",), Area.FIRST_IMPRESSION.value: ("onpage",)}


def tables(
    check: str, metrics: Mapping[str, Any], area: str | None = None, figures: Quantities = US
) -> tuple[Table, ...]:
    """Return the tables of a check that an area's section shows, its own area's by default.

    Words are English; figures and dates are written as ``figures`` does.
    """
    area = area or home(check)
    if check in _BY_AREA:
        return tuple(_BY_AREA[check](metrics, area, figures))
    if home(check) != area:
        return ()
    return tuple(_TABLES.get(check, generic.tables)(metrics, figures))


def telling(area: str, checks: Sequence[str]) -> list[str]:
    """Return the checks with tables for an area: those given, and others that know of it."""
    return list(dict.fromkeys((*checks, *_ALSO.get(area, ()))))


def source(check: str, metrics: Mapping[str, Any]) -> str | None:
    """Return what a check's metrics name as their source, if they do."""
    return pagespeed.source(metrics) if check == "pagespeed" else None
