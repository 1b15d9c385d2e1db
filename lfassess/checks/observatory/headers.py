"""The tests that read one header: HSTS, X-Frame-Options and their like."""

from __future__ import annotations

import re

from lfassess.checks.observatory import csp
from lfassess.checks.observatory.site import Site

_SIX_MONTHS_S = 15_552_000  # 180 days, as the Observatory counts
_PRIVATE = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")
_UNSAFE = ("origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade")


def hsts(site: Site) -> str:
    """Strict-Transport-Security; no site counts as preloaded, for want of the browsers' list."""
    if site.https is None:
        return "hsts-not-implemented-no-https"
    if not site.https.verified:
        return "hsts-invalid-cert"
    value = site.https.header("strict-transport-security")
    if value is None:
        return "hsts-not-implemented"
    ages = [
        part.strip().lower().removeprefix("max-age=")
        for part in value[:1024].split(";")
        if part.strip().lower().startswith("max-age=")
    ]
    if "," in value[:1024] or not ages:
        return "hsts-header-invalid"
    number = re.match(r"\s*([+-]?\d+)", ages[-1])
    if number and int(number[1]) < _SIX_MONTHS_S:  # what is no number passes there, too
        return "hsts-implemented-max-age-less-than-six-months"
    return "hsts-implemented-max-age-at-least-six-months"


def hsts_passes(site: Site) -> bool:
    return hsts(site) in {"hsts-implemented-max-age-at-least-six-months", "hsts-preloaded"}


def content_type_options(site: Site) -> str:
    value = site.auto.header("x-content-type-options") if site.auto else None
    if not value:
        return "x-content-type-options-not-implemented"
    if value[:256].strip().lower() == "nosniff":
        return "x-content-type-options-nosniff"
    return "x-content-type-options-header-invalid"


def frame_options(site: Site) -> str:
    if csp.frame_ancestors_set(site):
        return "x-frame-options-implemented-via-csp"
    value = site.auto.header("x-frame-options") if site.auto else None
    if not value:
        return "x-frame-options-not-implemented"
    option = value[:1024].strip().lower()
    if option in {"deny", "sameorigin"}:
        return "x-frame-options-sameorigin-or-deny"
    if option.startswith("allow-from"):
        return "x-frame-options-allow-from-origin"
    return "x-frame-options-header-invalid"


def referrer_policy(site: Site) -> str:
    header = site.auto.header("referrer-policy") if site.auto else None
    values = [*([] if header is None else [header]), *site.meta.get("referrer-policy", ())]
    if not values or site.auto is None:
        return "referrer-policy-not-implemented"
    known = [p for p in (v.strip().lower() for v in ", ".join(values).split(","))
             if p in _PRIVATE + _UNSAFE]  # fmt: skip
    if not known:
        return "referrer-policy-header-invalid"
    return "referrer-policy-private" if known[-1] in _PRIVATE else "referrer-policy-unsafe"


def resource_policy(site: Site) -> str:
    value = site.auto.header("cross-origin-resource-policy") if site.auto else None
    meta = site.meta.get("cross-origin-resource-policy", ()) if site.auto else ()
    policy = (value or (meta[-1] if meta else ""))[:256].strip().lower()
    if not policy:
        return "corp-not-implemented"
    if policy in {"same-site", "same-origin", "cross-origin"}:
        return f"corp-implemented-with-{policy}"
    return "corp-header-invalid"


def cors(site: Site) -> str:
    """Cross-origin sharing of the preflight's answer.

    A real scan of the Observatory never sees the Origin it sent, so a reflected origin counts as
    restricted access there and here; the security check reports reflection as a finding of its own.
    """
    allowed = site.cors.header("access-control-allow-origin") if site.cors else None
    if not allowed:
        return "cross-origin-resource-sharing-not-implemented"
    if allowed[:256].strip() == "*":
        return "cross-origin-resource-sharing-implemented-with-public-access"
    return "cross-origin-resource-sharing-implemented-with-restricted-access"
