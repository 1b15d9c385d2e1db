"""The overall score and grade of an assessment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lfassess.checks.base import Area, Judgement
from lfassess.findings.consolidate import ALL
from lfassess.scoring.areas import Dismissed, Result, area_scores, nothing_seen, parts_of
from lfassess.scoring.ranges import OVERALL, in_grades, speed_range
from lfassess.scoring.rules import ScoringRules, grade

_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class AreaScore:
    """One area's score; ``parts`` (0-100 each) are what it is made of, where it has parts."""

    score: int | None  # None: not assessed, which is never the same as 0
    grade: str | None
    weight: float | None  # share of the overall score, 0-1
    parts: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        made = {"score": self.score, "grade": self.grade, "weight": self.weight}
        return {**made, "parts": dict(self.parts)} if self.parts else made


@dataclass(frozen=True, slots=True)
class Overall:
    """An assessment's score and how it came about."""

    score: int | None  # None: no area has a score, which is never the same as 0
    grade: str | None
    areas: Mapping[Area, AreaScore]  # all of them
    version: str
    ranges: Mapping[str, Any] = field(default_factory=dict)  # by area, or "overall": in_grades()

    @property
    def weights(self) -> dict[str, float]:
        """Share of each area that counted; they add up to 1."""
        return {a.value: s.weight for a, s in self.areas.items() if s.weight is not None}

    @property
    def assessed(self) -> int:
        """How many areas have a score."""
        return sum(area.score is not None for area in self.areas.values())

    def as_summary(self) -> dict[str, Any]:
        """Return what is stored beside score and grade: {weights, areas, range if unsure}."""
        areas = {area.value: made.as_json() for area, made in self.areas.items()}
        unsure = {"range": dict(self.ranges)} if self.ranges else {}
        return {"weights": self.weights, "areas": areas, **unsure}


def check_score(
    judgement: Judgement, rules: ScoringRules, dismissed: Collection[str] = ()
) -> int | None:
    """Return one check's score, 0-100 (a measure may give a bonus), or None where it has none.

    A measured score stands as it is. With ``score_from_findings`` the score is 100 less the
    penalty of each finding's severity, and 0 at least. Either way a finding that a person has
    dismissed costs nothing: of a measured score, its severity's penalty is given back, up to 100.

    Args:
        judgement: the check's.
        rules: penalties by severity.
        dismissed: codes of findings that count no more; ``ALL`` leaves the check without a score.
    """
    if ALL in dismissed:
        return None
    counted = sum(
        rules.penalties[f.severity] for f in judgement.findings if f.code not in dismissed
    )
    if judgement.score is not None:
        back = sum(rules.penalties[f.severity] for f in judgement.findings) - counted
        return max(judgement.score, min(_FULL, judgement.score + back))
    return max(0, _FULL - counted) if judgement.score_from_findings else None


def assess(
    results: Mapping[str, Result],
    rules: ScoringRules,
    dismissed: Dismissed = (),
) -> Overall:
    """Return areas, score and grade of an assessment from its completed checks.

    Args:
        results: by check name.
        rules: weights, penalties and grades.
        dismissed: (check, code) of findings that count no more; ``ALL`` for a whole check.
    """
    scores = area_scores(results, rules, dismissed)
    overall = None if nothing_seen(results) else mean(scores, rules)
    shares = shares_of(scores, rules)
    areas = {
        area: AreaScore(
            score, grade(score, rules), shares.get(area), parts_of(area, score, results, dismissed)
        )
        for area, score in scores.items()
    }
    unsure = _ranges(scores, overall, results, rules)
    return Overall(overall, grade(overall, rules), areas, rules.version, unsure)


def _ranges(
    scores: Mapping[Area, int | None],
    overall: int | None,
    results: Mapping[str, Result],
    rules: ScoringRules,
) -> dict[str, Any]:
    """Return the ranges that cross a grade's bound: of speed, and of the overall score with it."""
    measured = speed_range(scores[Area.SPEED], results)
    if measured is None:
        return {}
    ends = [mean({**scores, Area.SPEED: end}, rules) for end in measured]
    found = {
        Area.SPEED.value: in_grades(*measured, rules),
        OVERALL: None if overall is None else in_grades(ends[0], ends[1], rules),
    }
    return {name: crossing for name, crossing in found.items() if crossing}


def mean(scores: Mapping[Area, int | None], rules: ScoringRules) -> int | None:
    """Return the weighted mean of the areas that have a score, rounded half up.

    score = sum(weight * score) / sum(weight), over the areas with a score and a weight above 0.
    A missing score counts for nothing: the others' weights are scaled up in its place.
    """
    counted = _counted(scores, rules)
    total = sum(weight for weight, _ in counted.values())
    return int(sum(w * s for w, s in counted.values()) / total + 0.5) if counted else None


def shares_of(scores: Mapping[Area, int | None], rules: ScoringRules) -> dict[Area, float]:
    """Return the share (0-1) in the overall score of each area that counts."""
    counted = _counted(scores, rules)
    total = sum(weight for weight, _ in counted.values())
    return {area: round(weight / total, 4) for area, (weight, _) in counted.items()}


def _counted(
    scores: Mapping[Area, int | None], rules: ScoringRules
) -> dict[Area, tuple[float, int]]:
    return {
        area: (rules.weights[area], score)
        for area, score in scores.items()
        if score is not None and rules.weights[area] > 0
    }
