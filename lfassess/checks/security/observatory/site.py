"""What the tests look at: a site's answers over http and https."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_SINGLE: Final = frozenset({"content-type", "location", "server"})  # a repeat is dropped


@dataclass(frozen=True, slots=True)
class Tls:
    """What a handshake showed; names are OpenSSL's, times ISO 8601 in UTC."""

    verified: bool = False
    error: str | None = None  # why the certificate is not trusted
    version: str | None = None  # "TLSv1.3"
    cipher: str | None = None
    subject: str | None = None
    issuer: str | None = None
    names: tuple[str, ...] = ()  # subject alternative names
    not_before: str | None = None
    not_after: str | None = None
    self_signed: bool = False
    problems: tuple[str, ...] = ()  # expired, not-yet-valid, wrong-host, self-signed, untrusted
    incomplete: bool = False  # part of the chain is not sent


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """One final answer and the way to it."""

    url: str = ""
    status: int = 0
    ip: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    route: tuple[str, ...] = ()  # URLs requested, first to last
    verified: bool = True  # no certificate on the way was untrusted
    tls: Tls | None = None  # of the lead's own host, not of where it leads

    def values(self, name: str) -> list[str]:
        """Return a header's values, one for each time it was sent."""
        return [v for k, v in self.headers if k.lower() == name]

    def header(self, name: str) -> str | None:
        """Return a header's value as Node's http does: repeats joined by a comma, or the first."""
        values = self.values(name)
        return (values[0] if name in _SINGLE else ", ".join(values)) if values else None

    @property
    def is_html(self) -> bool:
        """Whether its type is that of a page, spelt as the Observatory expects it."""
        return (self.header("content-type") or "").partition(";")[0] in _HTML


@dataclass(frozen=True, slots=True)
class Script:
    """A script tag with a src."""

    src: str = ""
    integrity: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """The answers of one site, and what its page holds that the tests read."""

    host: str
    http: HttpResponse | None
    https: HttpResponse | None
    cors: HttpResponse | None = None
    set_cookies: tuple[tuple[str, str], ...] = ()  # (URL, Set-Cookie value), whole visit
    scripts: tuple[Script, ...] = ()
    script_tags: int = 0  # with and without src
    base: str | None = None  # href of the page's first base tag
    meta: dict[str, tuple[str, ...]] = field(default_factory=dict)  # http-equiv, lower case

    @property
    def auto(self) -> HttpResponse | None:
        """The answer that most tests read: that of https where there is one."""
        return self.https or self.http

    @property
    def secure(self) -> bool:
        """Whether the visit that ``auto`` ends began on https."""
        return self.https is not None


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
