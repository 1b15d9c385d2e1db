"""On which page of a printed report each chapter begins."""

from __future__ import annotations

import re
from typing import Final

_DESTS: Final = re.compile(rb"/Dests (\d+) 0 R")
_DEST: Final = re.compile(rb"/([\w-]+) \[(\d+) 0 R /XYZ")
_KIDS: Final = re.compile(rb"/Kids \[([\d R\s]+)\]")
_ROOT: Final = re.compile(rb"/Type /Catalog[^>]*?/Pages (\d+) 0 R", re.DOTALL)
_REFERENCE: Final = re.compile(rb"(\d+) 0 R")


def pages_of(pdf: bytes) -> dict[str, int]:
    """Return {anchor: page, from 1} of what links within the document lead to.

    Chromium writes named destinations and the page tree as plain objects (PDF 32000-1, 7.7.3 and
    12.3.2.3). A file that is written otherwise gives {}: page numbers are then left out.
    """
    root, dests = _ROOT.search(pdf), _DESTS.search(pdf)
    if root is None or dests is None:
        return {}
    order = {page: n for n, page in enumerate(_leaves(pdf, root[1], 0), 1)}
    return {
        name.decode(): order[page]
        for name, page in _DEST.findall(_object(pdf, dests[1]))
        if page in order
    }


def _object(pdf: bytes, number: bytes) -> bytes:
    start = pdf.find(b"\n" + number + b" 0 obj")
    return b"" if start < 0 else pdf[start : pdf.find(b"endobj", start)]


def _leaves(pdf: bytes, number: bytes, depth: int) -> list[bytes]:
    kids = _KIDS.search(_object(pdf, number))
    if kids is None or depth > 8:  # noqa: PLR2004 - eight levels hold eight million pages
        return [number]
    return [leaf for kid in _REFERENCE.findall(kids[1]) for leaf in _leaves(pdf, kid, depth + 1)]
