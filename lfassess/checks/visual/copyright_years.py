"""Finds copyright years in a page's text."""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = r"(?:©|\(c\)|copyright|&copy;)"
_YEAR: Final = r"(?:19|20)\d\d"
_AFTER: Final = re.compile(rf"{_MARK}(.{{0,60}})", re.IGNORECASE)
_BEFORE: Final = re.compile(rf"({_YEAR})\s*{_MARK}", re.IGNORECASE)
_YEARS: Final = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_SHORT_RANGE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-\u2013/]\s*(\d\d)(?!\d)")
_STILL: Final = re.compile(rf"{_YEAR}\s*(?:-|\u2013|to)\s*(?:present|today|now)", re.IGNORECASE)


def copyright_year(text: str) -> int | None:
    """Return the latest year of a copyright notice; None without one, or if it says "present"."""
    years: list[int] = []
    for match in _AFTER.finditer(text):
        notice = match[1]
        if _STILL.search(notice):
            return None
        years += [int(year) for year in _YEARS.findall(notice)]
        years += [int(f"{first[:2]}{last}") for first, last in _SHORT_RANGE.findall(notice)]
    years += [int(year) for year in _BEFORE.findall(text)]
    return max(years, default=None)
