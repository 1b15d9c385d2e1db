"""The tests that read one header: HSTS, X-Frame-Options and their like."""

from __future__ import annotations

import re

from lfassess.checks.security.observatory import csp
from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.site import Site

_SIX_MONTHS_S = 15_552_000  # 180 days, as the Observatory counts
_PRIVATE = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")
_UNSAFE = ("origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade")


def hsts(site: Site) -> Result:
    """Strict-Transport-Security; no site counts as preloaded, for want of the browsers' list."""
    if site.https is None:
        return Result.HSTS_NO_HTTPS
    if not site.https.verified:
        return Result.HSTS_BAD_CERT
    value = site.https.header("strict-transport-security")
    if value is None:
        return Result.HSTS_NONE
    ages = [
        part.strip().lower().removeprefix("max-age=")
        for part in value[:1024].split(";")
        if part.strip().lower().startswith("max-age=")
    ]
    if "," in value[:1024] or not ages:
        return Result.HSTS_INVALID
    number = re.match(r"\s*([+-]?\d+)", ages[-1])
    if number and int(number[1]) < _SIX_MONTHS_S:  # what is no number passes there, too
        return Result.HSTS_SHORT
    return Result.HSTS_LONG


def hsts_passes(site: Site) -> bool:
    return hsts(site).passed


def content_type_options(site: Site) -> Result:
    value = site.auto.header("x-content-type-options") if site.auto else None
    if not value:
        return Result.NOSNIFF_NONE
    if value[:256].strip().lower() == "nosniff":
        return Result.NOSNIFF
    return Result.NOSNIFF_INVALID


def frame_options(site: Site) -> Result:
    if csp.frame_ancestors_set(site):
        return Result.FRAMES_BY_CSP
    value = site.auto.header("x-frame-options") if site.auto else None
    if not value:
        return Result.FRAMES_NONE
    option = value[:1024].strip().lower()
    if option in {"deny", "sameorigin"}:
        return Result.FRAMES_REFUSED
    if option.startswith("allow-from"):
        return Result.FRAMES_ALLOW_FROM
    return Result.FRAMES_INVALID


def referrer_policy(site: Site) -> Result:
    header = site.auto.header("referrer-policy") if site.auto else None
    values = [*([] if header is None else [header]), *site.meta.get("referrer-policy", ())]
    if not values or site.auto is None:
        return Result.REFERRER_NONE
    known = [p for p in (v.strip().lower() for v in ", ".join(values).split(","))
             if p in _PRIVATE + _UNSAFE]  # fmt: skip
    if not known:
        return Result.REFERRER_INVALID
    return Result.REFERRER_PRIVATE if known[-1] in _PRIVATE else Result.REFERRER_UNSAFE


def cors(site: Site) -> Result:
    """Cross-origin sharing of the preflight's answer.

    A real scan of the Observatory never sees the Origin it sent, so a reflected origin counts as
    restricted access there and here; the security check reports reflection as a finding of its own.
    """
    allowed = site.cors.header("access-control-allow-origin") if site.cors else None
    if not allowed:
        return Result.CORS_NONE
    if allowed[:256].strip() == "*":
        return Result.CORS_PUBLIC
    return Result.CORS_RESTRICTED
