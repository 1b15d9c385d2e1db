"""What is known of a business before its profile is judged: our record, its website, Google."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from lfassess.checks.base import Json, Target
from lfassess.checks.gbp.profile import Point, Profile, point, read_profile, time_of
from lfassess.checks.shared.json_access import (
    get_object,
    get_objects,
    get_text,
    get_texts,
    numbers_in,
    sanitise_for_jsonb,
)
from lfassess.checks.shared.record import read_record, write_record
from lfassess.checks.shared.visit import met_in


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
    were bought], fetched_at}.
    """

    lead: Lead
    site: Site
    profiles: tuple[Profile, ...]  # in Google's order

    @classmethod
    def from_json(cls, stored: Json) -> Evidence:
        at = time_of(get_text(stored, "fetched_at")) or datetime.now(UTC)
        return cls(
            lead=Lead.from_json(get_object(stored, "lead")),
            site=Site.from_json(get_object(stored, "site")),
            profiles=tuple(read_profile(place, at) for place in get_objects(stored, "places")),
        )
