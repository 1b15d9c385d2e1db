"""Which finding each result of the Observatory's tests is, and what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.observatory import Result, Site, Verdict
from lfassess.checks.security.observatory.cookies import Cookie, cookies_of
from lfassess.quantities import plural

# Results that are fine are not listed.
FINDING_OF: Final[dict[Result, str]] = {
    Result.REDIRECTION_MISSING: "no-https-redirect",
    Result.REDIRECTION_LATE: "detour-redirect",
    Result.REDIRECTION_NOT_HTTPS: "no-https-redirect",
    Result.REDIRECTION_OFF_HOST: "detour-redirect",
    Result.HSTS_NONE: "no-hsts",
    Result.HSTS_INVALID: "no-hsts",
    Result.HSTS_SHORT: "weak-hsts",
    Result.CSP_NONE: "no-csp",
    Result.CSP_REPORT_ONLY: "no-csp",
    Result.CSP_INVALID: "no-csp",
    Result.CSP_INLINE: "weak-csp",
    Result.CSP_EVAL: "weak-csp",
    Result.CSP_INSECURE: "weak-csp",
    Result.CSP_INSECURE_PASSIVE: "weak-csp",
    Result.COOKIES_INSECURE: "insecure-cookies",
    Result.COOKIES_SAME_SITE_INVALID: "insecure-cookies",
    Result.COOKIES_CSRF_SAME_SITE: "insecure-cookies",
    Result.COOKIES_SESSION_SCRIPTS: "insecure-session-cookies",
    Result.COOKIES_SESSION_INSECURE: "insecure-session-cookies",
    Result.COOKIES_SESSION_INSECURE_HSTS: "insecure-cookies",
    Result.FRAMES_NONE: "clickjacking",
    Result.FRAMES_INVALID: "clickjacking",
    Result.NOSNIFF_NONE: "no-nosniff",
    Result.NOSNIFF_INVALID: "no-nosniff",
    Result.REFERRER_UNSAFE: "unsafe-referrer-policy",
    Result.REFERRER_INVALID: "unsafe-referrer-policy",
    Result.SRI_MISSING_INSECURE: "unsafe-scripts",
    Result.SRI_INSECURE: "unsafe-scripts",
    Result.SRI_MISSING: "no-sri",
    Result.CORP_INVALID: "invalid-corp",
    Result.COOP_INVALID: "invalid-corp",
    Result.COEP_INVALID: "invalid-corp",
}

# What goes without saying of a site whose encrypted address leads to an unencrypted page.
OF_DOWNGRADE: Final = frozenset({"no-https-redirect", "detour-redirect", "no-hsts", "weak-hsts"})

_MAX_COOKIES: Final = 5
_MAX_SHOWN_CHARS: Final = 140


def findings(site: Site, verdict: Verdict) -> Iterator[Finding]:
    """Yield a finding for what went badly, with what was seen in each test that it answers."""
    seen: dict[str, list[str]] = {}
    for test, result in verdict.tests.items():
        if code := FINDING_OF.get(result):
            seen.setdefault(code, []).append(_seen(test, site) or f"{test}: {result}")
    for code, lines in seen.items():
        yield finding(code, "; ".join(lines))


def _seen(test: str, site: Site) -> str | None:
    if test == "redirection":
        return " > ".join(site.http.route)[: 2 * _MAX_SHOWN_CHARS] if site.http else None
    if test == "cookies":
        return _cookies(site)
    if test == "subresource-integrity":
        foreign = [s.src for s in site.scripts if "//" in s.src and not s.integrity]
        if not foreign:
            return None
        return f"{plural(len(foreign), 'script')}, for example {foreign[0][:_MAX_SHOWN_CHARS]}"
    value = site.auto.header(test) if site.auto else None
    return f"{test}: {value[:_MAX_SHOWN_CHARS]}" if value else f"{test}: not sent"


def _cookies(site: Site) -> str | None:
    faulty = [f"{c.name[:40]} lacks {', '.join(lacks)}" for c in cookies_of(site)
              if (lacks := _lacks(c))]  # fmt: skip
    more = f" and {len(faulty) - _MAX_COOKIES} more" if len(faulty) > _MAX_COOKIES else ""
    return "; ".join(faulty[:_MAX_COOKIES]) + more if faulty else None


def _lacks(cookie: Cookie) -> list[str]:
    flags = {
        "Secure": cookie.secure,
        "HttpOnly": cookie.http_only or not cookie.session,
        "SameSite": cookie.same_site is not None,
    }
    return [name for name, is_set in flags.items() if not is_set]
