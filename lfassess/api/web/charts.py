"""Works out charts: where bars begin and end; the templates draw them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

HEIGHT: Final = 100.0
_KINDS: Final = 5  # distinguished by colour; the rest is "other"
OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Part:
    """One colour of a bar; y and height in hundredths of the chart."""

    kind: str
    place: int  # of its kind in the legend
    value: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; x and width in hundredths of the chart."""

    at: datetime
    x: float
    width: float
    total: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars over time."""

    kinds: tuple[str, ...]
    bars: tuple[Bar, ...]
    highest: int
    total: int


def stacked(
    times: Sequence[datetime], counts: Sequence[Mapping[str, int]], kinds: Sequence[str]
) -> Chart:
    """Return bars for the counts at each time; kinds are stacked from the bottom in their order."""
    totals = [sum(count.get(kind, 0) for kind in kinds) for count in counts]
    highest = max(totals, default=0)
    step = 100 / len(times) if times else 100
    bars = tuple(
        Bar(at, round(i * step, 3), round(step * 0.84, 3), total, _parts(count, kinds, highest))
        for i, (at, count, total) in enumerate(zip(times, counts, totals, strict=True))
    )
    return Chart(tuple(kinds), bars, highest, sum(totals))


def _parts(count: Mapping[str, int], kinds: Sequence[str], highest: int) -> tuple[Part, ...]:
    parts, top = [], HEIGHT
    for place, kind in enumerate(kinds):
        value = count.get(kind, 0)
        if not value:
            continue
        height = round(value / highest * HEIGHT, 3)
        top -= height
        parts.append(Part(kind, place, value, round(max(top, 0), 3), height))
    return tuple(parts)


def by_code(
    rows: Iterable[tuple[int, str, int]], *, since: datetime, width: timedelta, places: int
) -> Chart:
    """Return failures over time, stacked by error code: the most frequent ones, then the rest.

    Args:
        rows: (place, error code, failures); places beyond the last count for the last.
        since: when place 0 begins.
        width: of one place.
        places: how many there are.
    """
    failures = [(min(max(place, 0), places - 1), code, n) for place, code, n in rows]
    overall: Counter[str] = Counter()
    for _, code, n in failures:
        overall[code] += n
    named = [code for code, _ in overall.most_common(_KINDS)]
    counts: list[Counter[str]] = [Counter() for _ in range(places)]
    for place, code, n in failures:
        counts[place][code if code in named else OTHER] += n
    kinds = [*named, OTHER] if len(overall) > _KINDS else named
    return stacked([since + i * width for i in range(places)], counts, kinds)


@dataclass(frozen=True, slots=True)
class Span:
    """When an attempt ran, in hundredths of the whole."""

    x: float
    width: float


def spans(attempts: Sequence[Mapping[str, Any]], now: datetime) -> list[Span]:
    """Return where each attempt lies between the first start and the last end."""
    if not attempts:
        return []
    start = min(a["started_at"] for a in attempts)
    end = max(a["finished_at"] or now for a in attempts)
    whole = max((end - start).total_seconds(), 0.001)
    found = []
    for a in attempts:
        x = 100 * (a["started_at"] - start).total_seconds() / whole
        took = 100 * ((a["finished_at"] or now) - a["started_at"]).total_seconds() / whole
        found.append(Span(round(x, 2), round(max(took, 0.6), 2)))  # so short ones can be seen
    return found
