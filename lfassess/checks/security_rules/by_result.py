"""Which finding each result of the Observatory's tests is, and what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.observatory import Site, Verdict
from lfassess.checks.observatory.cookies import cookies_of
from lfassess.checks.observatory.jar import Cookie
from lfassess.checks.security_rules.kinds import finding

# Results that are fine are not listed.
FINDING_OF: Final[dict[str, str]] = {
    "redirection-missing": "no-https-redirect",
    "redirection-not-to-https-on-initial-redirection": "detour-redirect",
    "redirection-not-to-https": "no-https-redirect",
    "redirection-off-host-from-http": "detour-redirect",
    "hsts-not-implemented": "no-hsts",
    "hsts-header-invalid": "no-hsts",
    "hsts-implemented-max-age-less-than-six-months": "weak-hsts",
    "csp-not-implemented": "no-csp",
    "csp-not-implemented-but-reporting-enabled": "no-csp",
    "csp-header-invalid": "no-csp",
    "csp-implemented-with-unsafe-inline": "weak-csp",
    "csp-implemented-with-unsafe-eval": "weak-csp",
    "csp-implemented-with-insecure-scheme": "weak-csp",
    "csp-implemented-with-insecure-scheme-in-passive-content-only": "weak-csp",
    "cookies-without-secure-flag": "insecure-cookies",
    "cookies-samesite-flag-invalid": "insecure-cookies",
    "cookies-anticsrf-without-samesite-flag": "insecure-cookies",
    "cookies-session-without-httponly-flag": "insecure-session-cookies",
    "cookies-session-without-secure-flag": "insecure-session-cookies",
    "cookies-session-without-secure-flag-but-protected-by-hsts": "insecure-cookies",
    "x-frame-options-not-implemented": "clickjacking",
    "x-frame-options-header-invalid": "clickjacking",
    "x-content-type-options-not-implemented": "no-nosniff",
    "x-content-type-options-header-invalid": "no-nosniff",
    "referrer-policy-unsafe": "unsafe-referrer-policy",
    "referrer-policy-header-invalid": "unsafe-referrer-policy",
    "sri-not-implemented-and-external-scripts-not-loaded-securely": "unsafe-scripts",
    "sri-implemented-but-external-scripts-not-loaded-securely": "unsafe-scripts",
    "sri-not-implemented-but-external-scripts-loaded-securely": "no-sri",
    "corp-header-invalid": "invalid-corp",
}

_MOST_COOKIES: Final = 5
_SHOWN: Final = 140


def findings(site: Site, verdict: Verdict) -> Iterator[Finding]:
    """Yield a finding for each test that went badly, with what was seen."""
    for test, result in verdict.tests.items():
        if code := FINDING_OF.get(result):
            yield finding(code, _seen(test, site) or f"{test}: {result}")


def _seen(test: str, site: Site) -> str | None:
    if test == "redirection":
        return " > ".join(site.http.route)[: 2 * _SHOWN] if site.http else None
    if test == "cookies":
        return _cookies(site)
    if test == "subresource-integrity":
        foreign = [s.src for s in site.scripts if "//" in s.src and not s.integrity]
        return f"{len(foreign)}, first: {foreign[0][:_SHOWN]}" if foreign else None
    value = site.auto.header(test) if site.auto else None
    return f"{test}: {value[:_SHOWN]}" if value else f"{test}: not sent"


def _cookies(site: Site) -> str | None:
    faulty = [f"{c.name[:40]} lacks {', '.join(lacks)}" for c in cookies_of(site)
              if (lacks := _lacks(c))]  # fmt: skip
    more = f" and {len(faulty) - _MOST_COOKIES} more" if len(faulty) > _MOST_COOKIES else ""
    return "; ".join(faulty[:_MOST_COOKIES]) + more if faulty else None


def _lacks(cookie: Cookie) -> list[str]:
    flags = {
        "Secure": cookie.secure,
        "HttpOnly": cookie.http_only or not cookie.session,
        "SameSite": cookie.same_site is not None,
    }
    return [name for name, is_set in flags.items() if not is_set]
