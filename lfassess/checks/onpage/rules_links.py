"""Where the site's links lead."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import few, finding, quoted
from lfassess.checks.onpage.evidence import Evidence, Link, Tried
from lfassess.checks.onpage.evidence_addresses import path_of, plain, same_site
from lfassess.checks.shared.domains import host_of, platform_of
from lfassess.checks.shared.platforms import SOCIAL
from lfassess.quantities import plural

_DETOURS: Final = 2
_OWN_COPY: Final = re.compile(
    r"(?:^|\.)(?:staging\d?|stage|dev\d?|test\d?|preview|beta)\.", re.IGNORECASE
)
# Where hosts put copies that only developers are meant to see.
_COPIES: Final = re.compile(
    r"(?:^|\.)localhost$|\.(?:local|internal|wpengine\.com|wpenginepowered\.com|kinsta\.cloud"
    r"|flywheelsites\.com|flywheelstaging\.com|mystagingwebsite\.com|cloudwaysapps\.com|myftpupload\.com"
    r"|temp\.domains|siteground\.biz|sg-host\.com|instawp\.xyz|tastewp\.com)$",
    re.IGNORECASE,
)


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield links that lead nowhere, astray, or say nothing."""
    home = evidence.home
    assert home is not None
    links = list(_links(evidence))
    yield from _broken(evidence, links)
    if copies := [link for link in links if _is_copy(link, home.url)]:
        yield finding("onpage-staging-links", few(link.url for link in copies))
    if home.url.startswith("https:"):
        plainly = [link for link in links if link.internal and link.url.startswith("http:")]
        if plainly:
            shown = few(link.url for link in plainly)
            yield finding("onpage-http-links", f"{plural(len(plainly), 'link')}: {shown}")
    if vague := [text for page in evidence.all_pages for text in page.vague]:
        yield finding("onpage-vague-links", few(quoted(text) for text in vague))
    detours = [t for t in evidence.tried if t.hops > _DETOURS and same_site(t.url, home.url)]
    if detours:
        shown = few(f"{path_of(t.url)} ({t.hops} steps)" for t in detours)
        yield finding("onpage-link-detours", shown)
    odd = [link for link in links if link.internal and _is_odd(link.url)]
    if odd:
        yield finding("onpage-odd-addresses", few(path_of(link.url) for link in odd))


def _links(evidence: Evidence) -> Iterator[Link]:
    """Yield every different link, as one of the navigation where it is one anywhere."""
    found: dict[str, Link] = {}
    for page in evidence.all_pages:
        for link in page.links:
            known = found.setdefault(link.url, link)
            if link.navigation and not known.navigation:
                found[link.url] = link
    yield from found.values()


def broken(evidence: Evidence) -> list[tuple[Link, Tried]]:
    """Return the links that lead nowhere, each with the answer; networks' own are left out."""
    return [b for b in _dead(evidence, list(_links(evidence))) if _counts(b[0])]


def _counts(link: Link) -> bool:
    return link.internal or not _is_social(link)


def _dead(evidence: Evidence, links: list[Link]) -> list[tuple[Link, Tried]]:
    dead = {answer.url: answer for answer in evidence.tried if answer.is_broken}
    for page in evidence.pages:
        answer = Tried(page.asked, page.status)
        if answer.is_broken:
            dead[page.asked] = answer
    by_page = {plain(url): answer for url, answer in dead.items()}
    return [(link, by_page[plain(link.url)]) for link in links if plain(link.url) in by_page]


def _broken(evidence: Evidence, links: list[Link]) -> Iterator[Finding]:
    found = [b for b in _dead(evidence, links) if _counts(b[0])]
    groups = {
        "onpage-broken-navigation": [b for b in found if b[0].internal and b[0].navigation],
        "onpage-broken-links": [b for b in found if b[0].internal and not b[0].navigation],
        "onpage-broken-external": [b for b in found if not b[0].internal],
    }
    for code, some in groups.items():
        if some:
            yield finding(code, few(_shown(link, answer) for link, answer in some))


def _shown(link: Link, answer: Tried) -> str:
    where = path_of(link.url) if link.internal else link.url[:100]
    why = "no such website" if answer.gone else f"status {answer.status}"
    return f"{quoted(link.text)} to {where} ({why})" if link.text else f"{where} ({why})"


def _is_social(link: Link) -> bool:
    """Return whether a network answers, which shows programs what it likes."""
    found = platform_of(link.url)
    return found is not None and found.kind == SOCIAL


def _is_copy(link: Link, home: str) -> bool:
    host = host_of(link.url) or ""
    if host == host_of(home):
        return False
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        pass
    own = same_site(link.url, home) and _OWN_COPY.search(host) is not None
    return own or _COPIES.search(host) is not None


def _is_odd(url: str) -> bool:
    path = urlsplit(url).path
    return (
        " " in path or "%20" in path or any(c.isupper() for c in re.sub("%[0-9A-F]{2}", "", path))
    )
