"""Which pages to read next: what customers look for first, and no trap twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin

from lfassess.checks.onpage.catalogue_words import CONTACT, IMPRINT, PRIVACY, WORTHY
from lfassess.checks.onpage.evidence import LINKED, NAVIGATION, SITEMAP, Page
from lfassess.checks.onpage.evidence_addresses import is_page, plain, same_site

_MAX_WAITING: Final = 5_000  # addresses that wait
_OF_A_PATTERN: Final = 3  # pages whose addresses differ in numbers alone: a calendar's, a shop's
_NUMBERS: Final = re.compile(r"\d+")


class Frontier:
    """Addresses that wait to be read, the worthiest first."""

    def __init__(self, home: str) -> None:
        self._home = home
        self._known = {plain(home)}
        self._patterns: Counter[str] = Counter()
        self._waiting: list[tuple[int, int, str, str]] = []

    def add_front_page(self) -> None:
        """Add the domain's front page, where the website begins further down."""
        self._add(urljoin(self._home, "/"), NAVIGATION, "")

    def add_links(self, page: Page) -> None:
        """Add the pages that a page links to."""
        self._known.add(plain(page.url))
        for link in page.links:
            if link.internal:
                found = NAVIGATION if link.navigation else LINKED
                self._add(link.url, found, link.text)

    def add_listed(self, urls: Iterable[str]) -> None:
        """Add a sitemap's pages."""
        for url in urls:
            if same_site(url, self._home):
                self._add(url, SITEMAP, "")

    def next(self) -> tuple[str, str] | None:
        """Return the next (address, how it was found), or None where none waits."""
        while self._waiting:
            best = min(range(len(self._waiting)), key=lambda i: self._waiting[i][:2])
            _, _, url, found = self._waiting.pop(best)
            pattern = _NUMBERS.sub("0", plain(url))
            self._patterns[pattern] += 1
            if not _NUMBERS.search(plain(url)) or self._patterns[pattern] <= _OF_A_PATTERN:
                return url, found
        return None

    def _add(self, url: str, found: str, said: str) -> None:
        key = plain(url)
        if key in self._known or len(self._known) > _MAX_WAITING or not is_page(url):
            return
        self._known.add(key)
        rank = _rank(found, f"{said} {url}".lower())
        self._waiting.append((rank, len(self._known), url, found))


def _rank(found: str, said: str) -> int:
    if found == NAVIGATION:
        return 0 if CONTACT.search(said) else 1
    if CONTACT.search(said) or PRIVACY.search(said) or IMPRINT.search(said):
        return 0
    if WORTHY.search(said):
        return 2
    return 3 if found == LINKED else 4
