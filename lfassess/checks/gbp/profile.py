"""What a Google profile shows, read from Google's JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
)

Point = tuple[float, float]  # latitude, longitude in degrees

_DEGREES: Final = (90.0, 180.0)
_LOW_STARS: Final = 2  # out of five


@dataclass(frozen=True, slots=True)
class Profile:
    """A place, with None for what Google doesn't show."""

    place_id: str | None
    maps_url: str | None
    name: str
    status: str | None  # OPERATIONAL, CLOSED_TEMPORARILY, CLOSED_PERMANENTLY, FUTURE_OPENING
    website: str | None
    phone: str | None
    address: str | None
    location: Point | None
    category: str | None
    category_id: str | None  # Google's own name of the category
    types: tuple[str, ...]  # all categories, Google's own names
    days_open: int  # in the regular week
    always_open: bool
    special_days: int  # of the coming week, with hours of their own
    rating: float | None  # 1-5
    reviews: int  # all of them
    stars: tuple[float, ...]  # of the at most five reviews Google samples, by relevance
    newest_days: int | None  # age of the newest in the sample
    photos: int  # Google shows ten at most
    service_area: bool  # visits its customers, has no address to show
    moved: bool
    alert: bool  # Google warns of suspicious reviews
    summary: bool  # Google's editors describe the place in a sentence

    @property
    def low_stars(self) -> int:
        """How many of the sampled reviews give one or two stars."""
        return sum(star <= _LOW_STARS for star in self.stars)


def read_profile(place: Json, now: datetime) -> Profile:
    """Read a place (details) as of ``now``; absent and wrongly typed fields count as not shown."""
    sample = get_objects(place, "reviews")
    stars = (get_number(review, "rating") for review in sample)
    location = get_object(place, "location")
    hours = get_object(place, "regularOpeningHours")
    return Profile(
        place_id=get_text(place, "id"),
        maps_url=get_text(place, "googleMapsUri"),
        name=get_text(get_object(place, "displayName"), "text") or "",
        status=get_text(place, "businessStatus"),
        website=get_text(place, "websiteUri"),
        phone=get_text(place, "internationalPhoneNumber") or get_text(place, "nationalPhoneNumber"),
        address=get_text(place, "formattedAddress"),
        location=point(get_number(location, "latitude"), get_number(location, "longitude")),
        category=get_text(get_object(place, "primaryTypeDisplayName"), "text")
        or get_text(place, "primaryType"),
        category_id=get_text(place, "primaryType"),
        types=tuple(get_texts(place, "types")),
        days_open=_days_open(hours),
        always_open=_always_open(hours),
        special_days=len(get_objects(get_object(place, "currentOpeningHours"), "specialDays")),
        rating=get_number(place, "rating"),
        reviews=max(0, int(get_number(place, "userRatingCount") or 0)),
        stars=tuple(star for star in stars if star is not None),
        newest_days=_newest_days(sample, now),
        photos=len(get_objects(place, "photos")),
        service_area=place.get("pureServiceAreaBusiness") is True,
        moved=get_text(place, "movedPlaceId") is not None,
        alert=bool(get_object(place, "consumerAlert")),
        summary=get_text(get_object(place, "editorialSummary"), "text") is not None,
    )


def point(latitude: float | None, longitude: float | None) -> Point | None:
    """Return the point, or None where there is none on the globe."""
    if latitude is None or longitude is None:
        return None
    inside = abs(latitude) <= _DEGREES[0] and abs(longitude) <= _DEGREES[1]
    return (latitude, longitude) if inside else None


def _days_open(hours: Json) -> int:
    """Return on how many days it opens."""
    if _always_open(hours):
        return 7
    periods = get_objects(hours, "periods")
    return len({get_number(get_object(period, "open"), "day") for period in periods} - {None})


def _always_open(hours: Json) -> bool:
    """Whether the one period never closes; seven whole days of their own count as well."""
    periods = get_objects(hours, "periods")
    if len(periods) == 1:
        return not get_object(periods[0], "close")
    return len(periods) == 7 and all(_whole_day(period) for period in periods)  # noqa: PLR2004 - a week's


def _whole_day(period: Json) -> bool:
    start, end = get_object(period, "open"), get_object(period, "close")
    opens, closes = (
        (get_number(p, "hour") or 0) * 60 + (get_number(p, "minute") or 0) for p in (start, end)
    )
    overnight = get_number(start, "day") != get_number(end, "day")
    return opens == 0 and (closes == 0 if overnight else closes >= 23 * 60 + 59)


def _newest_days(sample: list[Json], now: datetime) -> int | None:
    ages = [
        (now - at).days for review in sample if (at := time_of(get_text(review, "publishTime")))
    ]
    return max(0, min(ages)) if ages else None


def time_of(text: str | None) -> datetime | None:
    """Return an RFC 3339 time, or None; Google writes nine digits of seconds and a Z."""
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
