"""Items of structured header fields whose value is a token (RFC 8941 §3.3, §4.2)."""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*"
_KEY: Final = r"[a-z*][a-z0-9_\-.*]*"
_NUMBER: Final = r"-?(?:\d{1,12}\.\d{1,3}|\d{1,15})"
_STRING: Final = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_BYTES: Final = r":[A-Za-z0-9+/=]*:"
_VALUE: Final = rf"(?:{_NUMBER}|{_STRING}|{_NAME}|{_BYTES}|\?[01])"
_ITEM: Final = re.compile(rf" *({_NAME})(?:; *{_KEY}(?:={_VALUE})?)* *")


def token_item(field: str) -> str | None:
    """Return the token that an item consists of, without its parameters; None for all else."""
    match = _ITEM.fullmatch(field)
    return match[1] if match else None
