"""Whether name, phone, address and website agree between Google, the website and our record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.checks.base import Finding, Json
from lfassess.checks.gbp.catalogue import finding, short
from lfassess.checks.gbp.evidence import Lead, Profile, Site
from lfassess.checks.gbp.rules_match import any_of
from lfassess.checks.shared.domains import own_domain, registrable_domain
from lfassess.checks.shared.phones import same_phone, shown_phone
from lfassess.checks.shared.similarity import name_similarity, same_address

_Same = Callable[[str | None, str | None], bool | None]

_SAME_NAME: Final = 0.8
_NAMED: Final = 3
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


def compare(profile: Profile, lead: Lead, site: Site) -> tuple[Compared, ...]:
    """Compare a profile's phone, website, address and name with our record and the website."""

    def phones(one: str | None, other: str | None) -> bool | None:
        return same_phone(one, other, lead.country)

    def shown(phone: str | None) -> str | None:
        return shown_phone(phone, lead.country) if phone else None

    numbers = tuple(shown_phone(phone, lead.country) for phone in _decoded(site.phones))
    elsewhere = site.url and own_domain(site.url) != own_domain(lead.url)
    redirected = (site.url,) if site.url and elsewhere else ()
    addresses, names = _decoded(site.addresses), _decoded(site.names)
    return (
        _compared("phone", shown(profile.phone), numbers, shown(lead.phone), phones),
        _compared("website", profile.website, redirected, lead.url, _same_domain),
        _compared("address", profile.address, addresses, lead.address, same_address),
        _compared("name", profile.name or None, names, _given_name(lead), _same_name),
    )


def _decoded(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if _UNDECODED not in text)


def findings(compared: Sequence[Compared]) -> Iterator[Finding]:
    """Yield what differs; where the website agrees with Google, only our record is in doubt."""
    for one in compared:
        if one.agrees is False:
            yield finding(f"gbp-{one.field}-differs", _sides(one))
    outdated = [one for one in compared if one.record_outdated]
    if outdated:
        values = "; ".join(f"{one.field}: {short(one.record)}" for one in outdated)
        yield finding("gbp-record-outdated", f"only our record says {values}")
    # A record's spelling of the name is no contact detail; customers don't see it.
    known = [one for one in compared if one.agrees is not None and one.field != "name"]
    # An address on the web alone is not what customers call or drive to.
    if any(one.field != "website" for one in known) and all(one.agrees for one in known):
        agreed = ", ".join(one.field for one in known)
        yield finding("gbp-consistent", f"compared and found equal: {agreed}")


def _sides(one: Compared) -> str:
    sides = [f"Google: {short(one.google)}"]
    if one.site_agrees is not None:
        sides.append(f"website: {', '.join(short(value) for value in one.site[:_NAMED])}")
    if one.record_agrees is not None:
        sides.append(f"our record: {short(one.record)}")
    return "; ".join(sides)


def _given_name(lead: Lead) -> str | None:
    """Return the lead's name; one that is only its website's host was never given."""
    name = lead.name
    host = name if name and "." in name and " " not in name else None
    own = registrable_domain(lead.url)
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
