"""Script addresses as a document without an address of its own resolves them (WHATWG URL)."""

from __future__ import annotations

import re
from typing import Final

_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):(.*)", re.DOTALL)
_SPECIAL: Final = frozenset({"http", "https", "ws", "wss", "ftp"})
_ENDS: Final = "".join(map(chr, range(0x21)))  # C0 controls and space
_AUTHORITY: Final = re.compile(r"[^/?#]*")


def resolve(src: str, base: str | None = None) -> str:
    """Return the src as a script's ``src`` property gives it.

    Args:
        src: the attribute.
        base: href of the page's first base tag. A relative src stays as it is without one that is
            absolute.
    """
    if (found := _absolute(src)) is not None:
        return found
    origin = _absolute(base) if base else None
    if origin is None or not origin.startswith(("http://", "https://")):
        return src
    scheme, _, rest = origin.partition("//")
    text = _cleaned(src).replace("\\", "/")
    if text.startswith("//"):
        return _absolute(scheme + text) or src
    authority = _AUTHORITY.match(rest)
    return f"{scheme}//{authority[0] if authority else ''}/{text.lstrip('/')}"


def _cleaned(text: str) -> str:
    return re.sub(r"[\t\n\r]", "", text.strip(_ENDS))


def _absolute(text: str) -> str | None:
    """Return an absolute URL in its usual spelling, or None where the text is none."""
    match = _SCHEME.fullmatch(_cleaned(text))
    if match is None:
        return None
    scheme, rest = match[1].lower(), match[2]
    if scheme not in _SPECIAL:
        return f"{scheme}:{rest}"
    rest = rest.replace("\\", "/").lstrip("/")
    authority = _AUTHORITY.match(rest)
    host = authority[0] if authority else ""
    if not host.rpartition("@")[2].partition(":")[0]:
        return None
    return f"{scheme}://{host.lower()}{rest[len(host) :] or '/'}"
