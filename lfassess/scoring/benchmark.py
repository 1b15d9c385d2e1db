"""How an audit's scores stand among others' scores: the one place that works it out; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final, Self

LEAST: Final = 30  # other audits; among fewer a percentile says little
MIN_AREAS: Final = 3  # that a score rests on, to be compared with others
OVERALL: Final = ""  # beside the names of areas
_FULL: Final = 100
_BAND: Final = 10  # points
_BANDS: Final = 10  # 0-9, 10-19 and so on; the last one is 90-100


class Group(StrEnum):
    """The others that an audit is compared with; the nearest first."""

    TRADE = "trade"
    BATCH = "batch"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Standing:
    """One score among ``n`` others."""

    score: int
    n: int
    below: int  # others with a lower score
    equal: int  # others with the same score

    def as_json(self) -> dict[str, int]:
        return {"score": self.score, "n": self.n, "below": self.below, "equal": self.equal}

    @property
    def percentile(self) -> float:
        """The midrank percentile, 0-100: 100 * (below + equal / 2) / n."""
        return 100 * (self.below + self.equal / 2) / self.n

    @property
    def better_than(self) -> int:
        """The percentile as a whole number, half up; 0 and 100 only where none or all are lower."""
        if self.below in {0, self.n}:
            return 100 * self.below // self.n
        return min(99, max(1, int(self.percentile + 0.5)))


@dataclass(frozen=True, slots=True)
class Compared:
    """The overall score in one group, with how the others' scores spread, and each area's."""

    overall: Standing
    bands: tuple[int, ...]  # others by ten points of their overall score
    areas: Mapping[str, Standing] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        areas = {name: one.as_json() for name, one in self.areas.items()}
        return {"overall": self.overall.as_json(), "bands": list(self.bands), "areas": areas}


class Spread:
    """How the scores of a group spread.

    Args:
        counts: how many audits have a score, by score (0-100).
    """

    def __init__(self, counts: Mapping[int, int]) -> None:
        bands = [0] * _BANDS
        for score, count in counts.items():
            bands[band_of(score)] += count
        self._below = list(accumulate((counts.get(s, 0) for s in range(_FULL + 1)), initial=0))
        self._bands = bands

    def standing(self, score: int, *, counted: bool = False) -> Standing | None:
        """Return how a score stands among the others, or None where they are too few.

        Args:
            score: 0-100.
            counted: it is one of the group's itself, and is left out.
        """
        below, up_to, n = self._below[score], self._below[score + 1], self._below[-1] - counted
        return Standing(score, n, below, up_to - below - counted) if n >= LEAST else None

    def bands_beside(self, score: int, *, counted: bool = False) -> tuple[int, ...]:
        """Return how many others have 0-9 points, 10-19, and so on up to 90-100."""
        own = band_of(score) if counted else None
        return tuple(count - (band == own) for band, count in enumerate(self._bands))


def compared(
    score: int,
    areas: Mapping[str, int],
    spreads: Mapping[str, Spread],
    *,
    counted: bool = False,
) -> Compared | None:
    """Return how an audit stands in one group, or None where that has too few others.

    Args:
        score: the audit's.
        areas: its areas' scores, by name.
        spreads: the group's scores, by area; under OVERALL the overall ones.
        counted: the audit is one of the group's itself.
    """
    whole = spreads.get(OVERALL)
    overall = whole.standing(score, counted=counted) if whole else None
    if whole is None or overall is None:
        return None
    found = {
        name: spreads[name].standing(mine, counted=counted)
        for name, mine in areas.items()
        if name in spreads
    }
    return Compared(
        overall,
        whole.bands_beside(score, counted=counted),
        {name: one for name, one in found.items() if one is not None},
    )


def band_of(score: int) -> int:
    """Return which band of ten points a score is in: 0 for 0-9, 9 for 90-100."""
    return min(max(score, 0) // _BAND, _BANDS - 1)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What is stored with an audit, and never changes as long as its score doesn't."""

    at: str  # RFC 3339: when the others' scores were read
    version: str  # of the scoring, of all of them
    trade: str | None  # as lfassess.trades names it
    groups: Mapping[Group, Compared]

    def as_json(self) -> dict[str, Any]:
        groups = {group.value: made.as_json() for group, made in self.groups.items()}
        return {"at": self.at, "version": self.version, "trade": self.trade, "groups": groups}

    def in_short(self) -> dict[str, Any]:
        """Return what programs are given: {at, trade, groups: {name: {n, better_than}}}."""
        groups = {
            group.value: {"n": made.overall.n, "better_than": made.overall.better_than}
            for group, made in self.groups.items()
        }
        return {"at": self.at, "trade": self.trade, "groups": groups}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return what ``as_json`` has written."""
        groups = {
            Group(name): Compared(
                Standing(**made["overall"]),
                tuple(made["bands"]),
                {area: Standing(**one) for area, one in made["areas"].items()},
            )
            for name, made in stored["groups"].items()
        }
        return cls(stored["at"], stored["version"], stored["trade"], groups)
