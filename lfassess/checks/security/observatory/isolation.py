"""The three cross-origin policies: resource (CORP), opener (COOP) and embedder (COEP)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lfassess.checks.security.observatory.js_compat import trim
from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.site import Site

_LONGEST: Final = 1024
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
    value = trim(((site.auto.header(name) if site.auto else None) or "")[:_LONGEST])
    return known.get(token_item(value) or "", invalid) if value else absent


def token_item(field: str) -> str | None:
    """Return the token that an item consists of, without its parameters; None for all else."""
    match = _ITEM.fullmatch(field)
    return match[1] if match else None
