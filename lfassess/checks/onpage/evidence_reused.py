"""Evidence made of what is there: for another lead of the domain, and with what a browser saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin

from lfassess.checks.base import Json, Target
from lfassess.checks.onpage.evidence import HOME, LINKED, Evidence, Lead, Link, Page, Tags
from lfassess.checks.onpage.evidence_addresses import plain, same_site
from lfassess.checks.onpage.evidence_page import Answered, facts
from lfassess.checks.shared.json_access import get_object, get_text, sanitise_for_jsonb
from lfassess.checks.shared.record import read_record
from lfassess.checks.shared.visit import Kind, met_in

_BROWSER: Final = "visual"
_SEEN: Final = frozenset({Kind.SITE, Kind.ELSEWHERE})
_SOMEBODYS: Final = "/~"  # a provider's domain with a website below it for each customer


def for_lead(evidence: Json, target: Target) -> Json | None:
    """Return the evidence as another lead's of the same domain; None where it needs a crawl.

    Its home page is the lead's own page where that was read, else the domain's front page.

    Args:
        evidence: of `fetch.fetch_pages`.
        target: whose it is to be.
    """
    seen, url = Evidence.from_json(evidence), target.url
    if url is None or seen.home is None:
        return None
    lead = Lead(target.name, target.phone, target.address, target.country)
    if plain(url) in {plain(seen.url), plain(seen.home.asked), plain(seen.home.url)}:
        return replace(seen, url=url, lead=lead).to_json()
    met = met_in(evidence)
    if met is None or met.kind not in _SEEN or _SOMEBODYS in url or _SOMEBODYS in seen.url:
        return None
    home = _page_at(url, seen) or _page_at(urljoin(url, "/"), seen)
    if home is None:
        return None
    if home is seen.home:
        return replace(seen, url=url, lead=lead).to_json()
    others = (replace(seen.home, found=LINKED), *(p for p in seen.pages if p is not home))
    moved = replace(
        seen,
        url=url,
        lead=lead,
        home=replace(home, found=HOME, links=_together(seen.home.links, home.links)),
        pages=others,
        rendered=None,  # that, its tags, and what search engines are shown, was the other page
        tags=None,
        for_search_engine=None,
        visit={**seen.visit, "url": home.url},
    )
    return moved.to_json()


def _page_at(url: str, seen: Evidence) -> Page | None:
    every = (*((seen.home,) if seen.home else ()), *seen.pages)
    found = (p for p in every if plain(url) in {plain(p.asked), plain(p.url)})
    return next((p for p in found if p.status == HTTPStatus.OK and p.unread is None), None)


def _together(menu: tuple[Link, ...], own: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return the links of a page with those that a crawl keeps once for all pages."""
    return tuple({(link.url, link.navigation): link for link in (*menu, *own)}.values())


def with_rendered(evidence: Json, others: Mapping[str, Json]) -> Json | None:
    """Return the evidence with what the browser saw; None where that is nothing of use.

    Args:
        evidence: of `fetch.fetch_pages`.
        others: the other checks' evidence, by name.
    """
    seen = Evidence.from_json(evidence)
    device = get_object(others.get(_BROWSER), "desktop")
    url = get_text(device, "url")
    if seen.home is None or not url or not same_site(url, seen.home.url):
        return None
    more = replace(seen, rendered=_rendered(seen, device, url), tags=_tags(seen, device))
    if more == seen:
        return None
    stored: Json = sanitise_for_jsonb(more.to_json())
    return stored


def _rendered(seen: Evidence, device: Json, url: str) -> Page | None:
    home, html = seen.home, get_text(device, "html")
    if home is None or not home.shell or seen.rendered or not html:
        return seen.rendered
    page = facts(Answered(home.asked, url, HTTPStatus.OK, (), html), seen.lead.country, found=HOME)
    return None if page.shell else page


def _tags(seen: Evidence, device: Json) -> Tags | None:
    loaded = get_object(device, "tags")
    return seen.tags or (read_record(Tags, loaded) if loaded else None)
