"""How sure we are that a Google profile is the lead's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.domains import own_domain
from lfassess.checks.gbp_rules.same import address_similarity, name_similarity, same_phone
from lfassess.checks.loose import dict_in, text_in

Json = dict[str, Any]

STRONG: Final = 60  # points from which the profile is taken for the lead's
_NAME, _PHONE, _DOMAIN, _ADDRESS = 35, 45, 45, 30
_OTHER_BRANCH: Final = 0.34  # addresses less alike than this are two places


@dataclass(frozen=True, slots=True)
class Match:
    """What agrees between a lead and a profile; None = one of the two doesn't say."""

    name: float  # 0-1
    phone: bool | None
    domain: bool | None
    address: float | None  # 0-1

    @property
    def points(self) -> int:
        """Confidence, 0-100: name 35, phone 45, website 45, address 30, by how far they agree.

        The weights are ours: a phone or a domain of one's own is shared with nobody, so either
        suffices with half the name; the name needs the address beside it. A profile at another
        address, with another phone, may be another branch and stays below STRONG.
        """
        total = _NAME * self.name + _ADDRESS * (self.address or 0)
        total += _PHONE * bool(self.phone) + _DOMAIN * bool(self.domain)
        elsewhere = self.address is not None and self.address < _OTHER_BRANCH
        if elsewhere and not self.phone:
            total = min(total, STRONG - 1)
        return min(100, round(total))

    @property
    def strong(self) -> bool:
        return self.points >= STRONG

    def as_json(self) -> Json:
        return {
            "confidence": self.points,
            "name": round(self.name, 2),
            "phone": self.phone,
            "website": self.domain,
            "address": None if self.address is None else round(self.address, 2),
        }


def match(lead: Json, place: Json) -> Match:
    """Compare a lead {name, url, phone, address, country} with a place as Google's JSON."""
    country = text_in(lead, "country") or "US"
    ours, theirs = own_domain(text_in(lead, "url")), own_domain(text_in(place, "websiteUri"))
    phone = text_in(place, "internationalPhoneNumber") or text_in(place, "nationalPhoneNumber")
    return Match(
        name=name_similarity(
            text_in(lead, "name") or "", text_in(dict_in(place, "displayName"), "text") or ""
        ),
        phone=same_phone(text_in(lead, "phone"), phone, country),
        domain=None if ours is None or theirs is None else ours == theirs,
        address=address_similarity(text_in(lead, "address"), text_in(place, "formattedAddress")),
    )
