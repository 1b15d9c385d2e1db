"""Finds telephone numbers and copyright years in a page's text."""

from __future__ import annotations

import re
from typing import Final

from phonenumbers import Leniency, PhoneNumberMatcher, is_valid_number
from phonenumbers import phonenumberutil as numbers

_MOST_TEXT: Final = 30_000
_MOST_NUMBERS: Final = 3
_MOST_TRIES: Final = 2_000
_SURELY: Final = 9  # digits of a number that is possible, but not known to be in use
_GROUPED: Final = re.compile(r"\d[^\d]{1,3}\d")

_MARK: Final = r"(?:©|\(c\)|copyright|&copy;)"
_YEAR: Final = r"(?:19|20)\d\d"
_AFTER: Final = re.compile(rf"{_MARK}(.{{0,60}})", re.IGNORECASE)
_BEFORE: Final = re.compile(rf"({_YEAR})\s*{_MARK}", re.IGNORECASE)
_YEARS: Final = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_SHORT_RANGE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-\u2013/]\s*(\d\d)(?!\d)")
_STILL: Final = re.compile(rf"{_YEAR}\s*(?:-|\u2013|to)\s*(?:present|today|now)", re.IGNORECASE)


def phone_numbers(text: str, country: str) -> list[str]:
    """Return up to three telephone numbers, as written.

    A number counts when its country's plan knows it, or when it has a possible length and is
    written in groups, as made-up ones on sample pages are.
    """
    found: list[str] = []
    matcher = PhoneNumberMatcher(
        text[:_MOST_TEXT], country, leniency=Leniency.POSSIBLE, max_tries=_MOST_TRIES
    )
    for match in matcher:
        digits = len(numbers.national_significant_number(match.number))
        sure = is_valid_number(match.number) or (
            digits >= _SURELY and _GROUPED.search(match.raw_string) is not None
        )
        if sure and match.raw_string not in found:
            found.append(match.raw_string)
        if len(found) >= _MOST_NUMBERS:
            break
    return found


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
