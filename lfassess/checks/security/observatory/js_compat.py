"""Text as the Observatory's JavaScript treats it, where Python would differ."""

from __future__ import annotations

import re
from typing import Final

_SPACE: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SPACES: Final = re.compile(f"[{_SPACE}]+")
_ESCAPES: Final = re.compile(r"(?:%[0-9a-fA-F]{2})+")


def trim(text: str) -> str:
    """Return the text without space at its ends (ECMAScript's String.prototype.trim)."""
    return text.strip(_SPACE)


def words(text: str) -> list[str]:
    """Return the words between runs of space; none for a blank text."""
    return [word for word in _SPACES.split(text) if word]


def decode_uri(text: str) -> str:
    """Undo percent-encoding (decodeURIComponent); raises ValueError where it is malformed."""
    if "%" in _ESCAPES.sub("", text):
        raise ValueError(text)
    return _ESCAPES.sub(lambda m: bytes.fromhex(m[0].replace("%", "")).decode(), text)
