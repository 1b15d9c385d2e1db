"""What has changed between two audits of one business, from stored findings; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lfassess.checks.advice_catalogue import HARDENING
from lfassess.checks.shared.json_access import get_objects, get_text
from lfassess.findings.consolidate import Found, consolidate, no_site_code

LEAST: Final = 5  # points of a score that are no accident of the measurement
_FAULTS: Final = ("critical", "high", "medium", "low")


class Kind(StrEnum):
    """What became of a lead, by what matters most."""

    GONE = "gone"  # no website of the business is seen any more
    BACK = "back"  # one is seen again
    WORSE = "worse"
    BETTER = "better"
    CHANGED = "changed"  # findings came or went, and no score tells better from worse


class Incomparable(StrEnum):
    """Why two audits' scores say nothing of each other."""

    UNSCORED = "unscored"
    RULES = "other_rules"
    AREAS = "other_areas"


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding that came or went."""

    check: str
    code: str
    severity: str
    title: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What is compared of an audit."""

    score: int | None
    version: str | None  # of the scoring rules
    found: Found  # findings of the completed checks, by check name
    areas: Sequence[int | None] = ()  # their scores, in one order; None: not measured


@dataclass(frozen=True, slots=True)
class Changes:
    """How a later audit differs from an earlier one."""

    kind: Kind | None  # None: in nothing that counts
    incomparable: Incomparable | None  # why the scores are; None where they can be compared
    new: tuple[Fault, ...]  # worst first
    fixed: tuple[Fault, ...]


def changes(before: Audit, after: Audit) -> Changes:
    """Return what has changed.

    A finding came or went only where its check was completed both times: what was not looked at is
    not fixed. Scores are compared where the same rules made both, of the same areas.
    """
    both = before.found.keys() & after.found.keys()
    old, now = _faults(before.found), _faults(after.found)
    new = [fault for key, fault in now.items() if key not in old and fault.check in both]
    fixed = [fault for key, fault in old.items() if key not in now and fault.check in both]
    incomparable = _incomparable(before, after)
    kind = _kind(before, after, incomparable) or (Kind.CHANGED if new or fixed else None)
    return Changes(kind, incomparable, _worst_first(new), _worst_first(fixed))


def _incomparable(before: Audit, after: Audit) -> Incomparable | None:
    if before.score is None or after.score is None:
        return Incomparable.UNSCORED
    if before.version != after.version:
        return Incomparable.RULES
    return None if same_areas(before.areas, after.areas) else Incomparable.AREAS


def same_areas(before: Sequence[int | None], after: Sequence[int | None]) -> bool:
    """Whether two audits measured the same areas; their scores, in one order, None where not."""
    return [area is None for area in before] == [area is None for area in after]


def _kind(before: Audit, after: Audit, incomparable: Incomparable | None) -> Kind | None:
    was_gone, is_gone = (no_site_code(a.found) is not None for a in (before, after))
    if was_gone != is_gone:
        return Kind.GONE if is_gone else Kind.BACK
    if incomparable is not None or before.score is None or after.score is None:
        return None
    difference = after.score - before.score
    if abs(difference) < LEAST:
        return None
    return Kind.BETTER if difference > 0 else Kind.WORSE


def _faults(found: Found) -> dict[str, Fault]:
    return {
        code: Fault(check, code, str(row["severity"]), get_text(row, "title") or code)
        for check, rows in consolidate(found).items()
        for row in get_objects({"rows": rows}, "rows")
        if row.get("severity") in _FAULTS
        and (code := get_text(row, "code"))
        and code not in HARDENING
    }


def _worst_first(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: _FAULTS.index(fault.severity)))


def found_in(stored: object) -> dict[str, list[Any]]:
    """Return findings by check name out of a JSON object of them; what is none is left out."""
    known = stored if isinstance(stored, dict) else {}
    return {name: rows if isinstance(rows, list) else [] for name, rows in known.items()}
