"""What a browser saw of the home page: its text where the server sends none, and what tags load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.onpage.addresses import same_site
from lfassess.checks.onpage.evidence import HOME, Evidence, Page, Tags
from lfassess.checks.onpage.page_facts import Answered, facts
from lfassess.checks.shared.json_access import get_object, get_text, sanitise_for_jsonb
from lfassess.checks.shared.record import read_record

_BROWSER: Final = "visual"
_OK: Final = 200


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
    page = facts(Answered(home.asked, url, _OK, (), html), seen.lead.country, found=HOME)
    return None if page.shell else page


def _tags(seen: Evidence, device: Json) -> Tags | None:
    loaded = get_object(device, "tags")
    return seen.tags or (read_record(Tags, loaded) if loaded else None)
