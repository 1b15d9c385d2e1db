"""What the API and the report read of a judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.gbp.evidence import Neighbour, Profile, Site
from lfassess.checks.gbp.rules_match import Match
from lfassess.checks.gbp.rules_nap import Compared

# Google shows these to visitors, but its Places API doesn't return them.
_NOT_MEASURABLE: Final = [
    "replies to reviews",
    "posts",
    "questions and answers",
    "the owner's description",
]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The profile, how sure its match is, and which details agree."""

    match: Match
    profile: Profile
    compared: tuple[Compared, ...]
    site: Site
    neighbours: tuple[Neighbour, ...] = ()

    def to_json(self) -> Json:
        profile = self.profile
        return {
            "attribution": "Google",
            "found": True,
            "place_id": profile.place_id,
            "maps_url": profile.maps_url,
            "match": self.match.as_json(),
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
            "nap": [one.as_json() for one in self.compared],
            **_visit(self.site),
            "website_read": self.site.read,
            "website_not_read": self.site.why,
            "not_measurable": _NOT_MEASURABLE,
            **({"neighbours": others} if (others := self._others()) else {}),
        }

    def _others(self) -> list[Json]:
        """Return the neighbours that have a website, without the lead itself."""
        return [
            {
                "name": other.name,
                "website": other.website,
                "rating": other.rating,
                "reviews": other.reviews,
            }
            for other in self.neighbours
            if other.website and other.place_id != self.profile.place_id
        ]


def not_found(site: Site) -> Json:
    """Return the metrics where Google knows no such business."""
    return {"attribution": "Google", "found": False, **_visit(site)}


def _visit(site: Site) -> Json:
    return {"visit": site.visit} if site.visit else {}
