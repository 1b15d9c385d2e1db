"""Makes values fit for a page: clean text, phone numbers, safe links."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from lfassess.checks.shared.phones import shown_phone
from lfassess.plain_text import cut

# Letters that turn the direction of the text after them: a name holding one would garble a page.
_TURNING: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_LONGEST: Final = 2_000
_TECHNICAL: Final = re.compile(
    r"\b(?:[A-Z]+_){2,}|\bERR_|\bnet::|\bSSL\b|\bTLSv|\berrno\b|\bEOF\b|\beof while\b|\bUncaught\b"
    r"|: not sent\b|\bno [\w-]+ (?:header|attribute|element)\b|\b(?:header|axe-core):"
    r"|\bnth-child\b|[\w)] > [.#\w]|<\w|\b[a-z]+(?:-[a-z]+)+: |/\.well-known/"
)
_WORD_FIRST: Final = re.compile(r"[a-zà-öø-ÿ]+(?:'[a-z]+)?(?=[ ,;]|:\s|$)")


def clean(value: object, longest: int = _LONGEST) -> str:
    """Return text fit for a page: no control characters, no halves of characters, not endless."""
    if not isinstance(value, str):
        return ""
    printable = "".join(c for c in value if _fit(c)).strip()
    return cut(printable, longest)


def clean_or_none(value: object, longest: int = _LONGEST) -> str | None:
    return clean(value, longest) or None


def _fit(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in _TURNING


def is_technical(text: str) -> bool:
    """Whether a text is for a developer: headers, selectors, error codes, code."""
    return _TECHNICAL.search(text) is not None


def capital(text: str) -> str:
    """Return a line with a capital first letter, unless it begins with a name or an address."""
    return text[:1].upper() + text[1:] if _WORD_FIRST.match(text) else text


def phone_number(value: object, country: str | None) -> str | None:
    """Return a telephone number as people in the country write it, or None.

    +1 207 555 0142 is (207) 555-0142 to an American and stays international elsewhere.
    """
    return shown_phone(clean(value, 60), country or "") or None


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


def name_of(url: str | None) -> str | None:
    """Return the host of an address, for a business whose name is not known."""
    host = (host_of(url) or "").partition("/")[0].lower().removeprefix("www.")
    return host or None


def listed(items: list[str]) -> str:
    """Return a, b and c."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
