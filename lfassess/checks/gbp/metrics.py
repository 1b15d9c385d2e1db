"""What is stored and shown of a profile beside its findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lfassess.checks.gbp.candidate_selection import Choice
from lfassess.checks.gbp.nap import Compared
from lfassess.checks.gbp.profile import Profile
from lfassess.checks.shared.json_access import get_object, get_text
from lfassess.checks.shared.visit import met_in

Json = dict[str, Any]

# Google shows these to visitors, but its Places API tells none of them.
_NOT_MEASURABLE: Final = [
    "replies to reviews",
    "posts",
    "questions and answers",
    "the owner's description",
]


def metrics(
    chosen: Choice, profile: Profile, compared: Sequence[Compared], site: Json
) -> dict[str, Any]:
    """Return the profile's figures, how sure the match is, and what agrees with what."""
    return {
        "attribution": "Google",
        "found": True,
        "place_id": get_text(chosen.place, "id"),
        "maps_url": get_text(chosen.place, "googleMapsUri"),
        "match": chosen.match.as_json(),
        "name": profile.name,
        "status": profile.status,
        "category": profile.category,
        "other_categories": sum(t != profile.category_id for t in profile.types),
        "rating": profile.rating,
        "reviews": profile.reviews,
        "reviews_sampled": len(profile.stars),
        "newest_review_days": profile.newest_days,
        "low_star_share": profile.low_stars / len(profile.stars) if profile.stars else None,
        "photos": profile.photos,
        "days_open": profile.days_open,
        "always_open": profile.always_open,
        "special_days": profile.special_days,
        "service_area": profile.service_area,
        "editorial_summary": profile.summary,
        "nap": [one.as_json() for one in compared],
        **visited(site),
        "website_read": site.get("read") is True,
        "website_not_read": get_text(site, "why"),
        "not_measurable": _NOT_MEASURABLE,
    }


def visited(site: Json) -> Json:
    """Return {visit: what our look at the website met}, or {} where that is unknown."""
    met = met_in(site)
    return {"visit": met.as_json(get_text(get_object(site, "visit"), "url"))} if met else {}
