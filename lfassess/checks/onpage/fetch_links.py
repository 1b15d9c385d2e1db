"""Tries where a site's links, share pictures and canonical addresses lead."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import zip_longest
from typing import Final

from PIL import Image

from lfassess.checks.onpage.evidence import Evidence, Link, Tried
from lfassess.checks.onpage.evidence_addresses import absolute, plain
from lfassess.checks.onpage.evidence_robots import Rules
from lfassess.checks.shared.domains import host_of, platform_of
from lfassess.checks.shared.platforms import SOCIAL
from lfassess.clients.crawl import Reader
from lfassess.clients.website import Page
from lfassess.errors import CheckError, TargetUnreachableError

MOST: Final = 60
_EACH_S: Final = 5.0
_PICTURE_BYTES: Final = 300_000
_ASK_AGAIN: Final = frozenset({400, 403, 404, 405, 410, 501})  # what HEAD gets where GET may not
_UNTOLD: Final = 100


def try_links(
    evidence: Evidence,
    reader: Reader,
    rules: Rules,
    *,
    exists: Callable[[str], bool],
    hurry: Callable[[], bool] = lambda: False,
) -> Evidence:
    """Return the evidence with where the links of the pages lead, as far as time allows.

    Addresses that were read as pages are not asked for again. Pages that robots.txt keeps programs
    from are left alone. Other hosts' links are tried in the pauses between two of the site's own.

    Args:
        evidence: what has been read.
        reader: asks.
        rules: of robots.txt.
        exists: whether a host's name may exist; asked where it could not be resolved.
        hurry: whether to try no more links but the menu's.
    """
    every = evidence.all_pages
    pictures = list(dict.fromkeys(p.share_picture for p in every if p.share_picture))[:1]
    canonical = [url for url in (_canonical(evidence),) if url]
    links = _chosen(evidence, rules)
    menu = {*canonical, *(link.url for link in links if link.navigation)}
    own = {link.url for link in links if link.internal}
    chosen = [*dict.fromkeys([*canonical, *(link.url for link in links)])][:MOST]
    in_turn = _alternately([u for u in chosen if u in own], [u for u in chosen if u not in own])

    def attempt(url: str) -> Tried | None:
        return None if url not in menu and hurry() else _try(reader, url, exists)

    picture = [_try_picture(reader, url, exists) for url in pictures]
    tried = reader.side_by_side(attempt, in_turn)
    results = (*(t for t in picture if t), *(result for _, result in tried if result))
    known = {result.url for result in results}
    untold = tuple(link.url for link in links if link.url not in known)
    return replace(evidence, tried=results, untold=untold[:_UNTOLD])


def _alternately(one: list[str], other: list[str]) -> Iterator[str]:
    for pair in zip_longest(one, other):
        yield from (url for url in pair if url is not None)


def _chosen(evidence: Evidence, rules: Rules) -> list[Link]:
    """Return the links to try: internal ones first, those of the navigation before others.

    Social networks are not asked: what they answer programs tells nothing.
    """
    read = {
        plain(url)
        for page in (*evidence.pages, evidence.home)
        if page
        for url in (page.asked, page.url)
    }
    found: dict[str, Link] = {}
    for page in evidence.all_pages:
        for link in page.links:
            if plain(link.url) not in read and _may_tell(link, rules):
                known = found.setdefault(link.url, link)
                if link.navigation and not known.navigation:
                    found[link.url] = link
    return sorted(found.values(), key=lambda link: (not link.internal, not link.navigation))


def _may_tell(link: Link, rules: Rules) -> bool:
    if link.internal:
        return rules.may_read(link.url)
    network = platform_of(link.url)
    return network is None or network.kind != SOCIAL


def _canonical(evidence: Evidence) -> str | None:
    """Return the home page's canonical address where it is another than its own."""
    home = evidence.home
    if home is None or not home.canonicals:
        return None
    url = absolute(home.url, home.canonicals[0])
    return url if url and plain(url) != plain(home.url) else None


def _try(reader: Reader, url: str, exists: Callable[[str], bool]) -> Tried | None:
    """Return where an address leads; None where nobody answered in time, which tells nothing."""
    answer = reader.ask(url, seconds=_EACH_S, method="HEAD", max_bytes=1_000)
    if isinstance(answer, Page) and (
        answer.status in _ASK_AGAIN or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        answer = reader.ask(url, seconds=_EACH_S, max_bytes=1_000)
        if isinstance(answer, Page) and answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            answer = reader.ask(url, seconds=_EACH_S, max_bytes=1_000)
    if isinstance(answer, Page):
        return Tried(url, answer.status, hops=len(answer.redirects), ends=answer.url)
    return _gone(url, answer, exists)


def _gone(url: str, error: CheckError, exists: Callable[[str], bool]) -> Tried | None:
    """Return that a link's host has no such name, or None: any other failure may be ours."""
    unknown = isinstance(error, TargetUnreachableError) and isinstance(
        error.__cause__, socket.gaierror
    )
    host = host_of(url)
    return Tried(url, gone=True) if unknown and host and not exists(host) else None


def _try_picture(reader: Reader, url: str, exists: Callable[[str], bool]) -> Tried | None:
    answer = reader.ask(url, seconds=_EACH_S, max_bytes=_PICTURE_BYTES)
    if isinstance(answer, CheckError):
        return _gone(url, answer, exists)
    made = Tried(url, answer.status, hops=len(answer.redirects), ends=answer.url)
    width, height = next(_size(answer.body), (None, None))
    return replace(made, width=width, height=height)


def _size(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield a picture's width and height, if it says so where it begins."""
    try:
        with Image.open(io.BytesIO(body)) as picture:
            yield picture.size
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return
