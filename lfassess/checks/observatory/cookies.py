"""Cookies: flags of what the site sets."""

from __future__ import annotations

from typing import Final

from lfassess.checks.observatory import jar
from lfassess.checks.observatory.headers import hsts_passes
from lfassess.checks.observatory.jar import Cookie
from lfassess.checks.observatory.quirks import trim
from lfassess.checks.observatory.site import Site

# Worst last; the worst of all cookies is the result.
_WORSE: Final = (
    "cookies-without-secure-flag-but-protected-by-hsts",
    "cookies-without-secure-flag",
    "cookies-session-without-secure-flag-but-protected-by-hsts",
    "cookies-samesite-flag-invalid",
    "cookies-anticsrf-without-samesite-flag",
    "cookies-session-without-httponly-flag",
    "cookies-session-without-secure-flag",
)
_IGNORED: Final = frozenset({"heroku-session-affinity"})


def cookies_of(site: Site) -> list[Cookie]:
    """Return the cookies that the visit left."""
    return [c for c in jar.kept(site.set_cookies) if c.name not in _IGNORED]


def test(site: Site) -> str:
    """Return the result of the cookies test."""
    cookies = cookies_of(site)
    if not cookies:
        return "cookies-not-found"
    protected = hsts_passes(site)
    faults = [fault for c in cookies for fault in _faults(c, protected=protected)]
    if site.auto and any(_bad_same_site(v) for v in site.auto.values("set-cookie")):
        faults.append("cookies-samesite-flag-invalid")
    if faults:
        return max(faults, key=_WORSE.index)
    if all(c.same_site for c in cookies):
        return "cookies-secure-with-httponly-sessions-and-samesite"
    return "cookies-secure-with-httponly-sessions"


def _faults(cookie: Cookie, *, protected: bool) -> list[str]:
    faults = []
    by_hsts = "-but-protected-by-hsts" if protected else ""
    if not cookie.secure:
        faults.append(f"cookies-without-secure-flag{by_hsts}")
        if cookie.session:
            faults.append(f"cookies-session-without-secure-flag{by_hsts}")
        if cookie.same_site == "none":
            faults.append("cookies-samesite-flag-invalid")
    if cookie.session and not cookie.http_only:
        faults.append("cookies-session-without-httponly-flag")
    if cookie.anti_csrf and not cookie.same_site:
        faults.append("cookies-anticsrf-without-samesite-flag")
    return faults


def _bad_same_site(set_cookie: str) -> bool:
    """Whether any part of a Set-Cookie header is a SameSite without one of its three values."""
    for part in set_cookie.split(";"):
        key, _, rest = trim(part).partition("=")
        value = trim(rest.partition("=")[0]).lower()
        if trim(key).lower() == "samesite" and value not in jar.SAME_SITE:
            return True
    return False
