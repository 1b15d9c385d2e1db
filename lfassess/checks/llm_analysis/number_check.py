"""Finds figures in a model's texts that nobody gave it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SMALL: Final = 10.0  # "in three steps", "the top 5"
_ALWAYS: Final = frozenset({"24", "100"})  # "24/7", "100 of 100"


def figures_in(text: str) -> set[str]:
    """Return the numbers in a text, "1,960" as "1960" and "5.40" as "5.4"; small ones are left out.

    Small are those up to 10 without a fraction.
    """
    return {figure for found in _NUMBER.findall(text) if (figure := _plain(found))}


def _plain(found: str) -> str:
    number = _THOUSANDS.sub("", found)
    if "." in number and number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    number = number.lstrip("0") or "0"
    whole = number.isdigit()
    return "" if whole and (float(number[:20]) <= _SMALL or number in _ALWAYS) else number


def strange_figures(texts: Iterable[str], known: Collection[str]) -> list[str]:
    """Return the figures in the texts that are not among the known ones, in order."""
    return sorted({figure for text in texts for figure in figures_in(text)} - set(known))
