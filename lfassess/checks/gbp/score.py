"""The score of a Google profile."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from lfassess.checks.gbp.nap import Compared
from lfassess.checks.gbp.profile import Profile

_CLOSED: Final = {"CLOSED_PERMANENTLY": 10, "CLOSED_TEMPORARILY": 40}  # no better than this
_RECENCY: Final = ((90, 10), (180, 6), (365, 3))  # days, points
_COUNTED: Final = frozenset({"phone", "website", "address"})


def score(profile: Profile, compared: Sequence[Compared]) -> int:
    """Return 0-100: what is filled in (45), reviews (40), agreement (15).

    Filled in: website 10, phone 10, opening hours 10, category 5, photos 1 each up to 10.
    Reviews: how many 15 (logarithmic, all at 100), average 15 (none at 3.0, all at 4.5), newest of
    the sample 10 (within 90 days; 6 within 180, 3 within a year).
    Agreement: the share of phone, website and address that agree with the business's website, or
    with our record where the website doesn't say; where none can be compared, the other 85 points
    are scaled to 100.
    A business marked closed gets 10 at most, one closed for a time 40.

    The weights are ours: Google publishes that completeness, reviews and photos matter, not how
    much. Replies to reviews, posts and questions can't be read by outsiders and don't count.
    """
    earned = _filled_in(profile) + _reviews(profile)
    known = [one.agrees for one in compared if one.field in _COUNTED and one.agrees is not None]
    total = earned + 15 * sum(known) / len(known) if known else earned / 85 * 100
    return min(round(total), _CLOSED.get(profile.status or "", 100))


def _filled_in(profile: Profile) -> float:
    return (
        10 * bool(profile.website)
        + 10 * bool(profile.phone)
        + 10 * bool(profile.days_open)
        + 5 * bool(profile.category)
        + min(profile.photos, 10)
    )


def _reviews(profile: Profile) -> float:
    count = 15 * min(1.0, math.log10(1 + profile.reviews) / 2)
    average = 15 * min(1.0, max(0.0, ((profile.rating or 0) - 3) / 1.5))
    newest = profile.newest_days
    recent = next((points for days, points in _RECENCY if newest is not None and newest <= days), 0)
    return count + average + recent
