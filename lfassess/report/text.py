"""Puts values into words: clean text, dates, numbers and safe links."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# Letters that turn the direction of the text after them: a name holding one would garble a page.
_TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_LONGEST: Final = 2_000


def clean(value: object, longest: int = _LONGEST) -> str:
    """Return text fit for a page: no control characters, no halves of characters, not endless."""
    if not isinstance(value, str):
        return ""
    kept = "".join(c for c in value if _fit(c)).strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"


def clean_or_none(value: object, longest: int = _LONGEST) -> str | None:
    return clean(value, longest) or None


def _fit(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in _TURNING


def web_link(value: object) -> str | None:
    """Return an http or https address that may stand in a link, or None."""
    text = clean(value)
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    fits = parts.scheme in {"http", "https"} and parts.netloc and not any(map(str.isspace, text))
    return text if fits else None


def host_of(url: str | None) -> str | None:
    """Return an address the way people write it: without scheme and closing slash."""
    if not url:
        return None
    return url.split("://", 1)[-1].rstrip("/") or None


def day(at: datetime | None) -> str:
    """Return 23 November 2026 (UTC), or "not known"."""
    if at is None:
        return "not known"
    at = at.astimezone(UTC)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def minute(at: datetime | None) -> str:
    """Return 23 November 2026, 14:05 UTC, or "not known"."""
    return day(at) if at is None else f"{day(at)}, {at.astimezone(UTC):%H:%M} UTC"


def whole(number: float) -> str:
    return f"{number:,.0f}"


def count(number: float, singular: str, plural: str | None = None) -> str:
    """Return 1 review, 1,234 reviews."""
    return f"{whole(number)} {singular if number == 1 else plural or singular + 's'}"


def listed(items: list[str]) -> str:
    """Return a, b and c."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
