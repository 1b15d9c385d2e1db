"""What the sandbox knows of one invented business."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """One customer review, as Google would show it."""

    author: str
    rating: int  # 1-5
    text: str
    published_days_ago: int


@dataclass(frozen=True, slots=True)
class Hours:
    """One day's opening hours, local time, "HH:MM"."""

    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """A phrase the website ranks for."""

    phrase: str
    position: int  # 1-100
    volume: int  # searches a month
    url: str
    cpc: float  # USD
    traffic_share: float  # percent of the site's organic traffic


@dataclass(frozen=True, slots=True)
class Competitor:
    """A website that ranks for the same phrases."""

    domain: str
    common_keywords: int
    keywords: int
    traffic: int  # visits a month


@dataclass(frozen=True, slots=True)
class Backlinks:
    """Who links to the website."""

    authority_score: int  # 0-100
    total: int
    domains: int
    follows: int
    nofollows: int


@dataclass(frozen=True, slots=True)
class Seo:
    """What SEMrush would know of the website."""

    rank: int
    organic_keywords: int
    organic_traffic: int  # visits a month
    organic_cost: int  # USD a month that ads for the same visits would cost
    keywords: tuple[Keyword, ...]
    competitors: tuple[Competitor, ...]
    backlinks: Backlinks


@dataclass(frozen=True, slots=True)
class Defect:
    """A weakness built into a demo business on purpose."""

    check: str  # name of the check that should see it
    what: str
    code: str = ""  # of the finding that tells it; empty where nobody can measure it


@dataclass(frozen=True, slots=True)
class Business:
    """One invented business.

    ``phone`` and ``website`` are the lead's and the website's; the ``profile_`` twins are what
    Google shows, which may differ. ``seo`` is None where SEMrush has nothing on the domain.
    """

    name: str
    host: str
    phone: str  # E.164, from the range reserved for fiction (555-01xx)
    address: str  # street and number
    city: str
    region: str
    postcode: str
    country: str  # ISO 3166 alpha-2
    lat: float
    lng: float
    category: str  # Google's primaryType
    rating: float | None
    review_count: int
    reviews: tuple[Review, ...]
    has_profile: bool
    hours: tuple[Hours | None, ...]  # Monday first; None = closed that day; () = not given
    photos: int
    seo: Seo | None
    url: str
    profile_phone: str | None = None
    profile_website: str | None = None
    defects: tuple[Defect, ...] = ()

    @property
    def full_address(self) -> str:
        return f"{self.address}, {self.city}, {self.region} {self.postcode}, {self.country}"
