"""Response headers beyond the Observatory's: OWASP's recommendations, leaks, and CORS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.evidence import ORIGIN, Evidence, Preflight
from lfassess.checks.security.observatory import HttpResponse

# OWASP Secure Headers Project: headers to send, obsolete ones, and those that disclose the server.
_ISOLATION: Final = ("cross-origin-opener-policy", "cross-origin-resource-policy")
_OBSOLETE: Final = ("x-xss-protection", "public-key-pins", "expect-ct", "feature-policy")
_LEAKING: Final = (
    "server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator",
    "x-powered-cms", "x-php-version", "x-drupal-version", "x-owa-version", "liferay-portal",
    "microsoftsharepointteamservices", "x-jenkins", "x-mod-pagespeed", "x-page-speed",
    "x-umbraco-version", "x-varnish-version", "via",
)  # fmt: skip
_VERSION: Final = re.compile(r"\d+\.\d+|/\d+")
_HTTP_VERSION: Final = re.compile(r"^(?:https?/)?\d(?:\.\d)?\s", re.IGNORECASE)  # in Via


def findings(evidence: Evidence) -> Iterator[Finding]:
    yield from _recommended(evidence.main, evidence.site.meta)
    if leaks := _leaks(evidence):
        yield finding("version-leak", ", ".join(leaks)[:200])
    yield from _cors(evidence.cors_answer or Preflight())


def _recommended(answer: HttpResponse | None, meta: Mapping[str, object]) -> Iterator[Finding]:
    if answer is None:
        return
    if answer.header("permissions-policy") is None:
        yield finding("no-permissions-policy", "permissions-policy: not sent")
    if answer.header("referrer-policy") is None and not meta.get("referrer-policy"):
        yield finding("no-referrer-policy", "referrer-policy: not sent")
    missing = [name for name in _ISOLATION if answer.header(name) is None]
    if missing:
        yield finding("no-isolation-headers", f"{', '.join(missing)}: not sent")
    obsolete = [f"{n}: {v[:40]}" for n in _OBSOLETE if (v := answer.header(n)) and v != "0"]
    if obsolete:
        yield finding("obsolete-headers", ", ".join(obsolete))


def _leaks(evidence: Evidence) -> list[str]:
    """Return where versions of the server's software are named: headers and generator."""
    leaks = [f"{name}: {value}" for name in _LEAKING if (value := _leak(evidence.main, name))]
    page = evidence.page
    named = dict.fromkeys((page.generator or "", *page.generators))
    leaks += [f"generator: {name[:80]}" for name in named if _VERSION.search(name)]
    return leaks


def _leak(answer: HttpResponse | None, name: str) -> str | None:
    value = answer.header(name) if answer else None
    software = _HTTP_VERSION.sub("", value) if value and name == "via" else value
    return value[:80] if value and software and _VERSION.search(software) else None


def _cors(preflight: Preflight) -> Iterator[Finding]:
    """Whether the origin we made up, or any, was allowed with the visitor's credentials.

    The Fetch standard lets browsers refuse "*" with credentials, so that this is only a mistake;
    "null" is the origin of every sandboxed frame.
    """
    origin = preflight.allow_origin.strip().lower()
    if preflight.allow_credentials.strip().lower() != "true":
        return
    if origin in {ORIGIN, "null"}:
        named = "for any origin" if origin == ORIGIN else "for the origin null"
        yield finding("reflected-cors", f"Access-Control-Allow-Credentials: true {named}")
    elif origin == "*":
        yield finding("broken-cors", "Access-Control-Allow-Origin: * with credentials")
