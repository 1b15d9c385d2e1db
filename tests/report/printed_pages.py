"""Where the lines of a printed report stand, page by page."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pypdf

FOOT = 0.06  # of the page's height, at its bottom: the footer with the page number


@dataclass(frozen=True)
class Line:
    text: str
    top: float  # of the page's height, from 0 at its top to 1


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
            parts.setdefault(round(y / height, 3), []).append(text.strip())

    page.extract_text(visitor_text=seen)
    made = [Line(" ".join(texts), round(1 - y, 3)) for y, texts in parts.items() if y > FOOT]
    return sorted(made, key=lambda line: line.top)
