"""The security check's closed list of findings, and which of them a site has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from lfassess.checks.base import Finding, FindingKind, Json, Severity, findings_from
from lfassess.checks.loose import dict_in, text_in, texts_in
from lfassess.checks.observatory import Site, Verdict, csp

_C, _H, _M, _L, _P = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
    Severity.PASSED,
)

KINDS: Final[dict[str, FindingKind]] = {
    "no-https": FindingKind(_C, "The site has no working encrypted connection"),
    "certificate-untrusted": FindingKind(_C, "Browsers warn visitors away: bad certificate"),
    "certificate-expires-soon": FindingKind(_H, "The certificate is about to expire"),
    "old-tls": FindingKind(_H, "The connection uses outdated encryption"),
    "no-https-redirect": FindingKind(_H, "Visitors are not sent to the encrypted site"),
    "detour-redirect": FindingKind(_L, "The way to the encrypted site takes a detour"),
    "mixed-content": FindingKind(_H, "The encrypted page loads unencrypted parts"),
    "no-hsts": FindingKind(_M, "Browsers are not told to insist on encryption"),
    "weak-hsts": FindingKind(_L, "Browsers are told to insist on encryption, but too briefly"),
    "no-csp": FindingKind(_M, "Nothing limits which scripts may run"),
    "weak-csp": FindingKind(_M, "The rules for scripts leave a door open"),
    "insecure-cookies": FindingKind(_M, "Cookies can be read on the way"),
    "insecure-session-cookies": FindingKind(_H, "Login cookies can be stolen"),
    "clickjacking": FindingKind(_M, "The site can be framed by others"),
    "no-nosniff": FindingKind(_L, "Browsers may misread files"),
    "unsafe-referrer-policy": FindingKind(_L, "Other sites learn which pages visitors were on"),
    "unsafe-scripts": FindingKind(_H, "Scripts are loaded from elsewhere without encryption"),
    "no-sri": FindingKind(_L, "Scripts from elsewhere could be swapped unnoticed"),
    "reflected-cors": FindingKind(_H, "Any site may read answers in a visitor's name"),
    "invalid-corp": FindingKind(_L, "A cross-origin rule is misspelt"),
    "version-leak": FindingKind(_L, "The server tells attackers its software version"),
    "no-permissions-policy": FindingKind(
        Severity.INFO, "Camera, location and the like are not ruled out"
    ),
    "https-works": FindingKind(_P, "The connection is encrypted and trusted"),
    "headers-strong": FindingKind(_P, "Security headers are set well"),
}
_finding = findings_from(KINDS)

_SOON_DAYS = 30
_OLD_TLS = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
_LEAKING = ("server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator")
_VERSION = re.compile(r"\d+\.\d+|/\d+")

# Which finding a test's result is; results that are fine are not listed.
_BY_RESULT: Final[tuple[tuple[str, str], ...]] = (
    ("redirection-missing", "no-https-redirect"),
    ("redirection-not-to-https-on-initial-redirection", "detour-redirect"),
    ("redirection-not-to-https", "no-https-redirect"),
    ("redirection-off-host-from-http", "detour-redirect"),
    ("hsts-not-implemented", "no-hsts"),
    ("hsts-header-invalid", "no-hsts"),
    ("hsts-implemented-max-age-less-than-six-months", "weak-hsts"),
    ("csp-not-implemented", "no-csp"),
    ("csp-not-implemented-but-reporting-enabled", "no-csp"),
    ("csp-header-invalid", "no-csp"),
    ("csp-implemented-with-unsafe-inline", "weak-csp"),
    ("csp-implemented-with-unsafe-eval", "weak-csp"),
    ("csp-implemented-with-insecure-scheme", "weak-csp"),
    ("csp-implemented-with-insecure-scheme-in-passive-content-only", "weak-csp"),
    ("cookies-without-secure-flag", "insecure-cookies"),
    ("cookies-samesite-flag-invalid", "insecure-cookies"),
    ("cookies-anticsrf-without-samesite-flag", "insecure-cookies"),
    ("cookies-session-without-httponly-flag", "insecure-session-cookies"),
    ("cookies-session-without-secure-flag", "insecure-session-cookies"),
    ("cookies-session-without-secure-flag-but-protected-by-hsts", "insecure-cookies"),
    ("x-frame-options-not-implemented", "clickjacking"),
    ("x-frame-options-header-invalid", "clickjacking"),
    ("x-content-type-options-not-implemented", "no-nosniff"),
    ("x-content-type-options-header-invalid", "no-nosniff"),
    ("referrer-policy-unsafe", "unsafe-referrer-policy"),
    ("referrer-policy-header-invalid", "unsafe-referrer-policy"),
    ("sri-not-implemented-and-external-scripts-not-loaded-securely", "unsafe-scripts"),
    ("sri-implemented-but-external-scripts-not-loaded-securely", "unsafe-scripts"),
    ("sri-not-implemented-but-external-scripts-loaded-securely", "no-sri"),
    ("corp-header-invalid", "invalid-corp"),
)
_FINDING_OF = dict(_BY_RESULT)


def find(evidence: Json, site: Site, verdict: Verdict) -> Iterator[Finding]:
    """Yield what is amiss, then what is done well."""
    yield from _transport(evidence, site)
    for test, result in verdict.tests.items():
        if code := _FINDING_OF.get(result):
            yield _finding(code, f"{test}: {result}")
    yield from _page(evidence, site)
    yield from _well(site, verdict)


def _transport(evidence: Json, site: Site) -> Iterator[Finding]:
    if site.https is None:
        yield _finding("no-https", text_in(evidence, "https_error") or "only http answers")
        return
    tls = dict_in(dict_in(evidence, "https"), "tls")
    if not site.https.verified:
        yield _finding("certificate-untrusted", _why_untrusted(tls))
    elif (left := days_left(evidence)) is not None and left <= _SOON_DAYS:
        yield _finding("certificate-expires-soon", f"{left} days left")
    elif site.http is not None and not site.http.verified:
        yield _finding("certificate-untrusted", _why_untrusted({}))
    version = text_in(tls, "version")
    if version in _OLD_TLS:
        yield _finding("old-tls", str(version))


def _why_untrusted(tls: Json) -> str:
    reason = text_in(tls, "error")
    if reason is None:
        return "not trusted, on an address the site leads to"
    end = (text_in(tls, "not_after") or "")[:10]
    return f"{reason}; valid until {end}" if end else reason


def days_left(evidence: Json) -> int | None:
    """Return the days from the fetch to the certificate's end."""
    try:
        end = datetime.fromisoformat(
            text_in(dict_in(dict_in(evidence, "https"), "tls"), "not_after") or ""
        )
        return (end - datetime.fromisoformat(text_in(evidence, "fetched_at") or "")).days
    except (TypeError, ValueError):
        return None


def _page(evidence: Json, site: Site) -> Iterator[Finding]:
    page = dict_in(evidence, "page")
    if (mixed := texts_in(page, "mixed")) and not csp.upgrades_requests(site):
        yield _finding("mixed-content", f"{len(mixed)}, first: {mixed[0][:100]}")
    leaks = [f"{name}: {value}" for name in _LEAKING if (value := _leak(site, name))]
    if (generator := text_in(page, "generator")) and _VERSION.search(generator):
        leaks.append(f"generator: {generator}")
    if leaks:
        yield _finding("version-leak", ", ".join(leaks)[:200])
    if _reflects(site):
        yield _finding("reflected-cors", "Access-Control-Allow-Credentials: true for any origin")
    if site.auto and site.auto.header("permissions-policy") is None:
        yield _finding("no-permissions-policy", "Permissions-Policy not sent")


def _leak(site: Site, name: str) -> str | None:
    value = site.auto.header(name) if site.auto else None
    return value if value and _VERSION.search(value) else None


def _reflects(site: Site) -> bool:
    """Whether the origin we made up was allowed, with the visitor's credentials."""
    if site.cors is None:
        return False
    allowed = (site.cors.header("access-control-allow-origin") or "").strip().lower()
    credentials = (site.cors.header("access-control-allow-credentials") or "").strip().lower()
    return allowed == "https://http-observatory.security.mozilla.org" and credentials == "true"


_STRONG_FROM = 90


def _well(site: Site, verdict: Verdict) -> Iterator[Finding]:
    if site.https is not None and site.https.verified:
        yield _finding("https-works", site.https.url[:200])
    if verdict.score >= _STRONG_FROM:
        yield _finding("headers-strong", f"grade {verdict.grade} by MDN HTTP Observatory's rules")
