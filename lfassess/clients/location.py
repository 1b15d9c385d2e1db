r"""Resolves a redirect's Location as browsers do (WHATWG URL §4.4): \, spaces, raw bytes.

What is no URL at all is returned as it is, for the next step to refuse it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import idna

_DEFAULT_PORT: Final = {"http": 80, "https": 443}
_EDGES: Final = "".join(map(chr, range(0x21)))  # C0 controls and the space
_DROPPED: Final = re.compile(r"[\t\r\n]")
_SCHEME: Final = re.compile(r"(https?):", re.IGNORECASE)
_OTHER_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_UNSAFE_PATH: Final = re.compile(r"[^!-~]|[\"<>`{}^]")
_UNSAFE_QUERY: Final = re.compile(r"[^!-~]|[\"'<>]")
_FORBIDDEN: Final = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")  # in a host's name
_DOTS: Final = {".": 1, "%2e": 1, "..": 2, ".%2e": 2, "%2e.": 2, "%2e%2e": 2}


def resolve(base: str, location: str) -> str:
    """Return where a Location leads from the base.

    Args:
        base: the URL that answered.
        location: the header's value, its bytes read as Latin-1: each that is not ASCII is escaped
            as the byte it is, whatever it was meant as.
    """
    text = _DROPPED.sub("", location.strip(_EDGES)).partition("#")[0]
    head, mark, query = text.partition("?")
    head = head.replace("\\", "/")
    try:
        absolute = _absolute(base, head, mark + query)
        return _normal(urlsplit(absolute))
    except (ValueError, UnicodeError):
        return location


def _absolute(base: str, head: str, rest: str) -> str:
    own = urlsplit(base)
    if found := _SCHEME.match(head):
        scheme, after = found[1].lower(), head[found.end() :]
        if scheme != own.scheme or after.startswith("//"):  # else it is relative, as in http:page
            return f"{scheme}://{after.lstrip('/')}{rest}"
        head = after
    elif _OTHER_SCHEME.match(head):
        raise ValueError(head)
    if head.startswith("//"):
        return f"{own.scheme}://{head.lstrip('/')}{rest}"
    root = urlunsplit((own.scheme, own.netloc, "", "", ""))
    if not head:
        return f"{root}{own.path or '/'}{rest or ('?' + own.query if own.query else '')}"
    folder = "" if head.startswith("/") else (own.path.rpartition("/")[0] + "/")
    return f"{root}{folder}{head}{rest}"


def _normal(parts: SplitResult) -> str:
    port = parts.port
    host = _host(parts.netloc.rpartition("@")[2])
    where = host if port in {None, _DEFAULT_PORT[parts.scheme]} else f"{host}:{port}"
    query = f"?{_escaped(_UNSAFE_QUERY, parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{where}{_path(_escaped(_UNSAFE_PATH, parts.path))}{query}"


def _path(path: str) -> str:
    """Return the path without . and .. in it."""
    remaining: list[str] = []
    segments = path.removeprefix("/").split("/")
    for segment in segments:
        dots = _DOTS.get(segment.lower(), 0)
        if not dots:
            remaining.append(segment)
        elif dots > 1 and remaining:
            remaining.pop()
    ends_in_folder = _DOTS.get(segments[-1].lower()) and remaining
    return "/" + "/".join(remaining) + ("/" if ends_in_folder else "")


def _host(netloc: str) -> str:
    if netloc.startswith("["):
        return netloc.partition("]")[0] + "]"
    raw = netloc.partition(":")[0].encode("latin-1")
    name = unquote(raw.decode("latin-1"), encoding="latin-1").encode("latin-1").decode()
    if not name.isascii():
        name = idna.encode(name, uts46=True).decode("ascii")
    if not name or _FORBIDDEN.search(name):
        raise ValueError(name)
    return name.lower()


def _escaped(unsafe: re.Pattern[str], text: str) -> str:
    return unsafe.sub(lambda found: f"%{ord(found[0]):02X}", text)
