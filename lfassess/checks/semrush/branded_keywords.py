"""Tells searches for a business by its name from searches for what it does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"\w+")
_APOSTROPHE: Final = re.compile("['`\u2019]")
_LEAST: Final = 4  # letters; shorter ones are in every other word


def names_the_business(phrase: str, names: Iterable[str]) -> bool:
    """Return whether the phrase holds one of the names whole, or is the beginning of one.

    Spaces, accents and case don't count: "dons garage toledo" holds "Don's Garage", and
    "pistonheads" and "piston heads" are one. A domain stands for its first label.
    """
    asked = _letters(phrase)
    known = {_letters(name.partition(".")[0] if _is_domain(name) else name) for name in names}
    return any(
        len(name) >= _LEAST and (name in asked or (len(asked) >= _LEAST and name.startswith(asked)))
        for name in known
    )


def _is_domain(name: str) -> bool:
    return "." in name and " " not in name


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text.casefold()))
    return "".join(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))
