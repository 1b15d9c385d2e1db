"""Where Google, the website and our record of the business contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from lfassess.checks.base import Finding, Source, findings_from
from lfassess.checks.gbp.kinds import KINDS
from lfassess.checks.gbp.nap import Compared
from lfassess.checks.gbp.profile import Profile
from lfassess.checks.gbp.text import short
from lfassess.checks.shared.domains import own_domain
from lfassess.checks.shared.json_access import get_object, get_text, get_texts

Json = dict[str, Any]

_make: Final = findings_from(KINDS)
_NAMED: Final = 3


def differences(compared: Sequence[Compared]) -> Iterator[Finding]:
    """Yield what differs; where the website agrees with Google, only our record is doubted."""
    for one in compared:
        if one.agrees is False:
            yield _make(f"gbp-{one.field}-differs", _sides(one), source=Source.API)
    outdated = [one for one in compared if one.record_outdated]
    if outdated:
        told = "; ".join(f"{one.field}: {short(one.record)}" for one in outdated)
        yield _make("gbp-record-outdated", f"only our record says {told}", source=Source.API)
    # A record's spelling of the name is no contact detail; customers don't see it.
    known = [one for one in compared if one.agrees is not None and one.field != "name"]
    if known and all(one.agrees for one in known):
        agreed = ", ".join(one.field for one in known)
        yield _make("gbp-consistent", f"compared and found equal: {agreed}", source=Source.API)


def _sides(one: Compared) -> str:
    sides = [f"Google: {short(one.google)}"]
    if one.site_agrees is not None:
        sides.append(f"website: {', '.join(short(value) for value in one.site[:_NAMED])}")
    if one.record_agrees is not None:
        sides.append(f"our record: {short(one.record)}")
    return "; ".join(sides)


def website_findings(profile: Profile, lead: Json, site: Json) -> Iterator[Finding]:
    """Yield how profile and website serve each other; nothing where the page wasn't read."""
    if profile.website and not own_domain(profile.website) and own_domain(get_text(lead, "url")):
        yield _make("gbp-website-is-platform", short(profile.website), source=Source.API)
    if site.get("read") is not True:
        return
    yield from structured_data(site)
    always = get_text(site, "round_the_clock")
    if always and profile.days_open and not profile.always_open:
        yield _make("gbp-hours-miss-24h", f"website: “{short(always)}”; Google shows closing hours")


def structured_data(site: Json) -> Iterator[Finding]:
    """Yield what is wrong with the front page's structured data: none, broken or incomplete."""
    found = get_object(site, "structured")
    types, faults, missing = (get_texts(found, key) for key in ("types", "faults", "missing"))
    described = get_text(found, "described")
    if not get_texts(site, "types") and not found.get("syntaxes") and not described:
        yield _make(
            "gbp-no-structured-data",
            "no JSON-LD, microdata or RDFa in the home page's HTML as the server sends it",
        )
    elif faults:
        yield _make("gbp-structured-data-broken", f"JSON-LD with {', '.join(faults[:_NAMED])}")
    elif found and not described:
        kinds = ", ".join(short(name) for name in types[:_NAMED]) or "nothing we can name"
        yield _make("gbp-structured-data-incomplete", f"it describes {kinds}, but no business")
    elif missing and missing != ["phone"]:
        lacks = " and ".join(f"no {what}" for what in missing)
        yield _make("gbp-structured-data-incomplete", f"{short(described)}, but {lacks}")
    if left := get_texts(found, "placeholders"):
        told = "; ".join(f"“{short(text)}”" for text in left[:_NAMED])
        yield _make("gbp-structured-data-placeholder", told)
