"""How sure we are that a Google profile is the lead's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.gbp.evidence import Lead, Point, Profile, Site
from lfassess.checks.shared.domains import business_page, own_domain
from lfassess.checks.shared.phones import same_phone
from lfassess.checks.shared.similarity import address_similarity, name_similarity, same_address

MATCH_THRESHOLD: Final = 60  # points from which the profile is taken to be the lead's
_NAME, _PHONE, _DOMAIN, _ADDRESS = 35, 45, 45, 30
_SAME_ADDRESS: Final = 0.67
_OTHER_BRANCH: Final = 0.34  # addresses less alike than this are two places
_NEAR_KM: Final = 0.3
_FAR_KM: Final = 50.0
_EARTH_KM: Final = 6371.0  # radius
# A website with more numbers or addresses than that has several branches.
_MAX_BRANCHLESS: Final = 2


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
        of one's own is not shared, so either suffices with half the name; the name needs
        the address beside it. A profile at another address or more than 50 km off, with another
        phone, may be another branch and stays below MATCH_THRESHOLD.
        """
        total = _NAME * self.name + _ADDRESS * (1.0 if self.near else self.address or 0)
        total += _PHONE * bool(self.phone) + _DOMAIN * bool(self.domain)
        far = self.distance_km is not None and self.distance_km > _FAR_KM
        elsewhere = far or (self.address is not None and self.address < _OTHER_BRANCH)
        if elsewhere and not self.near and not self.phone:
            total = min(total, MATCH_THRESHOLD - 1)
        return min(100, round(total))

    @property
    def near(self) -> bool:
        return self.distance_km is not None and self.distance_km <= _NEAR_KM

    @property
    def strong(self) -> bool:
        return self.points >= MATCH_THRESHOLD

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


def match(lead: Lead, profile: Profile, site: Site) -> Match:
    """Compare a business, by our record and its website, with a profile."""
    return Match(
        name=max(name_similarity(ours, profile.name) for ours in (lead.name or "", *site.names)),
        phone=_phone(lead, profile, site),
        domain=_domain(lead, profile, site),
        address=_address(lead, profile, site),
        distance_km=distance_km(site.geo, profile.location),
    )


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Return True if one is, False if all known ones are not, None if nothing is known."""
    known = [answer for answer in answers if answer is not None]
    return any(known) if known else None


def distance_km(one: Point | None, other: Point | None) -> float | None:
    """Return the kilometres between two points as the crow flies (haversine), or None."""
    if one is None or other is None:
        return None
    a, b = (tuple(map(math.radians, p)) for p in (one, other))
    half = (
        math.sin((b[0] - a[0]) / 2) ** 2
        + math.cos(a[0]) * math.cos(b[0]) * math.sin((b[1] - a[1]) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _ours(
    record: str | None,
    on_site: tuple[str, ...],
    same: Callable[[str | None, str | None], bool | None],
) -> list[str | None]:
    """Return the values to match against: our record, and the website's unless it has branches.

    The website's values are left out where one of them equals our record, as the others then belong
    to other branches, or where there are more than _MAX_BRANCHLESS.
    """
    confirmed = any(same(record, value) for value in on_site)
    return [record] if confirmed or len(on_site) > _MAX_BRANCHLESS else [record, *on_site]


def _phone(lead: Lead, profile: Profile, site: Site) -> bool | None:
    def same(one: str | None, other: str | None) -> bool | None:
        return same_phone(one, other, lead.country)

    return any_of(same(phone, profile.phone) for phone in _ours(lead.phone, site.phones, same))


def _domain(lead: Lead, profile: Profile, site: Site) -> bool | None:
    """Compare domains of their own, else their pages on platforms; a mix says nothing."""
    for identity in (own_domain, business_page):
        ours = {identity(url) for url in (lead.url, site.url)} - {None}
        theirs = identity(profile.website)
        if ours and theirs:
            return theirs in ours
    return None


def _address(lead: Lead, profile: Profile, site: Site) -> float | None:
    ours = _ours(lead.address, site.addresses, same_address)
    alike = [address_similarity(address, profile.address) for address in ours]
    return max((share for share in alike if share is not None), default=None)


_AS_GOOD: Final = 5  # points within which two matches are equally likely


@dataclass(frozen=True, slots=True)
class Choice:
    """The best candidate, and others that are surely of the same business."""

    match: Match
    profile: Profile
    duplicates: tuple[Profile, ...]  # other strong matches: duplicates, or branches
    ambiguous: bool

    @property
    def is_confident(self) -> bool:
        return self.match.strong and not self.ambiguous


def choose(lead: Lead, site: Site, profiles: Sequence[Profile]) -> Choice | None:
    """Return the best match, the first of equals (Google's order); None without candidates.

    A best match is ambiguous if another one equals it and neither a phone nor an address says which
    of them is meant: one of a chain's branches must not be judged as another.
    """
    matched = [(match(lead, profile, site), profile) for profile in _distinct(profiles)]
    if not matched:
        return None
    best, profile = max(matched, key=lambda pair: pair[0].points)
    others = [(m, p) for m, p in matched if p is not profile and m.strong]
    equals = [m for m, _ in others if best.points - m.points < _AS_GOOD]
    return Choice(
        match=best,
        profile=profile,
        duplicates=tuple(p for _, p in others) if best.strong else (),
        ambiguous=best.strong and not best.local and bool(equals),
    )


def _distinct(profiles: Sequence[Profile]) -> list[Profile]:
    """Return each place once; none without an id counts as the same as another."""
    by_id: dict[object, Profile] = {}
    for n, profile in enumerate(profiles):
        by_id.setdefault(n if profile.place_id is None else profile.place_id, profile)
    return list(by_id.values())
