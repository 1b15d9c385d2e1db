"""Cookies: flags of what the site sets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from lfassess.checks.security.observatory.headers import hsts_passes
from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.site import Site, trim

SAME_SITE: Final = frozenset({"lax", "strict", "none"})
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_CUT: Final = re.compile(r"[\n\r\0]")


@dataclass(frozen=True, slots=True)
class Cookie:
    """A stored cookie's name and flags."""

    name: str
    secure: bool
    http_only: bool
    same_site: str | None  # lax, strict or none; None where absent or invalid
    domain: str
    path: str

    @property
    def session(self) -> bool:
        """Whether its name is that of a session cookie."""
        return any(word in self.name.lower() for word in ("login", "sess"))

    @property
    def anti_csrf(self) -> bool:
        return "csrf" in self.name.lower()


def stored(headers: Iterable[tuple[str, str]]) -> list[Cookie]:
    """Return the cookies of (URL, Set-Cookie value) pairs; a later one replaces one of its name.

    Cookies for foreign domains or public suffixes, and those whose __Secure- or __Host- prefix
    requires flags that they lack, are dropped. Expired ones stay, as they do in the
    Observatory's jar.
    """
    jar: dict[tuple[str, str, str], Cookie] = {}
    for url, value in headers:
        cookie = _accepted(url, value)
        if cookie is not None:
            jar[cookie.domain, cookie.path, cookie.name] = cookie
    return list(jar.values())


def _accepted(url: str, set_cookie: str) -> Cookie | None:
    pair, *attributes = trim(set_cookie).split(";")
    pair = _CUT.split(pair)[0]
    name, separator, value = (trim(part) for part in pair.partition("="))
    if not separator or pair.startswith("=") or _CONTROL.search(name + value):
        return None
    flags = _flags(attributes)
    host, default_path = _origin(url)
    domain = flags.get("domain", "").removeprefix(".").lower()
    if domain and not _may_set(host, domain):
        return None
    path = flags.get("path", "")
    same_site = flags.get("samesite", "").lower()
    cookie = Cookie(
        name=name,
        secure="secure" in flags,
        http_only="httponly" in flags,
        same_site=same_site if same_site in SAME_SITE else None,
        domain=domain or host,
        path=path if path.startswith("/") else default_path,
    )
    return cookie if _has_required_flags(cookie, host_only=not domain) else None


def _flags(attributes: list[str]) -> dict[str, str]:
    """Return attributes by lower-case name; the last of a name counts, an empty Domain never."""
    flags: dict[str, str] = {}
    for attribute in attributes:
        key, _, value = (trim(part) for part in attribute.partition("="))
        if key.lower() != "domain" or value.removeprefix("."):
            flags[key.lower()] = value
    return flags


def _origin(url: str) -> tuple[str, str]:
    """Return (host, default path for cookies) of the URL that set them."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "", "/"
    return host, parts.path[: parts.path.rfind("/")] or "/"


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _may_set(host: str, domain: str) -> bool:
    if host == domain and _is_address(host):
        return ":" in host  # the jar takes a dotted address for a public suffix
    known = domain == "localhost" or _suffixes().privatesuffix(domain)
    if _is_address(domain) or not known:
        return False
    return host == domain or (host.endswith(f".{domain}") and not _is_address(host))


def _is_address(host: str) -> bool:
    return ":" in host or re.fullmatch(r"\d+(\.\d+){3}", host) is not None


def _has_required_flags(cookie: Cookie, *, host_only: bool) -> bool:
    if cookie.name.startswith("__Host-"):
        return cookie.secure and host_only and cookie.path == "/"
    return cookie.secure or not cookie.name.startswith("__Secure-")


# Worst last; the worst of all cookies is the result.
_WORSE: Final = (
    Result.COOKIES_INSECURE_HSTS,
    Result.COOKIES_INSECURE,
    Result.COOKIES_SESSION_INSECURE_HSTS,
    Result.COOKIES_SAME_SITE_INVALID,
    Result.COOKIES_CSRF_SAME_SITE,
    Result.COOKIES_SESSION_SCRIPTS,
    Result.COOKIES_SESSION_INSECURE,
)
_IGNORED: Final = frozenset({"heroku-session-affinity"})


def cookies_of(site: Site) -> list[Cookie]:
    """Return the cookies that the visit left."""
    return [c for c in stored(site.set_cookies) if c.name not in _IGNORED]


def test(site: Site) -> Result:
    """Return the result of the cookies test."""
    cookies = cookies_of(site)
    if not cookies:
        return Result.COOKIES_NONE
    protected = hsts_passes(site)
    faults = [fault for c in cookies for fault in _faults(c, protected=protected)]
    if site.auto and any(_bad_same_site(v) for v in site.auto.values("set-cookie")):
        faults.append(Result.COOKIES_SAME_SITE_INVALID)
    if faults:
        return max(faults, key=_WORSE.index)
    if all(c.same_site for c in cookies):
        return Result.COOKIES_STRICT
    return Result.COOKIES_SECURE


def _faults(cookie: Cookie, *, protected: bool) -> list[Result]:
    faults = []
    if not cookie.secure:
        faults.append(Result.COOKIES_INSECURE_HSTS if protected else Result.COOKIES_INSECURE)
        if cookie.session:
            faults.append(
                Result.COOKIES_SESSION_INSECURE_HSTS
                if protected
                else Result.COOKIES_SESSION_INSECURE
            )
        if cookie.same_site == "none":
            faults.append(Result.COOKIES_SAME_SITE_INVALID)
    if cookie.session and not cookie.http_only:
        faults.append(Result.COOKIES_SESSION_SCRIPTS)
    if cookie.anti_csrf and not cookie.same_site:
        faults.append(Result.COOKIES_CSRF_SAME_SITE)
    return faults


def _bad_same_site(set_cookie: str) -> bool:
    """Whether any part of a Set-Cookie header is a SameSite without one of its three values."""
    for part in set_cookie.split(";"):
        key, _, rest = trim(part).partition("=")
        value = trim(rest.partition("=")[0]).lower()
        if trim(key).lower() == "samesite" and value not in SAME_SITE:
            return True
    return False
