"""The registry of checks: the packages here, and those that installed distributions offer.

A distribution offers a check by an entry point of the group ``lfassess.checks`` that names its
`Check`. See docs/how-to/add-a-check.md.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from lfassess.checks.base import Area, Check
from lfassess.errors import ConfigurationError, UsageError
from lfassess.plain_text import did_you_mean

GROUP: Final = "lfassess.checks"
# The spec's order; others follow, by name, before the one that reads all their results.
_ORDER: Final = ("pagespeed", "security", "gbp", "semrush", "visual", "onpage")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")  # tasks, rows and files are named by it


@cache
def all_checks() -> dict[str, Check]:
    """Return every check by name, in report order.

    Raises:
        ConfigurationError: an installed package's check can't be used.
    """
    found = _own()
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        check = _load(entry)
        if fault := _fault(check, found):
            raise _unusable(entry, fault)
        found[check.name] = check
    known = [name for name in _ORDER if name in found]
    others = sorted(found.keys() - set(known), key=lambda n: (found[n].depends_on_others, n))
    return {name: found[name] for name in [*known, *others]}


def require(names: Iterable[str], known: Iterable[str] | None = None) -> None:
    """Raise UsageError for a name that is no check's (none of the known), with the nearest one."""
    known = list(all_checks() if known is None else known)
    if unknown := [name for name in names if name not in known]:
        raise UsageError(
            f"There is no check named {', '.join(unknown)}.{did_you_mean(unknown[0], known)}",
            hint=f"The checks are: {', '.join(known)}.",
        )


def title_of(name: str) -> str:
    """Return a check's title; stored rows may name one that is no longer installed."""
    check = all_checks().get(name)
    return check.title if check else name.replace("_", " ").strip().capitalize() or "Other"


def own_area(name: str) -> Area | None:
    """Return the area that a check belongs to; None where it has none, or is not installed."""
    check = all_checks().get(name)
    return check.area if check else None


def _own() -> dict[str, Check]:
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return {m.CHECK.name: m.CHECK for m in modules if hasattr(m, "CHECK")}


def _load(entry: EntryPoint) -> Check:
    try:
        check = entry.load()
    except Exception as e:  # foreign code may fail in any way
        raise _unusable(entry, f"it can't be imported: {type(e).__name__}: {e}") from e
    if not isinstance(check, Check):
        raise _unusable(entry, "it is no lfassess.checks.base.Check")
    return check


def _fault(check: Check, others: dict[str, Check]) -> str | None:
    """Return why a check can't stand beside the others, or None."""
    if not _NAME.fullmatch(check.name):
        return f"{check.name!r} is no name: small letters, digits and underscores, please"
    if check.name in others:
        return f"there is another check named {check.name}"
    codes = {code for other in others.values() for code in other.kinds}
    if taken := sorted(codes & check.kinds.keys()):
        return f"another check has findings of the same code: {', '.join(taken)}"
    return None


def _unusable(entry: EntryPoint, fault: str) -> ConfigurationError:
    package = entry.dist.name if entry.dist else entry.value
    return ConfigurationError(
        f"The check {entry.name} of the package {package} can't be used: {fault}.",
        hint=f"Correct the package, or remove it: pip uninstall {package}",
    )
