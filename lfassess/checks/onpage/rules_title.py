"""How pages look among search results: titles, descriptions, headings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import finding, on, quoted
from lfassess.checks.onpage.catalogue_words import GENERIC_HEADING, GENERIC_TITLE
from lfassess.checks.onpage.evidence import Evidence, Lead, Page
from lfassess.checks.onpage.evidence_addresses import absolute, plain
from lfassess.checks.shared.domains import host_of
from lfassess.quantities import plural

# SEOnaut's bounds; Google shows about 60 characters of a title and 160 of a description.
TITLE: Final = (20, 60)
DESCRIPTION: Final = (80, 160)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_NO_NAME: Final = frozenset(
    ("the", "and", "inc", "llc", "ltd", "gmbh", "com", "www", "home", "page", "welcome", "official",
     "website")
)  # fmt: skip
_LONG_WORD: Final = 4


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield what is wrong with titles, descriptions and headings."""
    home = evidence.home
    assert home is not None
    pages = evidence.all_pages
    yield from _title(home, evidence.lead)
    if several := [page for page in pages if len(set(filter(None, page.titles))) > 1]:
        yield finding("onpage-several-titles", on(several))
    yield from _shared(pages, "onpage-same-titles", lambda page: page.titles)
    yield from _description(home)
    yield from _shared(pages, "onpage-same-descriptions", lambda page: page.descriptions)
    if not home.shell:
        yield from _headings(home)


def title_of(page: Page) -> str:
    return next(filter(None, page.titles), "")


def _title(home: Page, lead: Lead) -> Iterator[Finding]:
    title = title_of(home)
    if not title:
        yield finding("onpage-no-title", "the page has no title, or an empty one")
        return
    host = host_of(home.url) or ""
    if GENERIC_TITLE.fullmatch(title) or title.lower() in {host, host.removeprefix("www.")}:
        yield finding("onpage-generic-title", quoted(title))
        return
    if fault := _length(title, TITLE):
        yield finding("onpage-title-length", f"{quoted(title)}: {fault}")
    if _unrelated(title, home, lead):
        yield finding("onpage-title-unrelated", quoted(title))


def _length(text: str, bounds: tuple[int, int]) -> str | None:
    low, high = bounds
    if low <= len(text) <= high:
        return None
    bound = f"fewer than {low}" if len(text) < low else f"more than {high}"
    return f"{plural(len(text), 'character')}, {bound}"


def _unrelated(title: str, home: Page, lead: Lead) -> bool:
    """Return whether a title has neither a word of the business nor one of what the page is about.

    Only where the business's name and town are known.
    """
    if not lead.name or not lead.address or "." in lead.name:
        return False
    said = title.lower()
    known = {w for w in _words(f"{lead.name} {lead.address}") if w not in _NO_NAME}
    about = {w for heading in home.headings for w in _words(heading.text) if len(w) >= _LONG_WORD}
    about |= {w for text in home.descriptions for w in _words(text) if len(w) >= _LONG_WORD}
    compact = re.sub(r"\W", "", said)
    return bool(known and about) and not any(w in compact for w in known | about)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def _description(home: Page) -> Iterator[Finding]:
    text = next(filter(None, home.descriptions), "")
    if not text:
        yield finding("onpage-no-description", "the page has no meta description")
    elif fault := _length(text, DESCRIPTION):
        yield finding("onpage-description-length", f"{quoted(text)}: {fault}")


def _shared(
    pages: Sequence[Page], code: str, texts: Callable[[Page], Sequence[str]]
) -> Iterator[Finding]:
    """Yield the text that most pages share; addresses of one page count once."""
    by_text: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        text = next(filter(None, texts(page)), "")
        if text and not any(_same_page(page, other) for other in by_text[text]):
            by_text[text].append(page)
    text, most = max(by_text.items(), key=lambda item: len(item[1]), default=("", []))
    if len(most) > 1:
        yield finding(code, f"{quoted(text)} {on(most)}")


def _same_page(one: Page, other: Page) -> bool:
    if plain(one.url) == plain(other.url) or one.headings == other.headings:
        return True
    named = {plain(url) for p in (one, other) for c in p.canonicals if (url := absolute(p.url, c))}
    return len(named) == 1 and bool(one.canonicals and other.canonicals)


def _headings(home: Page) -> Iterator[Finding]:
    main = [h.text for h in home.headings if h.level == 1 and h.text]
    if not main:
        yield finding("onpage-no-h1", "the page has no h1 heading with text")
    if len(main) > 1:
        yield finding("onpage-several-h1", f"{len(main)}; the first is {quoted(main[0])}")
    if main and GENERIC_HEADING.fullmatch(main[0]):
        yield finding("onpage-generic-h1", quoted(main[0]))
    levels = [h.level for h in home.headings]
    skip = next(((a, b) for a, b in pairwise(levels) if b > a + 1), None)
    if skip and main:
        yield finding("onpage-heading-order", f"an h{skip[1]} follows an h{skip[0]}")
