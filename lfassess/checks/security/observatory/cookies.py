"""Cookies: flags of what the site sets."""

from __future__ import annotations

from typing import Final

from lfassess.checks.security.observatory import cookie_jar
from lfassess.checks.security.observatory.cookie_jar import Cookie
from lfassess.checks.security.observatory.headers import hsts_passes
from lfassess.checks.security.observatory.js_compat import trim
from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.site import Site

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
    return [c for c in cookie_jar.stored(site.set_cookies) if c.name not in _IGNORED]


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
        if trim(key).lower() == "samesite" and value not in cookie_jar.SAME_SITE:
            return True
    return False
