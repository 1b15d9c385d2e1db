"""Invents a business for an unknown host or name, the same one every time."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from lfassess.sandbox.business import (
    Backlinks,
    Business,
    Competitor,
    Hours,
    Keyword,
    Review,
    Seo,
)


@dataclass(frozen=True, slots=True)
class _Place:
    city: str
    region: str
    postcode: str
    lat: float
    lng: float
    area_code: str


_PLACES: Final = (
    _Place("Portland", "OR", "97205", 45.5202, -122.6742, "503"),
    _Place("Toledo", "OH", "43604", 41.6528, -83.5379, "419"),
    _Place("Madison", "WI", "53703", 43.0747, -89.3841, "608"),
    _Place("Savannah", "GA", "31401", 32.0809, -81.0912, "912"),
    _Place("Tucson", "AZ", "85701", 32.2217, -110.9747, "520"),
    _Place("Albany", "NY", "12207", 42.6526, -73.7562, "518"),
    _Place("Boise", "ID", "83702", 43.6150, -116.2023, "208"),
    _Place("Duluth", "MN", "55802", 46.7867, -92.1005, "218"),
)
_TRADES: Final = {  # what Google calls it: the phrases people search for
    "plumber": ("plumber", "drain cleaning", "water heater repair", "emergency plumber"),
    "dentist": ("dentist", "teeth whitening", "dental implants", "emergency dentist"),
    "lawyer": ("lawyer", "estate planning attorney", "family lawyer", "free legal consultation"),
    "florist": ("florist", "wedding flowers", "flower delivery", "sympathy flowers"),
    "bakery": ("bakery", "birthday cakes", "sourdough bread", "wedding cakes"),
    "car_repair": ("car repair", "oil change", "brake repair", "tire shop"),
    "roofing_contractor": ("roofer", "roof repair", "new roof cost", "gutter cleaning"),
    "hair_salon": ("hair salon", "balayage", "haircut", "bridal hair"),
}
_STREETS: Final = ("Main Street", "Oak Avenue", "Mill Road", "Second Street", "Park Lane")
_PEOPLE: Final = ("Dana K.", "Luis M.", "Priya S.", "Tom B.", "Aisha R.", "Greg W.", "Mei L.")
_PRAISE: Final = (
    "Friendly people and honest prices. Would come back.",
    "Quick, tidy and on time. Recommended.",
    "Third time here and never let down.",
)
_BLAME: Final = (
    "Nobody answers the phone and nobody calls back.",
    "Had to wait an hour past my appointment.",
    "Fine work, but it cost more than I was quoted.",
)
_WEEKDAYS: Final = 5
_GOOD: Final = 4


def key_of(text: str) -> str:
    """Return what a name and a host have in common: lower-case letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def generate_business(query: str, *, seed: int, host: str | None = None) -> Business:
    """Return a business for the query; `host` tells that the query is a host name.

    Nine in ten have a Google profile, eight in ten rank for something.
    """
    words = (host or query).partition("." if host else ",")[0].strip()
    slug = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")
    rng = random.Random(f"{seed}:{key_of(words)}")  # noqa: S311 - repeatable, not secret
    place = rng.choice(_PLACES)
    category = rng.choice(sorted(_TRADES))
    site = host or f"{slug}.demo.test"
    reviews = _reviews(rng)
    phone = f"+1{place.area_code}55501{rng.randrange(100):02d}"
    return Business(
        name=words.replace("-", " ").title() if host else words,
        host=site,
        url=f"https://{site}/",
        phone=phone,
        address=f"{rng.randrange(1, 999)} {rng.choice(_STREETS)}",
        city=place.city,
        region=place.region,
        postcode=place.postcode,
        country="US",
        lat=round(place.lat + rng.uniform(-0.04, 0.04), 6),
        lng=round(place.lng + rng.uniform(-0.04, 0.04), 6),
        category=category,
        rating=round(sum(r.rating for r in reviews) / len(reviews), 1) if reviews else None,
        review_count=rng.randrange(len(reviews), 240) if reviews else 0,
        reviews=reviews,
        has_profile=rng.random() < 0.9,  # noqa: PLR2004 - the share the docstring names
        hours=_hours(rng),
        photos=rng.randrange(11),
        seo=_seo(rng, category, place, site),
        profile_phone=phone,
        profile_website=f"https://{site}/",
    )


def _reviews(rng: random.Random) -> tuple[Review, ...]:
    ratings = [rng.choice((5, 5, 4, 3, 1)) for _ in range(rng.randrange(6))]
    return tuple(
        Review(
            rng.choice(_PEOPLE),
            rating,
            rng.choice(_PRAISE if rating >= _GOOD else _BLAME),
            rng.randrange(3, 900),
        )
        for rating in ratings
    )


def _hours(rng: random.Random) -> tuple[Hours | None, ...]:
    if rng.random() < 0.15:  # noqa: PLR2004 - some profiles give no hours
        return ()
    day = Hours(f"{rng.randrange(7, 11):02d}:00", f"{rng.randrange(16, 20)}:00")
    saturday = Hours("09:00", "13:00") if rng.random() < 0.5 else None  # noqa: PLR2004 - half
    return (*[day] * _WEEKDAYS, saturday, None)


def _seo(rng: random.Random, category: str, place: _Place, host: str) -> Seo | None:
    if rng.random() < 0.2:  # noqa: PLR2004 - the share that ranks for nothing
        return None
    city = place.city.casefold()
    traffic = rng.randrange(20, 2500)
    keywords = tuple(
        Keyword(
            f"{phrase} {city}",
            rng.randrange(1, 60),
            rng.choice((40, 90, 170, 320, 720, 1300)),
            f"https://{host}/",
            round(rng.uniform(0.4, 14.0), 2),
            round(rng.uniform(2.0, 24.0), 2),
        )
        for phrase in _TRADES[category]
    )
    return Seo(
        rank=rng.randrange(400_000, 20_000_000),
        organic_keywords=rng.randrange(len(keywords), 900),
        organic_traffic=traffic,
        organic_cost=round(traffic * rng.uniform(0.5, 4.0)),
        keywords=tuple(sorted(keywords, key=lambda k: k.traffic_share, reverse=True)),
        competitors=_competitors(rng, category, city),
        backlinks=_backlinks(rng),
    )


def _competitors(rng: random.Random, category: str, city: str) -> tuple[Competitor, ...]:
    trade, town = category.replace("_", ""), city.replace(" ", "")
    names = (f"{trade}{town}.example", f"best{trade}.example", f"{town}{trade}pros.example")
    counts = sorted((rng.randrange(5, 120) for _ in names), reverse=True)
    return tuple(
        Competitor(name, common, common + rng.randrange(50, 3000), rng.randrange(100, 9000))
        for name, common in zip(names, counts, strict=True)
    )


def _backlinks(rng: random.Random) -> Backlinks:
    domains = rng.randrange(2, 180)
    total = domains * rng.randrange(1, 12)
    follows = round(total * rng.uniform(0.4, 0.95))
    return Backlinks(rng.randrange(1, 38), total, domains, follows, total - follows)
