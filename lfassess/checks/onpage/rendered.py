"""The home page as a browser showed it, where the server sends no more than an empty shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.onpage.addresses import same_site
from lfassess.checks.onpage.evidence import HOME, Evidence
from lfassess.checks.onpage.page_facts import Answered, facts
from lfassess.checks.shared.json_access import get_object, get_text, sanitise_for_jsonb

_BROWSER: Final = "visual"
_OK: Final = 200


def with_rendered(evidence: Json, others: Mapping[str, Json]) -> Json | None:
    """Return the evidence with the page that the browser saw; None where it saw none of use.

    Args:
        evidence: of `fetch.fetch_pages`.
        others: the other checks' evidence, by name.
    """
    seen = Evidence.from_json(evidence)
    device = get_object(others.get(_BROWSER), "desktop")
    html, url = get_text(device, "html"), get_text(device, "url")
    home = seen.home
    if home is None or not home.shell or seen.rendered or not html or not url:
        return None
    if not same_site(url, home.url):
        return None
    page = facts(Answered(home.asked, url, _OK, (), html), seen.lead.country, found=HOME)
    if page.shell:
        return None
    more: Json = sanitise_for_jsonb(replace(seen, rendered=page).to_json())
    return more
