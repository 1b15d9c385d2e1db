"""Picks the profile that is the lead's among those that Google found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.checks.gbp.evidence import Lead, Site
from lfassess.checks.gbp.match import Match, match
from lfassess.checks.gbp.profile import Profile

_AS_GOOD: Final = 5  # points within which two matches are equally likely


@dataclass(frozen=True, slots=True)
class Choice:
    """The best candidate, and others that are surely of the same business."""

    match: Match
    profile: Profile
    duplicates: tuple[Profile, ...]  # other strong matches: duplicates, or branches
    ambiguous: bool

    @property
    def is_confident(self) -> bool:
        return self.match.strong and not self.ambiguous


def choose(lead: Lead, site: Site, profiles: Sequence[Profile]) -> Choice | None:
    """Return the best match, the first of equals (Google's order); None without candidates.

    A best match is ambiguous if another one equals it and neither a phone nor an address says which
    of them is meant: one of a chain's branches must not be judged as another.
    """
    matched = [(match(lead, profile, site), profile) for profile in _distinct(profiles)]
    if not matched:
        return None
    best, profile = max(matched, key=lambda pair: pair[0].points)
    others = [(m, p) for m, p in matched if p is not profile and m.strong]
    equals = [m for m, _ in others if best.points - m.points < _AS_GOOD]
    return Choice(
        match=best,
        profile=profile,
        duplicates=tuple(p for _, p in others) if best.strong else (),
        ambiguous=best.strong and not best.local and bool(equals),
    )


def _distinct(profiles: Sequence[Profile]) -> list[Profile]:
    """Return each place once; none without an id counts as the same as another."""
    by_id: dict[object, Profile] = {}
    for n, profile in enumerate(profiles):
        by_id.setdefault(n if profile.place_id is None else profile.place_id, profile)
    return list(by_id.values())
