"""The tests that read one header: HSTS, X-Frame-Options and their like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

from lfassess.checks.security.observatory import csp
from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.site import Site, trim

_LONGEST_FIELD: Final = 1024
# A structured field's item whose value is a token (RFC 8941 §3.3, §4.2).
_NAME: Final = r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*"
_KEY: Final = r"[a-z*][a-z0-9_\-.*]*"
_NUMBER: Final = r"-?(?:\d{1,12}\.\d{1,3}|\d{1,15})"
_STRING: Final = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_BYTES: Final = r":[A-Za-z0-9+/=]*:"
_VALUE: Final = rf"(?:{_NUMBER}|{_STRING}|{_NAME}|{_BYTES}|\?[01])"
_ITEM: Final = re.compile(rf" *({_NAME})(?:; *{_KEY}(?:={_VALUE})?)* *")
_RESOURCE: Final = {
    "same-origin": Result.CORP_SAME_ORIGIN,
    "same-site": Result.CORP_SAME_SITE,
    "cross-origin": Result.CORP_CROSS_ORIGIN,
}
_OPENER: Final = {
    "same-origin": Result.COOP_SAME_ORIGIN,
    "same-origin-allow-popups": Result.COOP_POPUPS,
    "noopener-allow-popups": Result.COOP_NO_OPENER,
    "unsafe-none": Result.COOP_UNSAFE,
}
_EMBEDDER: Final = {
    "require-corp": Result.COEP_REQUIRED,
    "credentialless": Result.COEP_CREDENTIALLESS,
    "unsafe-none": Result.COEP_UNSAFE,
}


def resource_policy(site: Site) -> Result:
    """Cross-Origin-Resource-Policy (Fetch): a header wins over what stands in its place."""
    name = "cross-origin-resource-policy"
    value = site.auto.header(name) if site.auto else None
    meta = site.meta.get(name, ()) if site.auto else ()
    policy = trim((value or (meta[-1] if meta else ""))[:256]).lower()
    return _RESOURCE.get(policy, Result.CORP_INVALID) if policy else Result.CORP_NONE


def opener_policy(site: Site) -> Result:
    """Cross-Origin-Opener-Policy (HTML), a structured field."""
    return _judge(
        site, "cross-origin-opener-policy", _OPENER, Result.COOP_NONE, Result.COOP_INVALID
    )


def embedder_policy(site: Site) -> Result:
    """Cross-Origin-Embedder-Policy (HTML), a structured field."""
    return _judge(
        site, "cross-origin-embedder-policy", _EMBEDDER, Result.COEP_NONE, Result.COEP_INVALID
    )


def _judge(
    site: Site, name: str, known: Mapping[str, Result], absent: Result, invalid: Result
) -> Result:
    """Judge a header that is sent once; sent twice, the joined value is no item any more."""
    value = trim(((site.auto.header(name) if site.auto else None) or "")[:_LONGEST_FIELD])
    return known.get(token_item(value) or "", invalid) if value else absent


def token_item(field: str) -> str | None:
    """Return the token that an item consists of, without its parameters; None for all else."""
    match = _ITEM.fullmatch(field)
    return match[1] if match else None


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


def redirection(site: Site) -> Result:
    """Return the result of the redirection test; no host counts as preloaded."""
    if site.http is None:
        return Result.REDIRECTION_NO_HTTP
    if not site.http.verified:
        return Result.REDIRECTION_BAD_CERT
    return _judge_route([_split(url) for url in site.http.route])


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _judge_route(route: list[SplitResult]) -> Result:
    if len(route) <= 1:
        return Result.REDIRECTION_MISSING
    if route[-1].scheme != "https":
        return Result.REDIRECTION_NOT_HTTPS
    if route[1].scheme == "http":
        return Result.REDIRECTION_LATE
    if route[0].scheme == "http" and route[0].hostname != route[1].hostname:
        return Result.REDIRECTION_OFF_HOST
    return Result.REDIRECTION_HTTPS
