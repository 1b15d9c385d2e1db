"""The registry of checks: every module in this package that offers a ``CHECK``."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from lfassess.checks.base import Check

# The spec's order; a dropped-in check follows after these.
_ORDER = ("pagespeed", "security", "gbp", "semrush", "visual", "onpage", "llm_analysis")


@cache
def all_checks() -> dict[str, Check]:
    """Return every check by name, in report order."""
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    found = {m.CHECK.name: m.CHECK for m in modules if hasattr(m, "CHECK")}
    known = [name for name in _ORDER if name in found]
    return {name: found[name] for name in [*known, *sorted(found.keys() - set(known))]}
