"""One score for each of an owner's questions, from what all checks measured and found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from lfassess.checks import own_area
from lfassess.checks.base import MEASURES, Area
from lfassess.checks.shared import visit
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.findings import SITE_AREAS, area_of, consolidate, no_site_code
from lfassess.findings.consolidate import ALL
from lfassess.scoring.rules import ScoringRules
from lfassess.statuses import Status

_FULL: Final = 100
# Areas whose findings take points off, even where a measure is better.
_BY_FINDINGS: Final = frozenset({Area.ACCESSIBILITY, Area.SEARCH_BASICS, Area.FIRST_IMPRESSION})
# An area that one check measures, and another whose findings of it take points off all the same.
_CAPPED_BY: Final = {Area.SECURITY: "onpage"}
# Where no check measured an area: the check whose findings alone make its score.
_CARRIED_BY: Final = {Area.FIRST_IMPRESSION: "visual", Area.ACCESSIBILITY: "visual"}
# Checks whose own score measures their area, where its measures aren't stored (any more).
_MEASURING: Final = frozenset({"pagespeed", "security", "gbp", "semrush"})
PARTS: Final = ("connection", "hardening")  # of security, as they are printed

Dismissed = Collection[tuple[str, str]]  # (check, finding code), ALL for a whole check


class Ran(Protocol):
    """A check's row, as far as scores are concerned."""

    name: str
    status: Status
    score: int | None
    findings: Any
    metrics: Any


@dataclass(frozen=True, slots=True)
class Result:
    """What one completed check contributes."""

    score: int | None
    findings: Sequence[Any]
    metrics: Mapping[str, Any]

    def measures(self, check: str) -> dict[Area, int]:
        """Return the areas it measured, 0-100; an older row's score is its own area's measure."""
        if MEASURES in self.metrics:
            stored = get_object(self.metrics, MEASURES)
            given = {area: get_number(stored, area.value) for area in Area}
        else:
            area = own_area(check) if check in _MEASURING else None
            given = {area: self.score} if area else {}
        return {a: _within(round(n)) for a, n in given.items() if n is not None}


def results_of(runs: Iterable[Ran]) -> dict[str, Result]:
    """Return the results of check runs that have completed, by check name."""
    return {
        run.name: Result(
            run.score, get_objects({"": run.findings}, ""), get_object({"": run.metrics}, "")
        )
        for run in runs
        if run.status == Status.COMPLETED
    }


def area_scores(
    results: Mapping[str, Result],
    rules: ScoringRules,
    dismissed: Dismissed = (),
) -> dict[Area, int | None]:
    """Return every area's score, 0-100; None where nothing was assessed.

    It is the lowest of the checks' measures; in accessibility, search basics and first impression
    no better than 100 less the penalties of the area's findings, each fact counted once; security
    likewise for what the on-page check found of it. Where no website of the business was seen, no
    area of the site has a score.
    """
    counted = {check: r for check, r in results.items() if (check, ALL) not in dismissed}
    found = consolidate({check: r.findings for check, r in counted.items()}, dismissed)
    unseen = SITE_AREAS if nothing_seen(results) else frozenset()
    made: dict[Area, int | None] = dict.fromkeys(Area)
    for area in made.keys() - unseen:
        options = [
            _within(measure + _given_back(check, area, result, rules, dismissed))
            for check, result in counted.items()
            if (measure := result.measures(check).get(area)) is not None
        ]
        carrier = counted.get(_CARRIED_BY.get(area, ""))
        carried = carrier is not None and carrier.score is not None
        if area in _BY_FINDINGS and (options or carried):
            options.append(_within(_FULL - _penalties(found, area, rules)))
        if options and (cap := _CAPPED_BY.get(area, "")) in found:
            options.append(_within(_FULL - _penalties({cap: found[cap]}, area, rules)))
        made[area] = min(options, default=None)
    return made


def nothing_seen(results: Mapping[str, Result]) -> bool:
    """Whether there was no website of the business to judge, or none that let itself be seen."""
    if met := visit.overall({check: r.metrics for check, r in results.items()}):
        return met.kind not in visit.JUDGED
    return no_site_code({check: r.findings for check, r in results.items()}) is not None


def _penalties(found: Mapping[str, Sequence[Any]], area: Area, rules: ScoringRules) -> int:
    rows = ((check, row) for check, rows in found.items() for row in rows)
    return sum(_penalty(row, rules) for check, row in rows if area_of(check, row) is area)


def _penalty(row: object, rules: ScoringRules) -> int:
    named = get_text(row, "severity")
    return next((points for s, points in rules.penalties.items() if s.value == named), 0)


def _given_back(
    check: str,
    area: Area,
    result: Result,
    rules: ScoringRules,
    dismissed: Dismissed,
) -> int:
    """Return the points that dismissed findings took off a check's measure, by their severity."""
    return sum(
        _penalty(row, rules)
        for row in result.findings
        if (check, get_text(row, "code")) in dismissed and area_of(check, row) is area
    )


def parts_of(
    area: Area,
    score: int | None,
    results: Mapping[str, Result],
    dismissed: Dismissed,
) -> dict[str, int]:
    """Return what security is made of: {connection, hardening}."""
    if area is not Area.SECURITY or score is None or ("security", ALL) in dismissed:
        return {}
    stored = get_object(results["security"].metrics, "parts") if "security" in results else {}
    given = {name: get_number(stored, name) for name in PARTS}
    return {name: _within(round(n)) for name, n in given.items() if n is not None}


def _within(points: int) -> int:
    return min(_FULL, max(0, points))
