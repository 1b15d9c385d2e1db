"""One crawl of a domain serves all leads that have their website there."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urljoin

from lfassess.checks.base import Json, Target
from lfassess.checks.onpage.addresses import plain
from lfassess.checks.onpage.evidence import HOME, LINKED, Evidence, Lead, Link, Page
from lfassess.checks.shared.visit import Kind, met_in

_OK: Final = 200
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
    return next((p for p in found if p.status == _OK and p.unread is None), None)


def _together(menu: tuple[Link, ...], own: tuple[Link, ...]) -> tuple[Link, ...]:
    """Return the links of a page with those that a crawl keeps once for all pages."""
    return tuple({(link.url, link.navigation): link for link in (*menu, *own)}.values())
