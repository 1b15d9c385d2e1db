"""The closed list of the tests' results: what each adds to the score, and whether it passes.

Modifiers are those of algorithm 6; a test can pass with a penalty (pictures over http, say).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self

ALGORITHM: Final = 6  # as of 19 August 2026; configs/domain_data.toml says when it was checked


class Result(StrEnum):
    """One result, with ``modifier`` (points that it adds) and ``passed``."""

    modifier: int
    passed: bool

    def __new__(cls, value: str, modifier: int, passed: bool) -> Self:  # noqa: FBT001 - a table's column
        member = str.__new__(cls, value)
        member._value_ = value
        member.modifier = modifier
        member.passed = passed
        return member

    @classmethod
    def stored(cls, value: str) -> Result | None:
        """Return the result of a stored text; None for one that is none of today's."""
        return next((result for result in cls if result.value == value), None)

    CSP_DEFAULT_NONE = "csp-implemented-with-no-unsafe-default-src-none", 10, True
    CSP_SAFE = "csp-implemented-with-no-unsafe", 5, True
    CSP_INLINE_STYLE = "csp-implemented-with-unsafe-inline-in-style-src-only", 0, True
    CSP_INSECURE_PASSIVE = (
        "csp-implemented-with-insecure-scheme-in-passive-content-only", -10, True,
    )  # fmt: skip
    CSP_EVAL = "csp-implemented-with-unsafe-eval", -10, False
    CSP_INLINE = "csp-implemented-with-unsafe-inline", -20, False
    CSP_INSECURE = "csp-implemented-with-insecure-scheme", -20, False
    CSP_REPEATED = "csp-implemented-but-duplicate-directives", 0, True
    CSP_INVALID = "csp-header-invalid", -25, False
    CSP_NONE = "csp-not-implemented", -25, False
    CSP_REPORT_ONLY = "csp-not-implemented-but-reporting-enabled", -25, False

    COOKIES_STRICT = "cookies-secure-with-httponly-sessions-and-samesite", 5, True
    COOKIES_SECURE = "cookies-secure-with-httponly-sessions", 0, True
    COOKIES_NONE = "cookies-not-found", 0, True
    COOKIES_INSECURE_HSTS = "cookies-without-secure-flag-but-protected-by-hsts", -5, False
    COOKIES_SESSION_INSECURE_HSTS = (
        "cookies-session-without-secure-flag-but-protected-by-hsts", -10, False,
    )  # fmt: skip
    COOKIES_INSECURE = "cookies-without-secure-flag", -20, False
    COOKIES_SAME_SITE_INVALID = "cookies-samesite-flag-invalid", -20, False
    COOKIES_CSRF_SAME_SITE = "cookies-anticsrf-without-samesite-flag", -20, False
    COOKIES_SESSION_SCRIPTS = "cookies-session-without-httponly-flag", -30, False
    COOKIES_SESSION_INSECURE = "cookies-session-without-secure-flag", -40, False

    CORS_NONE = "cross-origin-resource-sharing-not-implemented", 0, True
    CORS_PUBLIC = "cross-origin-resource-sharing-implemented-with-public-access", 0, True
    CORS_RESTRICTED = "cross-origin-resource-sharing-implemented-with-restricted-access", 0, True
    CORS_UNIVERSAL = "cross-origin-resource-sharing-implemented-with-universal-access", -50, False

    REDIRECTION_PRELOADED = "redirection-all-redirects-preloaded", 0, True
    REDIRECTION_HTTPS = "redirection-to-https", 0, True
    REDIRECTION_NO_HTTP = "redirection-not-needed-no-http", 0, True
    REDIRECTION_OFF_HOST = "redirection-off-host-from-http", -5, False
    REDIRECTION_LATE = "redirection-not-to-https-on-initial-redirection", -10, False
    REDIRECTION_NOT_HTTPS = "redirection-not-to-https", -20, False
    REDIRECTION_MISSING = "redirection-missing", -20, False
    REDIRECTION_BAD_CERT = "redirection-invalid-cert", -20, False

    REFERRER_PRIVATE = "referrer-policy-private", 5, True
    REFERRER_NONE = "referrer-policy-not-implemented", 0, True
    REFERRER_UNSAFE = "referrer-policy-unsafe", -5, False
    REFERRER_INVALID = "referrer-policy-header-invalid", -5, False

    HSTS_PRELOADED = "hsts-preloaded", 5, True
    HSTS_LONG = "hsts-implemented-max-age-at-least-six-months", 0, True
    HSTS_SHORT = "hsts-implemented-max-age-less-than-six-months", -10, False
    HSTS_NONE = "hsts-not-implemented", -20, False
    HSTS_INVALID = "hsts-header-invalid", -20, False
    HSTS_NO_HTTPS = "hsts-not-implemented-no-https", -20, False
    HSTS_BAD_CERT = "hsts-invalid-cert", -20, False

    SRI_ALL = "sri-implemented-and-all-scripts-loaded-securely", 5, True
    SRI_EXTERNAL = "sri-implemented-and-external-scripts-loaded-securely", 5, True
    SRI_NO_HTML = "sri-not-implemented-response-not-html", 0, True
    SRI_NO_SCRIPTS = "sri-not-implemented-but-no-scripts-loaded", 0, True
    SRI_OWN_SCRIPTS = "sri-not-implemented-but-all-scripts-loaded-from-secure-origin", 0, True
    SRI_MISSING = "sri-not-implemented-but-external-scripts-loaded-securely", -5, False
    SRI_INSECURE = "sri-implemented-but-external-scripts-not-loaded-securely", -20, False
    SRI_MISSING_INSECURE = (
        "sri-not-implemented-and-external-scripts-not-loaded-securely", -50, False,
    )  # fmt: skip

    NOSNIFF = "x-content-type-options-nosniff", 0, True
    NOSNIFF_INVALID = "x-content-type-options-header-invalid", -5, False
    NOSNIFF_NONE = "x-content-type-options-not-implemented", -5, False

    FRAMES_BY_CSP = "x-frame-options-implemented-via-csp", 5, True
    FRAMES_REFUSED = "x-frame-options-sameorigin-or-deny", 5, True
    FRAMES_ALLOW_FROM = "x-frame-options-allow-from-origin", 0, True
    FRAMES_NONE = "x-frame-options-not-implemented", -20, False
    FRAMES_INVALID = "x-frame-options-header-invalid", -20, False

    CORP_NONE = "corp-not-implemented", 0, True
    CORP_SAME_ORIGIN = "corp-implemented-with-same-origin", 10, True
    CORP_SAME_SITE = "corp-implemented-with-same-site", 10, True
    CORP_CROSS_ORIGIN = "corp-implemented-with-cross-origin", 0, True
    CORP_INVALID = "corp-header-invalid", -5, False

    COOP_NONE = "coop-not-implemented", 0, True
    COOP_SAME_ORIGIN = "coop-implemented-with-same-origin", 10, True
    COOP_POPUPS = "coop-implemented-with-same-origin-allow-popups", 10, True
    COOP_NO_OPENER = "coop-implemented-with-noopener-allow-popups", 10, True
    COOP_UNSAFE = "coop-implemented-with-unsafe-none", 0, True
    COOP_INVALID = "coop-header-invalid", -5, False

    COEP_NONE = "coep-not-implemented", 0, True
    COEP_REQUIRED = "coep-implemented-with-require-corp", 10, True
    COEP_CREDENTIALLESS = "coep-implemented-with-credentialless", 10, True
    COEP_UNSAFE = "coep-implemented-with-unsafe-none", 0, True
    COEP_INVALID = "coep-header-invalid", -5, False
