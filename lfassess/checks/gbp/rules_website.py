"""Whether the profile and the business's website serve each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from lfassess.checks.base import Finding, Source
from lfassess.checks.gbp import catalogue
from lfassess.checks.gbp.catalogue import short
from lfassess.checks.gbp.evidence import Lead, Profile, Site, Structured
from lfassess.checks.shared.domains import own_domain

_NAMED: Final = 3
_raw: Final = partial(catalogue.finding, source=Source.RAW)


def findings(profile: Profile, lead: Lead, site: Site) -> Iterator[Finding]:
    """Yield the findings; nothing about the website where it wasn't read."""
    if profile.website and not own_domain(profile.website) and own_domain(lead.url):
        yield catalogue.finding("gbp-website-is-platform", short(profile.website))
    if not site.read:
        return
    yield from _structured_data(site)
    always = site.round_the_clock
    if always and profile.days_open and not profile.always_open:
        yield _raw("gbp-hours-miss-24h", f"website: “{short(always)}”; Google shows closing hours")


def _structured_data(site: Site) -> Iterator[Finding]:
    """Yield what is wrong with the front page's structured data: none, broken or incomplete."""
    found = site.structured or Structured()
    if not site.types and not found.syntaxes and not found.described:
        yield _raw(
            "gbp-no-structured-data",
            "no JSON-LD, microdata or RDFa in the home page's HTML as the server sends it",
        )
    elif found.faults:
        faults = ", ".join(found.faults[:_NAMED])
        yield _raw("gbp-structured-data-broken", f"JSON-LD with {faults}")
    elif site.structured and not found.described:
        kinds = ", ".join(short(name) for name in found.types[:_NAMED]) or "nothing we can name"
        yield _raw("gbp-structured-data-incomplete", f"it describes {kinds}, but no business")
    elif found.missing and found.missing != ("phone",):
        lacks = " and ".join(f"no {what}" for what in found.missing)
        yield _raw("gbp-structured-data-incomplete", f"{short(found.described)}, but {lacks}")
    if found.placeholders:
        texts = "; ".join(f"“{short(text)}”" for text in found.placeholders[:_NAMED])
        yield _raw("gbp-structured-data-placeholder", texts)
