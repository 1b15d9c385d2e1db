"""How sure we are that a Google profile is the lead's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.gbp.distance import distance_km, point
from lfassess.checks.gbp.similarity import address_similarity, name_similarity, same_address
from lfassess.checks.shared.domains import business_page, own_domain
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_text,
    get_texts,
    numbers_in,
)
from lfassess.checks.shared.phones import same_phone

Json = dict[str, Any]

STRONG: Final = 60  # points from which the profile is taken for the lead's
_NAME, _PHONE, _DOMAIN, _ADDRESS = 35, 45, 45, 30
_SAME_ADDRESS: Final = 0.67
_OTHER_BRANCH: Final = 0.34  # addresses less alike than this are two places
_NEAR_KM: Final = 0.3
_FAR_KM: Final = 50.0
_FEW: Final = 2  # a website that names more numbers or addresses speaks for several branches


@dataclass(frozen=True, slots=True)
class Match:
    """What agrees between a business and a profile; None = one of the two doesn't say."""

    name: float  # 0-1
    phone: bool | None
    domain: bool | None
    address: float | None  # 0-1
    distance_km: float | None = None  # between the website's place and the profile's

    @property
    def points(self) -> int:
        """Confidence, 0-100: name 35, phone 45, website 45, address 30, by how far they agree.

        A place within 300 m counts as the same address. The weights are ours: a phone or a domain
        of one's own is shared with nobody, so either suffices with half the name; the name needs
        the address beside it. A profile at another address or more than 50 km off, with another
        phone, may be another branch and stays below STRONG.
        """
        total = _NAME * self.name + _ADDRESS * (1.0 if self.near else self.address or 0)
        total += _PHONE * bool(self.phone) + _DOMAIN * bool(self.domain)
        far = self.distance_km is not None and self.distance_km > _FAR_KM
        elsewhere = far or (self.address is not None and self.address < _OTHER_BRANCH)
        if elsewhere and not self.near and not self.phone:
            total = min(total, STRONG - 1)
        return min(100, round(total))

    @property
    def near(self) -> bool:
        return self.distance_km is not None and self.distance_km <= _NEAR_KM

    @property
    def strong(self) -> bool:
        return self.points >= STRONG

    @property
    def local(self) -> bool:
        """Whether something agrees that branches of one business don't share."""
        return bool(self.phone) or self.near or (self.address or 0) >= _SAME_ADDRESS

    def as_json(self) -> Json:
        return {
            "confidence": self.points,
            "name": round(self.name, 2),
            "phone": self.phone,
            "website": self.domain,
            "address": None if self.address is None else round(self.address, 2),
            "distance_km": None if self.distance_km is None else round(self.distance_km, 1),
        }


def match(lead: Json, place: Json, site: Json | None = None) -> Match:
    """Compare a business with a place as Google's JSON.

    Args:
        lead: {name, url, phone, address, country}, as we know it.
        place: a place's details.
        site: what the lead's website says (`site_facts`); it speaks for the lead, too.
    """
    name = get_text(get_object(place, "displayName"), "text") or ""
    names = [get_text(lead, "name") or "", *get_texts(site, "names")]
    return Match(
        name=max(name_similarity(ours, name) for ours in names),
        phone=_phone(lead, place, site),
        domain=_domain(lead, place, site),
        address=_address(lead, place, site),
        distance_km=_distance(place, site),
    )


def phone_of(place: Json) -> str | None:
    """Return the place's phone, with its country where Google shows it."""
    return get_text(place, "internationalPhoneNumber") or get_text(place, "nationalPhoneNumber")


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Return True if one is, False if all known ones are not, None if nothing is known."""
    known = [answer for answer in answers if answer is not None]
    return any(known) if known else None


def _ours(
    record: str | None, told: list[str], same: Callable[[str | None, str | None], bool | None]
) -> list[str | None]:
    """Return what may stand for the lead: our record, and the website's word where it adds to it.

    A website that confirms our record may name other branches besides: their details are not the
    lead's. The same goes for one that names many.
    """
    confirmed = any(same(record, value) for value in told)
    return [record] if confirmed or len(told) > _FEW else [record, *told]


def _phone(lead: Json, place: Json, site: Json | None) -> bool | None:
    country, theirs = get_text(lead, "country") or "US", phone_of(place)

    def same(one: str | None, other: str | None) -> bool | None:
        return same_phone(one, other, country)

    ours = _ours(get_text(lead, "phone"), get_texts(site, "phones"), same)
    return any_of(same(phone, theirs) for phone in ours)


def _domain(lead: Json, place: Json, site: Json | None) -> bool | None:
    """Compare domains of their own, else their pages on platforms; a mix says nothing."""
    urls, theirs = (get_text(lead, "url"), get_text(site, "url")), get_text(place, "websiteUri")
    for of_one in (own_domain, business_page):
        ours, other = {of_one(url) for url in urls} - {None}, of_one(theirs)
        if ours and other:
            return other in ours
    return None


def _address(lead: Json, place: Json, site: Json | None) -> float | None:
    theirs = get_text(place, "formattedAddress")
    ours = _ours(get_text(lead, "address"), get_texts(site, "addresses"), same_address)
    alike = [a for a in (address_similarity(address, theirs) for address in ours) if a is not None]
    return max(alike, default=None)


def _distance(place: Json, site: Json | None) -> float | None:
    geo, location = numbers_in(site, "geo"), get_object(place, "location")
    here = point(geo[0], geo[1]) if len(geo) > 1 else None
    there = point(get_number(location, "latitude"), get_number(location, "longitude"))
    return distance_km(here, there)
