"""Scores and grades, from what checks found and configs/scoring.toml; pure but for reading it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

from lfassess.checks.base import Judgement, Severity
from lfassess.configs import read_toml
from lfassess.errors import ConfigurationError

ALL: Final = "*"  # in place of a finding's code: all that the check found
_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """configs/scoring.toml, checked."""

    version: str
    weights: Mapping[str, float]  # by check name
    default_weight: float  # of a check that ``weights`` does not name
    penalties: Mapping[Severity, int]
    grades: tuple[tuple[str, int], ...]  # (grade, least score), best first, the last from 0

    def weight(self, check: str) -> float:
        return self.weights.get(check, self.default_weight)


@dataclass(frozen=True, slots=True)
class Overall:
    """An assessment's score and how it came about."""

    score: int | None  # None: no check has a score, which is never the same as 0
    grade: str | None
    weights_used: dict[str, float]  # share of each check that counted; they add up to 1
    version: str


@cache
def load_rules() -> ScoringRules:
    """Return the rules in configs/scoring.toml; raises ConfigurationError where they make none."""
    return rules_from(read_toml("scoring.toml"))


def rules_from(table: Mapping[str, Any]) -> ScoringRules:
    """Return the rules in a table shaped like scoring.toml.

    Raises:
        ConfigurationError: something is missing, negative or out of order.
    """
    try:
        weights = {name: float(weight) for name, weight in table["weights"].items()}
        rules = ScoringRules(
            version=str(table["version"]),
            default_weight=weights.pop("default"),
            weights=weights,
            penalties={s: int(table["penalties"][s.value]) for s in Severity},
            grades=tuple((grade, int(least)) for grade, least in table["grades"].items()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise ConfigurationError(f"configs/scoring.toml: missing or no number: {e}.") from e
    _validate(rules)
    return rules


def _validate(rules: ScoringRules) -> None:
    bounds = [least for _, least in rules.grades]
    if min(rules.default_weight, *rules.weights.values(), *rules.penalties.values()) < 0:
        raise ConfigurationError("configs/scoring.toml: weights and penalties can't be negative.")
    if not bounds or bounds[-1] != 0 or any(a <= b for a, b in pairwise(bounds)):
        raise ConfigurationError("configs/scoring.toml: grades must fall, and end at 0.")


def check_score(
    judgement: Judgement, rules: ScoringRules, overruled: Collection[str] = ()
) -> int | None:
    """Return one check's score, 0-100 (a measure may give a bonus), or None where it has none.

    A measured score stands as it is. With ``score_from_findings`` the score is 100 less the
    penalty of each finding's severity, and 0 at least. Either way a finding that a person has
    overruled costs nothing: of a measured score, its severity's penalty is given back, up to 100.

    Args:
        judgement: the check's.
        rules: penalties by severity.
        overruled: codes of findings that count no more; ``ALL`` leaves the check without a score.
    """
    if ALL in overruled:
        return None
    kept = sum(rules.penalties[f.severity] for f in judgement.findings if f.code not in overruled)
    if judgement.score is not None:
        back = sum(rules.penalties[f.severity] for f in judgement.findings) - kept
        return max(judgement.score, min(_FULL, judgement.score + back))
    return max(0, _FULL - kept) if judgement.score_from_findings else None


def overall(scores: Mapping[str, int | None], rules: ScoringRules) -> Overall:
    """Return the weighted mean of the checks that have a score, rounded half up.

    score = sum(weight * score) / sum(weight), over the checks with a score and a weight above 0.
    A missing score counts for nothing: the others' weights are scaled up in its place. Each score
    counts as 0-100, so that bonus points in one check can't make up for another.
    """
    counted = {
        name: (rules.weight(name), min(_FULL, max(0, score)))
        for name, score in scores.items()
        if score is not None and rules.weight(name) > 0
    }
    total = sum(weight for weight, _ in counted.values())
    if not counted:
        return Overall(None, None, {}, rules.version)
    mean = sum(weight * score for weight, score in counted.values()) / total
    score = int(mean + 0.5)
    shares = {name: round(weight / total, 4) for name, (weight, _) in counted.items()}
    return Overall(score, grade(score, rules), shares, rules.version)


def grade(score: int | None, rules: ScoringRules) -> str | None:
    """Return the best grade whose bound the score reaches; no score, no grade."""
    if score is None:
        return None
    return next((g for g, least in rules.grades if score >= least), rules.grades[-1][0])
