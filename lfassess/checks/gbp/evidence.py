"""What is known of a business before its profile is judged: our record, its website, Google."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lfassess.checks.base import Json, Target
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
    numbers_in,
    sanitise_for_jsonb,
)
from lfassess.checks.shared.record import read_record, write_record
from lfassess.checks.shared.visit import met_in

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


@dataclass(frozen=True, slots=True)
class Lead:
    """The business as we were given it."""

    name: str | None = None
    url: str | None = None
    phone: str | None = None
    address: str | None = None
    country: str = "US"  # ISO 3166 alpha-2

    @classmethod
    def of(cls, target: Target) -> Lead:
        return cls(target.name, target.url, target.phone, target.address, target.country)

    @classmethod
    def from_json(cls, stored: Json) -> Lead:
        name, url, phone, address = (
            get_text(stored, key) for key in ("name", "url", "phone", "address")
        )
        return cls(name, url, phone, address, get_text(stored, "country") or "US")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A business of the same category near the lead."""

    place_id: str | None
    name: str | None
    website: str | None
    rating: float | None  # 1-5
    reviews: int | None


def _neighbour(place: Json) -> Neighbour:
    reviews = get_number(place, "userRatingCount")
    return Neighbour(
        place_id=get_text(place, "id"),
        name=get_text(get_object(place, "displayName"), "text"),
        website=get_text(place, "websiteUri"),
        rating=get_number(place, "rating"),
        reviews=None if reviews is None else max(0, int(reviews)),
    )


@dataclass(frozen=True, slots=True)
class Structured:
    """The front page's structured data."""

    syntaxes: tuple[str, ...] = ()  # JSON-LD, microdata, RDFa
    types: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    described: str | None = None  # the business it says most about: "Plumber “Brightwater”"
    missing: tuple[str, ...] = ()  # of name, address and phone, what even that one lacks
    placeholders: tuple[str, ...] = ()  # text that a template left behind


@dataclass(frozen=True, slots=True)
class Site:
    """What the business's own front page says about it; details of templates are left out."""

    read: bool = False
    why: str | None = None  # it was not read
    url: str | None = None  # after redirects
    visit: Json | None = None  # as metrics["visit"]: what stood at the address
    types: tuple[str, ...] = ()  # these four from structured data; phones from the page as well
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()  # E.164
    addresses: tuple[str, ...] = ()
    geo: Point | None = None
    structured: Structured | None = None  # None in evidence from before it was stored
    round_the_clock: str | None = None  # the phrase that advertises service at all hours

    @classmethod
    def from_json(cls, stored: Json) -> Site:
        met, geo = met_in(stored), numbers_in(stored, "geo")
        structured = get_object(stored, "structured")
        return cls(
            read=stored.get("read") is True,
            why=get_text(stored, "why"),
            url=get_text(stored, "url"),
            visit=met.as_json(get_text(get_object(stored, "visit"), "url")) if met else None,
            types=tuple(get_texts(stored, "types")),
            names=tuple(get_texts(stored, "names")),
            phones=tuple(get_texts(stored, "phones")),
            addresses=tuple(get_texts(stored, "addresses")),
            geo=point(*geo[:2]) if len(geo) > 1 else None,
            structured=read_record(Structured, structured) if structured else None,
            round_the_clock=get_text(stored, "round_the_clock"),
        )

    def to_json(self) -> Json:
        stored: Json = sanitise_for_jsonb(write_record(self))
        if self.read:
            return {key: value for key, value in stored.items() if key != "why"}
        return {key: stored[key] for key in ("read", "why", "visit") if stored[key] is not None}


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a profile is judged by.

    The stored JSON is {lead, site, candidates: [ids found], places: [Google's details, as many as
    were bought], neighbours: [Google's places of the category nearby], fetched_at}.
    """

    lead: Lead
    site: Site
    profiles: tuple[Profile, ...]  # in Google's order
    neighbours: tuple[Neighbour, ...] = ()  # nearest first

    @classmethod
    def from_json(cls, stored: Json) -> Evidence:
        at = time_of(get_text(stored, "fetched_at")) or datetime.now(UTC)
        return cls(
            lead=Lead.from_json(get_object(stored, "lead")),
            site=Site.from_json(get_object(stored, "site")),
            profiles=tuple(read_profile(place, at) for place in get_objects(stored, "places")),
            neighbours=tuple(map(_neighbour, get_objects(stored, "neighbours"))),
        )
