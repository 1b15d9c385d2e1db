"""Text as the Observatory's JavaScript treats it, where Python would differ."""

from __future__ import annotations

import re
from typing import Final

_SPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SPACES: Final = re.compile(f"[{_SPACE}]+")
# Order of printable characters in ICU's root collation, which Intl.Collator("en") uses.
_ORDER: Final = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"
_RANK: Final = {character: rank for rank, character in enumerate(_ORDER)}
_ESCAPES: Final = re.compile(r"(?:%[0-9a-fA-F]{2})+")


def trim(text: str) -> str:
    """Return the text without space at its ends (ECMAScript's String.prototype.trim)."""
    return text.strip(_SPACE)


def words(text: str) -> list[str]:
    """Return the words between runs of space; none for a blank text."""
    return [word for word in _SPACES.split(text) if word]


def collation_key(text: str) -> tuple[int, ...]:
    """Return a key that sorts lower-case text as an English collator does."""
    return tuple(_RANK.get(c, len(_RANK) + ord(c)) for c in text)


def decode_uri(text: str) -> str:
    """Undo percent-encoding (decodeURIComponent); raises ValueError where it is malformed."""
    if "%" in _ESCAPES.sub("", text):
        raise ValueError(text)
    return _ESCAPES.sub(lambda m: bytes.fromhex(m[0].replace("%", "")).decode(), text)
