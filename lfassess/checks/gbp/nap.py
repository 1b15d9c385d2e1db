"""Whether name, phone, address and website agree between Google, the website and our record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.gbp.match import any_of
from lfassess.checks.gbp.profile import Profile
from lfassess.checks.gbp.similarity import name_similarity, same_address
from lfassess.checks.shared.domains import own_domain, registrable_domain
from lfassess.checks.shared.json_access import get_text, get_texts
from lfassess.checks.shared.phones import same_phone, shown_phone

Json = dict[str, Any]
_Same = Callable[[str | None, str | None], bool | None]

_SAME_NAME: Final = 0.8
_UNDECODED: Final = "\ufffd"  # what decoders put for bytes that are no text


@dataclass(frozen=True, slots=True)
class Compared:
    """One detail in its three places; None = that place doesn't say, or can't be compared."""

    field: str  # name, phone, address, website
    google: str | None
    site: tuple[str, ...]  # what the website says; it may name several
    record: str | None  # what we were given
    site_agrees: bool | None  # with Google
    record_agrees: bool | None  # with Google

    @property
    def agrees(self) -> bool | None:
        """Whether Google is right, by the website where it says anything, else by our record."""
        return self.record_agrees if self.site_agrees is None else self.site_agrees

    @property
    def record_outdated(self) -> bool:
        """Whether Google and the website agree and only our record differs."""
        return self.site_agrees is True and self.record_agrees is False

    def as_json(self) -> Json:
        return {
            "field": self.field,
            "google": self.google,
            "website": list(self.site),
            "record": self.record,
            "agrees": self.agrees,
            "record_outdated": self.record_outdated,
        }


def compare(profile: Profile, lead: Json, site: Json) -> tuple[Compared, ...]:
    """Compare the profile with the lead {name, url, phone, address, country} and its website."""
    country = get_text(lead, "country") or "US"

    def phones(one: str | None, other: str | None) -> bool | None:
        return same_phone(one, other, country)

    def shown(phone: str | None) -> str | None:
        return shown_phone(phone, country) if phone else None

    def said(key: str) -> tuple[str, ...]:
        return tuple(text for text in get_texts(site, key) if _UNDECODED not in text)

    numbers = tuple(shown_phone(phone, country) for phone in said("phones"))

    landed = get_text(site, "url")
    elsewhere = landed and own_domain(landed) != own_domain(get_text(lead, "url"))
    redirected = (landed,) if landed and elsewhere else ()
    return (
        _compared("phone", shown(profile.phone), numbers, shown(get_text(lead, "phone")), phones),
        _compared("website", profile.website, redirected, get_text(lead, "url"), _same_domain),
        _compared(
            "address", profile.address, said("addresses"), get_text(lead, "address"), same_address
        ),
        _compared("name", profile.name or None, said("names"), _given_name(lead), _same_name),
    )


def _given_name(lead: Json) -> str | None:
    """Return the lead's name; one that is only its website's host was never given."""
    name = get_text(lead, "name")
    host = name if name and "." in name and " " not in name else None
    own = registrable_domain(get_text(lead, "url"))
    return None if host and own and registrable_domain(host) == own else name


def _compared(
    field: str, google: str | None, site: tuple[str, ...], record: str | None, same: _Same
) -> Compared:
    return Compared(
        field=field,
        google=google,
        site=site,
        record=record,
        site_agrees=any_of(same(value, google) for value in site),
        record_agrees=same(record, google),
    )


def _same_name(one: str | None, other: str | None) -> bool | None:
    return name_similarity(one, other) >= _SAME_NAME if one and other else None


def _same_domain(one: str | None, other: str | None) -> bool | None:
    a, b = own_domain(one), own_domain(other)
    return None if a is None or b is None else a == b
