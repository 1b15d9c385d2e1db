"""What a Google profile lacks, and what it does well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.gbp.catalogue import finding, short
from lfassess.checks.gbp.evidence import Profile
from lfassess.quantities import exact, plural

_FEW_REVIEWS: Final = 20
_FEW_PHOTOS: Final = 10  # Google shows ten at most, so fewer than ten is all there are
_LOW_RATING: Final = 4.0
_GOOD_RATING: Final = 4.5
_AGEING_DAYS: Final = 90
_STALE_DAYS: Final = 180
_BAD_SHARE: Final = 0.4
_FEW_DAYS: Final = 3
# Google's categories that say nothing of what a business does.
_GENERIC: Final = frozenset(
    (
        "store",
        "service",
        "establishment",
        "point_of_interest",
        "corporate_office",
        "business_center",
    )
)


def findings(profile: Profile) -> Iterator[Finding]:
    """Yield all findings about what a profile itself shows."""
    yield from _status(profile)
    yield from _filled_in(profile)
    yield from _reviews(profile)


def _status(profile: Profile) -> Iterator[Finding]:
    closed = {
        "CLOSED_PERMANENTLY": "gbp-permanently-closed",
        "CLOSED_TEMPORARILY": "gbp-temporarily-closed",
        "FUTURE_OPENING": "gbp-not-yet-open",
    }
    if profile.status in closed:
        yield finding(closed[profile.status], f"business status {profile.status}")
    if profile.moved:
        yield finding("gbp-moved", "Google names another place as its successor")
    if profile.alert:
        yield finding("gbp-review-warning", "Google shows a consumer alert on the profile")


def _filled_in(profile: Profile) -> Iterator[Finding]:
    fields = {
        "gbp-no-website": profile.website,
        "gbp-no-phone": profile.phone,
        "gbp-no-hours": profile.days_open,
        "gbp-no-category": profile.category,
        "gbp-no-photos": profile.photos,
    }
    empty = [code for code, value in fields.items() if not value]
    for code in empty:
        yield finding(code, "not shown on the profile")
    if 0 < profile.photos < _FEW_PHOTOS:
        yield finding("gbp-few-photos", f"{plural(profile.photos, 'photo')}, 10 or more are usual")
    if (profile.website or "").lower().startswith("http://"):
        yield finding("gbp-website-http", short(profile.website))
    if profile.category_id in _GENERIC:
        yield finding("gbp-generic-category", f"category “{short(profile.category)}”")
    if 0 < profile.days_open <= _FEW_DAYS:
        yield finding(
            "gbp-few-days-open", f"opening hours on {plural(profile.days_open, 'day')} a week"
        )
    if not empty:
        yield finding("gbp-complete", "website, phone, opening hours, category and photos shown")


def _reviews(profile: Profile) -> Iterator[Finding]:
    if not profile.reviews:
        yield finding("gbp-no-reviews", "0 reviews")
        return
    seen = plural(profile.reviews, "review")
    if profile.reviews < _FEW_REVIEWS:
        yield finding("gbp-few-reviews", seen)
    if profile.rating is not None and profile.rating < _LOW_RATING:
        yield finding("gbp-low-rating", f"{exact(profile.rating)} of 5 from {seen}")
    rating = profile.rating or 0
    if rating >= _GOOD_RATING and profile.reviews >= _FEW_REVIEWS:
        yield finding("gbp-well-reviewed", f"{exact(rating)} of 5 from {seen}")
    yield from _sample(profile)


def _sample(profile: Profile) -> Iterator[Finding]:
    """Yield findings about the few reviews that Google features, by relevance and not by date."""
    featured = f"of the {plural(len(profile.stars), 'review')} Google features"
    days = profile.newest_days or 0
    if days > _AGEING_DAYS:
        code = "gbp-stale-reviews" if days > _STALE_DAYS else "gbp-ageing-reviews"
        yield finding(code, f"the newest {featured} is {days} days old")
    if profile.stars and profile.low_stars / len(profile.stars) >= _BAD_SHARE:
        yield finding("gbp-bad-reviews-shown", f"{profile.low_stars} {featured} give 1 or 2 stars")
