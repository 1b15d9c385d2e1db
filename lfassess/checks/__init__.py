"""The registry of checks: every module in this package that offers a ``CHECK``."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from lfassess.checks.base import Check

# The spec's order; a dropped-in check follows after these.
_ORDER = ("pagespeed", "security", "gbp", "semrush", "visual", "llm_analysis")


def all_checks() -> dict[str, Check]:
    """Return the checks of an audit by name, in report order."""
    return {name: check for name, check in every_check().items() if not check.alone}


@cache
def every_check() -> dict[str, Check]:
    """Return all checks by name, those that only run alone last."""
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    found = {m.CHECK.name: m.CHECK for m in modules if hasattr(m, "CHECK")}
    known = [name for name in _ORDER if name in found]
    return {name: found[name] for name in [*known, *sorted(found.keys() - set(known))]}
