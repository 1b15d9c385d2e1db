"""Response headers beyond the Observatory's: OWASP's recommendations, leaks, and CORS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding, Json
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.observatory import Site
from lfassess.checks.shared.json_access import get_object, get_text, get_texts

# OWASP Secure Headers Project: headers to send, to send no more, and that tell on the server.
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

ORIGIN: Final = "https://http-observatory.security.mozilla.org"  # asked as the Observatory does


def findings(evidence: Json, site: Site) -> Iterator[Finding]:
    yield from _recommended(site)
    if leaks := leaked(evidence, site):
        yield finding("version-leak", ", ".join(leaks)[:200])
    yield from _cors(evidence)


def _recommended(site: Site) -> Iterator[Finding]:
    if site.auto is None:
        return
    if site.auto.header("permissions-policy") is None:
        yield finding("no-permissions-policy", "permissions-policy: not sent")
    if site.auto.header("referrer-policy") is None and not site.meta.get("referrer-policy"):
        yield finding("no-referrer-policy", "referrer-policy: not sent")
    missing = [name for name in _ISOLATION if site.auto.header(name) is None]
    if missing:
        yield finding("no-isolation-headers", f"{', '.join(missing)}: not sent")
    obsolete = [f"{n}: {v[:40]}" for n in _OBSOLETE if (v := site.auto.header(n)) and v != "0"]
    if obsolete:
        yield finding("obsolete-headers", ", ".join(obsolete))


def leaked(evidence: Json, site: Site) -> list[str]:
    """Return where versions of the server's software are named: headers and generator."""
    leaks = [f"{name}: {value}" for name in _LEAKING if (value := _leak(site, name))]
    page = get_object(evidence, "page")
    named = dict.fromkeys((get_text(page, "generator") or "", *get_texts(page, "generators")))
    leaks += [f"generator: {name[:80]}" for name in named if _VERSION.search(name)]
    return leaks


def _leak(site: Site, name: str) -> str | None:
    value = site.auto.header(name) if site.auto else None
    told = _HTTP_VERSION.sub("", value) if value and name == "via" else value
    return value[:80] if value and told and _VERSION.search(told) else None


def _cors(evidence: Json) -> Iterator[Finding]:
    """Whether the origin we made up, or any, was allowed with the visitor's credentials.

    The Fetch standard lets browsers refuse "*" with credentials, so that this is only a mistake;
    "null" is the origin of every sandboxed frame.
    """
    asked = get_object(evidence, "cors_answer")
    origin = (get_text(asked, "allow_origin") or "").lower()
    if (get_text(asked, "allow_credentials") or "").lower() != "true":
        return
    if origin in {ORIGIN, "null"}:
        named = "for any origin" if origin == ORIGIN else "for the origin null"
        yield finding("reflected-cors", f"Access-Control-Allow-Credentials: true {named}")
    elif origin == "*":
        yield finding("broken-cors", "Access-Control-Allow-Origin: * with credentials")
