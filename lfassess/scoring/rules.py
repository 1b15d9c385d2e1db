"""configs/scoring.toml, checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from lfassess.checks.base import Area, Severity
from lfassess.config_files import SHIPPED, own_table, read_toml
from lfassess.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """Weights, penalties and grades, and the version that names them."""

    version: str
    weights: Mapping[Area, float]
    penalties: Mapping[Severity, int]
    grades: tuple[tuple[str, int], ...]  # (grade, least score), best first, the last from 0


@cache
def load_rules() -> ScoringRules:
    """Return the rules in configs/scoring.toml.

    Raises:
        ConfigurationError: they make none, or an operator's have no version of their own: scores
            are stored with it, and those of other rules must not pass for ours.
    """
    table, own = read_toml("scoring.toml"), own_table("scoring.toml")
    if own and str(own.get("version", "")) in {"", shipped_version()}:
        raise ConfigurationError(
            "Your scoring.toml has no version of its own, which tells its scores from ours.",
            hint=f'Give it one, as in: version = "{shipped_version()}-yours"',
        )
    return rules_from(table)


def shipped_version() -> str:
    """Return the version of the rules that come with lfassess."""
    return str(tomllib.loads((SHIPPED / "scoring.toml").read_text(encoding="utf-8"))["version"])


def rules_from(table: Mapping[str, Any]) -> ScoringRules:
    """Return the rules in a table shaped like scoring.toml.

    Raises:
        ConfigurationError: something is missing, negative, out of order, or no area.
    """
    try:
        rules = ScoringRules(
            version=str(table["version"]),
            weights={Area(name): float(weight) for name, weight in table["weights"].items()},
            penalties={s: int(table["penalties"][s.value]) for s in Severity},
            grades=tuple((grade, int(least)) for grade, least in table["grades"].items()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise ConfigurationError(f"configs/scoring.toml: missing or no number: {e}.") from e
    _validate(rules)
    return rules


def _validate(rules: ScoringRules) -> None:
    bounds = [least for _, least in rules.grades]
    if missing := [area.value for area in Area if area not in rules.weights]:
        raise ConfigurationError(f"configs/scoring.toml: no weight for {', '.join(missing)}.")
    if min(*rules.weights.values(), *rules.penalties.values()) < 0:
        raise ConfigurationError("configs/scoring.toml: weights and penalties can't be negative.")
    if not bounds or bounds[-1] != 0 or any(a <= b for a, b in pairwise(bounds)):
        raise ConfigurationError("configs/scoring.toml: grades must fall, and end at 0.")


def grade(score: int | None, rules: ScoringRules) -> str | None:
    """Return the best grade whose bound the score reaches; no score, no grade."""
    if score is None:
        return None
    return next((g for g, least in rules.grades if score >= least), rules.grades[-1][0])
