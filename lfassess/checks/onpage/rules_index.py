"""Whether engines and assistants may read the site, and know which address is the real one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import few, finding, on, quoted
from lfassess.checks.onpage.evidence import Evidence, Page, Robots, Sitemap, Tried
from lfassess.checks.onpage.evidence_addresses import absolute, path_of, plain, same_site
from lfassess.checks.onpage.evidence_robots import ANSWERING, TRAINING
from lfassess.quantities import plural

_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_SMALL_SITE: Final = 5  # pages; so few are found without a sitemap
_ALL_HOME: Final = 2  # sub-pages that must agree before it's called a pattern
_SEPARATORS: Final = re.compile(r"[,\s]+")


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield what keeps the site or its pages out of search results."""
    home = evidence.home
    assert home is not None
    if noindex(home):
        yield finding("onpage-noindex", f"the page says {quoted(', '.join(home.robots))}")
    yield from _robots(evidence.robots)
    yield from _assistants(evidence.robots)
    yield from _canonical(home, evidence.tried)
    yield from _canonicals(evidence)
    yield from _sitemap(evidence)
    if evidence.made_up_status == HTTPStatus.OK:
        shown = quoted(evidence.made_up_title) if evidence.made_up_title else "a page"
        yield finding("onpage-soft-404", f"a made-up address shows {shown} with status 200")


def noindex(page: Page) -> bool:
    """Return whether a page asks not to be listed."""
    words = {word for text in page.robots for word in _SEPARATORS.split(text)}
    return bool(words & {"noindex", "none"})


def _robots(robots: Robots) -> Iterator[Finding]:
    if robots.status is not None and robots.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        yield finding("onpage-robots-failing", f"robots.txt answers {robots.status}")
    elif robots.forbids_google or robots.forbids_all:
        engines = "Google" if not robots.forbids_all else "every search engine"
        engines = engines if robots.forbids_google else "every search engine but Google"
        yield finding("onpage-robots-forbids", f"robots.txt forbids the home page to {engines}")
    elif not robots.text:
        yield finding("onpage-robots-no-text", "robots.txt answers with a web page")


def _assistants(robots: Robots) -> Iterator[Finding]:
    """Yield which bots robots.txt keeps out; where it keeps out all, that is said already."""
    if robots.forbids_all:
        return
    if answering := [bot for bot in ANSWERING if bot in robots.forbidden_bots]:
        yield finding("onpage-ai-answers-blocked", f"robots.txt forbids {few(answering)}")
    if training := [bot for bot in TRAINING if bot in robots.forbidden_bots]:
        yield finding("onpage-ai-training-blocked", f"robots.txt forbids {few(training)}")


def _canonical(home: Page, tried: tuple[Tried, ...]) -> Iterator[Finding]:
    """Yield what is wrong with the home page's canonical address."""
    named = [absolute(home.url, text) for text in home.canonicals]
    if home.header_canonical:
        named.append(home.header_canonical)
    different = list(dict.fromkeys(url for url in named if url))
    if len({plain(url) for url in different}) > 1:
        yield finding("onpage-canonicals-several", f"it names {few(different)}")
        return
    if not different:
        return
    url = different[0]
    if not same_site(url, home.url):
        yield finding("onpage-canonical-elsewhere", f"it names {url}")
        return
    answer = next((t for t in tried if t.url == url), None)
    if answer and (answer.is_broken or (answer.hops and answer.status == HTTPStatus.OK)):
        how = f"answers {answer.status}" if answer.is_broken else f"forwards to {answer.ends}"
        yield finding(
            "onpage-canonical-broken", f"{url} {'does not exist' if answer.gone else how}"
        )
    if home.canonicals and not re.match(r"(?:https?:)?//", home.canonicals[0], re.IGNORECASE):
        yield finding("onpage-canonical-relative", f"it says {quoted(home.canonicals[0])}")


def _canonicals(evidence: Evidence) -> Iterator[Finding]:
    home = evidence.all_pages[0]
    others = [p for p in evidence.all_pages[1:] if p.canonicals and plain(p.url) != plain(home.url)]
    to_home = [p for p in others if _is_home(absolute(p.url, p.canonicals[0]), home)]
    if len(to_home) >= _ALL_HOME and len(to_home) == len(others):
        yield finding("onpage-canonicals-home", on(to_home))


def _is_home(url: str | None, home: Page) -> bool:
    return url is not None and plain(url) == plain(home.url)


def _sitemap(evidence: Evidence) -> Iterator[Finding]:
    sitemap = evidence.sitemap
    if sitemap is not None and sitemap.status != HTTPStatus.OK and not sitemap.is_broken:
        return  # no answer, or one meant for programs: nobody knows whether there is one
    if sitemap is None or (sitemap.status != HTTPStatus.OK and not sitemap.named):
        count = len(evidence.all_pages)
        if count > _SMALL_SITE and evidence.robots.status is not None:
            yield finding("onpage-no-sitemap", f"{count} pages were found by their links")
        return
    if sitemap.status != HTTPStatus.OK:
        what = f"robots.txt names {path_of(sitemap.url)}, which answers {sitemap.status}"
        yield finding("onpage-sitemap-broken", what)
    elif sitemap.fault:
        yield finding("onpage-sitemap-broken", f"{path_of(sitemap.url)}: {sitemap.fault}")
    if sitemap.foreign:
        yield finding("onpage-sitemap-foreign", few(sitemap.foreign))
    if dead := list(_dead(evidence, sitemap)):
        yield finding("onpage-sitemap-dead", f"{plural(len(dead), 'page')}: {few(dead)}")


def _dead(evidence: Evidence, sitemap: Sitemap) -> Iterator[str]:
    """Yield listed pages that were asked for and can't be listed."""
    listed = {plain(url) for url in sitemap.listed}
    for page in evidence.pages:
        if plain(page.asked) in listed:
            if page.status in _GONE:
                yield f"{path_of(page.asked)} is missing"
            elif page.status == HTTPStatus.OK and noindex(page):
                yield f"{path_of(page.asked)} asks not to be listed"
