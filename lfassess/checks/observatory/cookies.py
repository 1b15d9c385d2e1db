"""Cookies: flags of what the site sets."""

from __future__ import annotations

from dataclasses import dataclass

from lfassess.checks.observatory.headers import hsts_passes
from lfassess.checks.observatory.site import Site

# Worst last; the worst of all cookies is the result.
_WORSE = (
    "cookies-without-secure-flag-but-protected-by-hsts",
    "cookies-without-secure-flag",
    "cookies-session-without-secure-flag-but-protected-by-hsts",
    "cookies-samesite-flag-invalid",
    "cookies-anticsrf-without-samesite-flag",
    "cookies-session-without-httponly-flag",
    "cookies-session-without-secure-flag",
)
_IGNORED = frozenset({"heroku-session-affinity"})
_SAME_SITE = frozenset({"lax", "strict", "none"})


@dataclass(frozen=True, slots=True)
class Cookie:
    """One Set-Cookie header's name and flags."""

    name: str
    secure: bool
    http_only: bool
    same_site: str | None  # lower case, as sent

    @property
    def session(self) -> bool:
        """Whether its name tells that it keeps a session."""
        return any(word in self.name.lower() for word in ("login", "sess"))

    @property
    def anti_csrf(self) -> bool:
        return "csrf" in self.name.lower()


def parse(set_cookie: str) -> Cookie | None:
    """Read one Set-Cookie header; None where it has no name."""
    first, *attributes = set_cookie.split(";")
    name = first.partition("=")[0].strip()
    if "=" not in first or not name:
        return None
    flags = {}
    for attribute in attributes:
        key, _, value = attribute.partition("=")
        flags[key.strip().lower()] = value.strip().lower()
    return Cookie(name, "secure" in flags, "httponly" in flags, flags.get("samesite"))


def cookies_of(site: Site) -> list[Cookie]:
    """Return the cookies of the visit, the last of each name."""
    return list({c.name: c for c in _sent(site)}.values())


def _sent(site: Site) -> list[Cookie]:
    parsed = [parse(value) for value in site.set_cookies]
    return [c for c in parsed if c and c.name not in _IGNORED]


def test(site: Site) -> str:
    """Return the result of the cookies test."""
    cookies = cookies_of(site)
    if not cookies:
        return "cookies-not-found"
    protected = hsts_passes(site)
    faults = [fault for c in cookies for fault in _faults(c, protected=protected)]
    if any(c.same_site is not None and c.same_site not in _SAME_SITE for c in _sent(site)):
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
    if cookie.session and not cookie.http_only:
        faults.append("cookies-session-without-httponly-flag")
    if cookie.anti_csrf and cookie.same_site not in _SAME_SITE:
        faults.append("cookies-anticsrf-without-samesite-flag")
    if cookie.same_site == "none" and not cookie.secure:
        faults.append("cookies-samesite-flag-invalid")
    return faults
