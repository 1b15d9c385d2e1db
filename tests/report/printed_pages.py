"""Where the lines of a printed report stand, page by page, and what is wrong with them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache

import pypdf
from selectolax.lexbor import LexborHTMLParser

from lfassess.report.pdf_page_numbers import pages_of
from lfassess.report.render import render_html

FEWEST = 3  # lines on a page
FEWEST_LAST = 5  # on the last one
HALF = 0.5  # of a page's height
MOST = 16  # pages of a small site
_TOLD = 18  # letters that tell a row from others, and fit in a line of its column
PLAIN = 0.75  # points of a CSS pixel
FOOT = 0.06  # of the page's height, at its bottom: the footer with the page number


@dataclass(frozen=True)
class Line:
    text: str
    top: float  # of the page's height, from 0 at its top to 1
    scale: float  # points of a CSS pixel, the smallest of its parts


@lru_cache(maxsize=2)  # reading them takes a second, and each fault is looked for in them
def pages(pdf):
    """Return the lines of each page from top to bottom, without the footer."""
    return [_lines(page) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def bookmarks(pdf):
    return _flat(pypdf.PdfReader(io.BytesIO(pdf)).outline)


def _flat(outline):
    for item in outline:
        yield from _flat(item) if isinstance(item, list) else [item.title]


def _lines(page):
    height, parts = float(page.mediabox.height), {}

    def seen(text, cm, tm, _font, _size):
        if text.strip():
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            part = text.strip(), round(abs(cm[0]), 2)
            parts.setdefault(round(y / height, 3), []).append(part)

    page.extract_text(visitor_text=seen)
    made = [
        Line(" ".join(text for text, _ in found), round(1 - y, 3), min(scale for _, scale in found))
        for y, found in parts.items()
        if y > FOOT
    ]
    return sorted(made, key=lambda line: line.top)


def faults(made, pdf):
    """Return what is wrong with a report's pages."""
    found = pages(pdf)
    many = [f"{len(found)} pages"] if len(found) > MOST else []
    return [
        *many,
        *(["printed smaller than it should be"] if is_shrunk(pdf) else []),
        *(f"page {n} ends at {top}" for n, top in half_empty(pdf)),
        *(f"{text!r} ends a page" for text in lonely_headings(made, pdf)),
        *(f"{caption!r} is torn" for caption in torn_tables(made, pdf)),
        *(f"{title!r} stands alone on page {n}" for title, n in stray_rows(made, pdf)),
        *(["the glossary is the last page"] if glossary_alone(pdf) else []),
    ]


def is_shrunk(pdf):
    """Return whether the browser made all of it smaller, as something was wider than the paper."""
    return min((line.scale for line in pages(pdf)[-1]), default=PLAIN) < PLAIN


def half_empty(pdf):
    """Return (page, where it ends) of pages that end too early, but for those that may."""
    starts, found = pages_of(pdf), pages(pdf)
    # Before these a page ends on purpose, or a whole one follows.
    ends = {starts[n] - 1 for n in ("verdict", "scorecard", "priorities", "closing") if n in starts}
    free = ends | {len(found)}
    return [
        (number, page[-1].top if page else 0.0)
        for number, page in enumerate(found, 1)
        if len(page) < FEWEST
        or (number not in free and page[-1].top <= HALF)
        or (number == len(found) > 1 and len(page) < FEWEST_LAST)
    ]


def lonely_headings(made, pdf):
    """Return the headings that stand last on a page."""
    tree = LexborHTMLParser(render_html(made))
    headings = {squeezed(node.text()) for node in tree.css("h1, h2, h3, h4, caption, thead")}
    lasts = [squeezed(page[-1].text) for page in pages(pdf) if page]
    return [text for text in lasts if text in headings]


def torn_tables(made, pdf):
    """Return the captions of an owner's tables that no page holds whole."""
    text = [squeezed(" ".join(line.text for line in page)) for page in pages(pdf)]
    small = [t for s in made.chapters for t in s.tables if not t.technical]
    return [
        table.caption
        for table in small
        if not any(
            squeezed(table.caption) in words and squeezed(table.rows[-1][0].text) in words
            for words in text
        )
    ]


def stray_rows(made, pdf):
    """Return (row, page) of the rows of long tables that stand alone on a page."""
    tree, starts = LexborHTMLParser(render_html(made)), pages_of(pdf)
    text = [squeezed(" ".join(line.text for line in page)) for page in pages(pdf)]
    found = []
    for name, part in (("developer", "developer"), ("method", "method")):
        rows = [squeezed(row.text()) for row in tree.css(f"table.{name} tbody th")]
        where = _pages_of_rows(rows, text, starts.get(part, 1))
        alone = {page for page in where.values() if list(where.values()).count(page) == 1}
        if len(set(where.values())) > 1:
            found += [(row, page) for row, page in where.items() if page in alone]
    return found


def _pages_of_rows(rows, text, first):
    """Return the page of each row, which stands on that of the row before it or a later one."""
    where, page, at = {}, first, 0
    for row in rows:
        while page <= len(text):
            begins = text[page - 1].find(row[:_TOLD], at)
            if begins >= 0:
                where[row], at = page, begins + 1
                break
            page, at = page + 1, 0
    return where


def glossary_alone(pdf):
    """Return whether no part but the glossary begins on the last page."""
    last = len(pages(pdf))
    return {part for part, page in pages_of(pdf).items() if page == last} == {"glossary"}


def squeezed(text):
    return re.sub(r"\s+", "", text)
