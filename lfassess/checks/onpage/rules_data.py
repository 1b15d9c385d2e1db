"""What search engines and social networks read in a form made for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import few, finding, on, quoted
from lfassess.checks.onpage.evidence import Described, Evidence, Page
from lfassess.checks.shared.domains import business_page, host_of, platform_of
from lfassess.checks.shared.phones import phone_e164, shown_phone
from lfassess.checks.shared.platforms import SOCIAL, Platform
from lfassess.checks.shared.similarity import same_address

_SMALL: Final = 200  # pixels; networks show no smaller picture
# Types that say no more than that there is some organization.
_GENERIC: Final = frozenset(
    ("Organization", "Corporation", "NGO", "WebSite", "WebPage", "Brand", "Thing", "OnlineBusiness",
     "OnlineStore", "NewsMediaOrganization", "EducationalOrganization", "Project")
)  # fmt: skip
_SHARERS: Final = (
    "/sharer",
    "/share",
    "/intent",
    "/plugins",
    "/dialog",
    "/tr",
    "/pin/create",
    "/submit",
)
# What networks show besides profiles: single posts, searches, pages of their own.
_NO_PROFILE: Final = re.compile(
    r"^/(?:[a-z]{2}(?:[-_][a-z]{2})?/)?(?:watch|embed|playlist|shorts|reels?|tv|events?|photos?|photo\.php"
    r"|posts?|search|hashtag|pin|feed|pulse|polic(?:y|ies)|privacy|legal|help|about|terms|tos|settings"
    r"|explore|stories|login|signup|home|status|story\.php|permalink\.php)(?:/|$)",
    re.IGNORECASE,
)
_OWN_HOST: Final = re.compile(r"^(?:help|support|polic(?:y|ies)|developers?|about|blog)\.")
_POSTS: Final = {"instagram.com": re.compile(r"^/p/"), "vimeo.com": re.compile(r"^/\d+(?:/|$)")}
# Services of a network that no business has a profile on.
_NO_NETWORKS: Final = frozenset(
    {"wa.me", "whatsapp.com", "youtu.be", "medium.com", "messenger.com"}
)
# What Google recommends beyond name and address.
_USEFUL: Final = {
    "phone": "telephone", "url": "web address", "hours": "opening hours", "geo": "place on the map",
}  # fmt: skip


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield what is wrong with structured data and share previews."""
    home = evidence.home
    assert home is not None
    if not home.shell:
        yield from _structured(evidence)
    yield from _preview(home, evidence)
    yield from _profiles(evidence)


def best_described(evidence: Evidence) -> Described | None:
    """Return the local business of which the pages' data say most, or None."""
    local = [one for page in evidence.all_pages for one in page.described if _is_local(one)]
    return min(
        local, key=lambda one: (len(lacks_basics(one)), len(lacks_useful(one))), default=None
    )


def lacks_basics(one: Described) -> list[str]:
    """Return what Google requires and the data don't have."""
    said = {"name": one.names, "address": one.addresses or one.area}
    return [name for name, value in said.items() if not value]


def lacks_useful(one: Described) -> list[str]:
    """Return what Google recommends and the data don't have."""
    said = {"phone": one.phones, "url": one.urls, "hours": one.hours, "geo": one.geo or one.area}
    return [_USEFUL[name] for name, value in said.items() if not value]


def _is_local(one: Described) -> bool:
    return any(kind not in _GENERIC for kind in one.types)


def _structured(evidence: Evidence) -> Iterator[Finding]:
    pages = evidence.all_pages
    if faulty := [page for page in pages if page.faults]:
        faults = few(fault for page in faulty for fault in page.faults)
        yield finding("onpage-data-broken", f"{faults}, {on(faulty)}")
    if not any(page.types for page in pages):
        if not faulty:
            yield finding("onpage-no-structured-data", "no JSON-LD, microdata or RDFa")
        return
    best = best_described(evidence)
    if best is None:
        if not faulty:
            kinds = few(kind for page in pages for kind in page.types)
            yield finding("onpage-no-local-business", f"it describes {kinds}")
        return
    called = quoted(best.names[0]) if best.names else best.types[0]
    if missing := lacks_basics(best):
        yield finding("onpage-data-incomplete", f"{called} has no {few(missing)}")
    if missing := lacks_useful(best):
        yield finding("onpage-data-sparse", f"{called} has no {few(missing)}")
    if best.rated:
        yield finding("onpage-self-rating", f"{called} has an aggregate rating")
    yield from _phone(best, evidence)
    yield from _address(evidence)


def _phone(best: Described, evidence: Evidence) -> Iterator[Finding]:
    """Yield a number in the data that isn't the business's, which the pages do show."""
    country = evidence.lead.country
    known = phone_e164(evidence.lead.phone, country)
    given = [number for text in best.phones if (number := phone_e164(text, country))]
    shown = {number for page in evidence.all_pages for number in page.phones}
    if known and given and known not in given and known in shown:
        numbers = [shown_phone(number, country) for number in (given[0], known)]
        yield finding("onpage-data-differs", f"the data say {numbers[0]}, the pages {numbers[1]}")


def _address(evidence: Evidence) -> Iterator[Finding]:
    """Yield an address in the data that isn't the business's, where the pages show that one alone.

    A chain's pages name several; which of them the data should name is not for us to say.
    """
    known, pages = evidence.lead.address, evidence.all_pages
    given = [text for page in pages for one in page.described for text in one.addresses]
    if not given or any(same_address(text, known) is not False for text in given):
        return
    shown = [text for page in pages for text in page.addresses if text not in given]
    if shown and all(same_address(text, known) for text in shown):
        said = f"the data say {quoted(given[0])}, the pages {quoted(shown[0])}"
        yield finding("onpage-data-address", said)


def _preview(home: Page, evidence: Evidence) -> Iterator[Finding]:
    lacks = [
        name
        for name, value in (("og:title", home.share_title), ("og:image", home.share_picture))
        if not value
    ]
    if lacks:
        yield finding("onpage-no-share-preview", f"missing: {few(lacks)}")
    answer = next((t for t in evidence.tried if t.url == home.share_picture), None)
    if answer is None:
        return
    if answer.gone or (answer.status or 0) in (404, 410):
        what = "doesn't exist" if answer.gone else f"answers {answer.status}"
        yield finding("onpage-share-picture", f"the picture's address {what}")
    elif answer.width and answer.height and min(answer.width, answer.height) < _SMALL:
        size = f"{answer.width} by {answer.height} pixels"
        yield finding("onpage-share-picture", f"{size}; smaller than {_SMALL} by {_SMALL}")


def _profiles(evidence: Evidence) -> Iterator[Finding]:
    found, roots = networks(evidence)
    if roots:
        yield finding("onpage-social-sample", few(roots))
    if found:
        yield finding("onpage-social-profiles", few(found))


def networks(evidence: Evidence) -> tuple[list[str], list[str]]:
    """Return the profiles on social networks that are linked, and the networks' own front pages."""
    found: dict[str, None] = {}
    roots: dict[str, None] = {}
    outward = (link for page in evidence.all_pages for link in page.links if not link.internal)
    for link in outward:
        network = platform_of(link.url)
        if network is None or network.kind != SOCIAL or network.domain in _NO_NETWORKS:
            continue
        path = urlsplit(link.url).path
        if any(path.startswith(sharer) for sharer in _SHARERS) or _is_no_profile(link.url, network):
            continue
        if not path.strip("/") and not urlsplit(link.url).query:
            roots[network.domain] = None
        elif profile := business_page(link.url):
            found[profile] = None
    return list(found), list(roots)


def _is_no_profile(url: str, network: Platform) -> bool:
    path, posts = urlsplit(url).path, _POSTS.get(network.domain)
    if _OWN_HOST.match(host_of(url) or "") or _NO_PROFILE.match(path):
        return True
    return posts is not None and posts.match(path) is not None
