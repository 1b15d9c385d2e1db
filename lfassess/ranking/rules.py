"""configs/ranking.toml, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from lfassess.checks.base import Area
from lfassess.config_files import read_toml
from lfassess.errors import ConfigurationError
from lfassess.trades import is_known

FACTORS: Final = ("need", "worth", "reach")
WORTH: Final = ("reviews", "tools", "traffic_value", "rating")
REACH: Final = ("phone", "email", "form", "owner")
SEVERITIES: Final = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Factor:
    """How much one of need, worth and reach decides."""

    exponent: float
    least: float  # 0-1, where nothing is known


@dataclass(frozen=True, slots=True)
class Part:
    """A measured value that goes from 0 to its points, half of them at ``half``."""

    points: float
    half: float

    def of(self, value: float) -> float:
        """Return the points of a value from 0 on; more of it never gives fewer."""
        return self.points * value / (value + self.half)


@dataclass(frozen=True, slots=True)
class RankingRules:
    """Weights, and the version that names them."""

    version: str
    factors: Mapping[str, Factor]
    need_half: float
    need_points: Mapping[str, float]  # by severity
    need_areas: Mapping[str, float]  # by area's name
    worth: Mapping[str, Part]
    trades: Mapping[str, float]  # what worth is multiplied with, by trade
    reach: Mapping[str, float]


@cache
def load_rules() -> RankingRules:
    """Return the rules in configs/ranking.toml.

    Raises:
        ConfigurationError: something is missing or makes no sense.
    """
    return rules_from(read_toml("ranking.toml"))


def rules_from(table: Mapping[str, Any]) -> RankingRules:
    """Return the rules in a table shaped like ranking.toml.

    Raises:
        ConfigurationError: something is missing or makes no sense.
    """
    try:
        need, worth = table["need"], table["worth"]
        rules = RankingRules(
            version=str(table["version"]),
            factors={name: _factor(table["factors"][name]) for name in FACTORS},
            need_half=float(need["half"]),
            need_points={name: float(need["points"][name]) for name in SEVERITIES},
            need_areas={area.value: float(need["areas"][area.value]) for area in Area},
            worth={name: _part(worth[name]) for name in WORTH},
            trades={str(k): float(v) for k, v in worth["trades"].items()},
            reach={name: float(table["reach"][name]) for name in REACH},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise ConfigurationError(f"configs/ranking.toml: missing or no number: {e}.") from e
    _validate(rules)
    return rules


def _factor(table: Mapping[str, Any]) -> Factor:
    return Factor(float(table["exponent"]), float(table["least"]))


def _part(table: Mapping[str, Any]) -> Part:
    return Part(float(table["points"]), float(table["half"]))


def _validate(rules: RankingRules) -> None:
    weights = [
        *rules.need_points.values(),
        *rules.need_areas.values(),
        *rules.reach.values(),
        *(part.points for part in rules.worth.values()),
        *(factor.exponent for factor in rules.factors.values()),
    ]
    if min(weights) < 0:
        raise ConfigurationError("configs/ranking.toml: weights can't be negative.")
    halves = [rules.need_half, *(part.half for part in rules.worth.values())]
    if min(halves) <= 0 or min(rules.trades.values(), default=1) <= 0:
        raise ConfigurationError("configs/ranking.toml: halves and trades must be above 0.")
    if not all(0 <= factor.least < 1 for factor in rules.factors.values()):
        raise ConfigurationError("configs/ranking.toml: least must be from 0 to below 1.")
    if unknown := [trade for trade in rules.trades if not is_known(trade)]:
        raise ConfigurationError(f"configs/ranking.toml: no trade is called {unknown[0]!r}.")
    if not sum(rules.reach.values()) or not sum(part.points for part in rules.worth.values()):
        raise ConfigurationError("configs/ranking.toml: worth and reach need points.")
