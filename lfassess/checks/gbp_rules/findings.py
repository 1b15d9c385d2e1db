"""What a Google profile lacks, and what it does well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lfassess.checks.base import Finding, Source, findings_from
from lfassess.checks.gbp_rules.kinds import KINDS
from lfassess.checks.gbp_rules.match import Match
from lfassess.checks.gbp_rules.profile import Profile
from lfassess.checks.gbp_rules.score import agreement
from lfassess.checks.loose import text_in

Json = dict[str, Any]

_make: Final = findings_from(KINDS)
_FEW_REVIEWS: Final = 20
_FEW_PHOTOS: Final = 10  # Google shows ten at most, so fewer than ten is all there are
_LOW_RATING: Final = 4.0
_GOOD_RATING: Final = 4.5
_STALE_DAYS: Final = 180
_BAD_SHARE: Final = 0.4
_SAME_NAME: Final = 0.8
_SHOWN: Final = 80


def finding(code: str, evidence: str) -> Finding:
    return _make(code, evidence, source=Source.API)


def findings(profile: Profile, match: Match, lead: Json) -> Iterator[Finding]:
    """Yield all findings about a profile that is surely the lead's."""
    yield from _status(profile)
    yield from _filled_in(profile)
    yield from _reviews(profile)
    yield from _differences(profile, match, lead)


def _status(profile: Profile) -> Iterator[Finding]:
    closed = {
        "CLOSED_PERMANENTLY": "gbp-permanently-closed",
        "CLOSED_TEMPORARILY": "gbp-temporarily-closed",
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
        yield finding("gbp-few-photos", f"{_count(profile.photos, 'photo')}, 10 or more are usual")
    if (profile.website or "").lower().startswith("http://"):
        yield finding("gbp-website-http", _short(profile.website))
    if not empty:
        yield finding("gbp-complete", "website, phone, opening hours, category and photos shown")


def _reviews(profile: Profile) -> Iterator[Finding]:
    if not profile.reviews:
        yield finding("gbp-no-reviews", "0 reviews")
        return
    seen = _count(profile.reviews, "review")
    if profile.reviews < _FEW_REVIEWS:
        yield finding("gbp-few-reviews", seen)
    if profile.rating is not None and profile.rating < _LOW_RATING:
        yield finding("gbp-low-rating", f"{profile.rating:g} of 5 from {seen}")
    good = profile.rating is not None and profile.rating >= _GOOD_RATING
    if good and profile.reviews >= _FEW_REVIEWS:
        yield finding("gbp-well-reviewed", f"{profile.rating:g} of 5 from {seen}")
    sample = len(profile.stars)
    if profile.newest_days is not None and profile.newest_days > _STALE_DAYS:
        yield finding(
            "gbp-stale-reviews",
            f"the newest of the {sample} reviews Google features is {profile.newest_days} days old",
        )
    if sample and profile.low_stars / sample >= _BAD_SHARE:
        yield finding(
            "gbp-bad-reviews-shown",
            f"{profile.low_stars} of the {sample} reviews Google features give 1 or 2 stars",
        )


def _differences(profile: Profile, match: Match, lead: Json) -> Iterator[Finding]:
    agreed = agreement(match)
    ours = {"phone": "phone", "website": "url", "address": "address"}
    theirs = {"phone": profile.phone, "website": profile.website, "address": profile.address}
    for what in (what for what, same in agreed.items() if same is False):
        yield finding(
            f"gbp-{what}-differs",
            f"Google: {_short(theirs[what])}; our record: {_short(text_in(lead, ours[what]))}",
        )
    if match.name < _SAME_NAME:
        name = _short(text_in(lead, "name"))
        yield finding("gbp-name-differs", f"Google: {_short(profile.name)}; our record: {name}")
    known = [what for what, same in agreed.items() if same is not None]
    if known and all(agreed[what] for what in known):
        yield finding("gbp-consistent", f"{', '.join(known)} agree")


def _short(text: str | None) -> str:
    return " ".join((text or "none").split())[:_SHOWN]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
