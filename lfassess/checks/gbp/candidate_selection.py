"""Picks the profile that is the lead's among those that Google found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.gbp.match import Match, match

Json = dict[str, Any]

_AS_GOOD: Final = 5  # points within which two matches are equally likely


@dataclass(frozen=True, slots=True)
class Choice:
    """The best candidate, and others that are surely of the same business."""

    match: Match
    place: Json
    twins: tuple[Json, ...]  # other strong matches: branches or duplicates
    ambiguous: bool

    @property
    def sure(self) -> bool:
        return self.match.strong and not self.ambiguous


def choose(lead: Json, site: Json, places: Sequence[Json]) -> Choice | None:
    """Return the best match, the first of equals (Google's order); None without candidates.

    Ambiguous is a best match that a twin equals, when neither a phone nor an address tells which
    of them is meant: one of a chain's branches must not be judged as another.
    """
    matched = [(match(lead, place, site), place) for place in _different(places)]
    if not matched:
        return None
    best, place = max(matched, key=lambda pair: pair[0].points)
    others = [(m, p) for m, p in matched if p is not place and m.strong]
    rivals = [m for m, _ in others if best.points - m.points < _AS_GOOD]
    return Choice(
        match=best,
        place=place,
        twins=tuple(p for _, p in others) if best.strong else (),
        ambiguous=best.strong and not best.local and bool(rivals),
    )


def _different(places: Sequence[Json]) -> list[Json]:
    """Return each place once; those without an id are all kept."""
    seen: dict[object, Json] = {}
    for n, place in enumerate(places):
        identity = place.get("id")
        seen.setdefault(identity if isinstance(identity, str) else n, place)
    return list(seen.values())
