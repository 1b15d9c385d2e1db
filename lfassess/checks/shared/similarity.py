"""Compares names and addresses as people write them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from rapidfuzz.distance import Indel

_LEGAL: Final = frozenset(
    (
        *("llc", "inc", "ltd", "limited", "co", "corp", "company", "plc", "llp", "pllc", "pty"),
        *("gmbh", "ug", "ag", "kg", "ohg", "ev", "sa", "sarl", "srl", "bv", "the", "and"),
    )
)
_SHORT: Final = {
    "street": "st",
    "strasse": "str",
    "avenue": "ave",
    "av": "ave",
    "road": "rd",
    "boulevard": "blvd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "place": "pl",
    "square": "sq",
    "highway": "hwy",
    "parkway": "pkwy",
    "suite": "ste",
    "floor": "fl",
    "building": "bldg",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
}
_APOSTROPHE: Final = re.compile("['`\u2019]")
_WORD: Final = re.compile(r"\w+")
_CITY_ALONE: Final = 0.5  # a street number or postcode must agree before two addresses are the same
_SAME: Final = 0.67
_MIN_CONTAINED: Final = 2


def words(text: str) -> list[str]:
    """Return the words in lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text.casefold()))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def name_similarity(one: str, other: str) -> float:
    """Return how alike two business names are, 0 to 1.

    Legal forms don't count. A name of at least two words that the other contains whole
    ("Joe's Pizza" in "Joe's Pizza & Pasta") counts 0.9.
    """
    a = [w for w in words(one) if w not in _LEGAL] or words(one)
    b = [w for w in words(other) if w not in _LEGAL] or words(other)
    if not a or not b:
        return 0.0
    alike = max(
        Indel.normalized_similarity("".join(a), "".join(b)),
        Indel.normalized_similarity(sorted(a), sorted(b)),
    )
    contained = set(a) <= set(b) or set(b) <= set(a)
    return max(alike, 0.9) if contained and min(len(a), len(b)) >= _MIN_CONTAINED else alike


def address_similarity(one: str | None, other: str | None) -> float | None:
    """Return what share of the shorter address the other holds, 0 to 1; None if one is missing.

    At most 0.5 unless a number (of the house, or the postcode) agrees: half a city shares the rest.
    """
    a, b = _address(one), _address(other)
    if not a or not b:
        return None
    shared = len(a & b) / min(len(a), len(b))
    numbers = {w for w in a & b if any(c.isdigit() for c in w)}
    return shared if numbers else min(shared, _CITY_ALONE)


def same_address(one: str | None, other: str | None) -> bool | None:
    """Return whether both are one address; None where one is missing or names only a town."""
    alike = address_similarity(one, other)
    if alike is None:
        return None
    if alike >= _SAME:
        return True
    houses = all(any(c.isdigit() for c in text or "") for text in (one, other))
    return False if houses else None


def _address(text: str | None) -> set[str]:
    return {_SHORT.get(w, w) for w in words(text or "")}
