"""Content-Security-Policy: what the page may load, and its test."""

from __future__ import annotations

from typing import Final

from lfassess.checks.observatory.csp_parser import InvalidPolicyError, Parsed, Policy, parse
from lfassess.checks.observatory.site import Site

_BROAD: Final = frozenset(
    {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
)
_INLINE: Final = frozenset({"'unsafe-inline'", "data:"})
_PASSIVE: Final = ("img-src", "media-src")
_PROOFS: Final = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_NOT_IN_META: Final = frozenset({"frame-ancestors", "report-uri", "sandbox"})
_CLEAN: Final = frozenset(
    {
        "csp-implemented-with-no-unsafe",
        "csp-implemented-with-no-unsafe-default-src-none",
        "csp-implemented-with-unsafe-inline-in-style-src-only",
        "csp-implemented-with-insecure-scheme-in-passive-content-only",
    }
)


def policies_of(site: Site) -> tuple[list[str], list[str]]:
    """Return (the header's policies, those of the page's meta tags)."""
    header = site.auto.header("content-security-policy") if site.auto else None
    meta = site.meta.get("content-security-policy", ())
    return [] if header is None else [header], list(meta)


def frame_ancestors_set(site: Site) -> bool:
    """Whether the policy holds frame-ancestors, which stands in for X-Frame-Options."""
    found = _policy(site)
    return not isinstance(found, str) and "frame-ancestors" in found.sources


def upgrades_requests(site: Site) -> bool:
    """Whether the policy makes browsers fetch http:// addresses over https."""
    found = _policy(site)
    return not isinstance(found, str) and "upgrade-insecure-requests" in found.sources


def test(site: Site) -> str:
    """Return the result of the content-security-policy test."""
    found = _policy(site)
    if isinstance(found, str):
        return found
    result = _judge(found.sources, secure=site.secure)
    if found.repeats and result in _CLEAN:
        return "csp-implemented-but-duplicate-directives"
    return result


def _policy(site: Site) -> Parsed | str:
    """Return the policy that counts, or the test's result where there is none."""
    if site.auto is None:
        return "csp-not-implemented"
    header, meta = policies_of(site)
    try:
        found = parse([*header, *meta])
        if parse(header).sources or parse(meta).sources.keys() - _NOT_IN_META:
            return found
    except InvalidPolicyError:
        return "csp-header-invalid"
    if site.auto.header("content-security-policy-report-only"):
        return "csp-not-implemented-but-reporting-enabled"
    return "csp-not-implemented"


def _judge(policy: Policy, *, secure: bool) -> str:
    script, strict_dynamic = _narrow(policy)
    style = _effective(policy, "style-src")
    objects = _effective(policy, "object-src")
    active = script.union(*(s for d, s in policy.items() if d not in {*_PASSIVE, "script-src"}))
    passive = {s for d in _PASSIVE for s in policy.get(d, policy.get("default-src", ()))}
    verdicts = (
        (strict_dynamic and not _proven(script), "csp-header-invalid"),
        (script & (_BROAD | _INLINE) or objects & _BROAD, "csp-implemented-with-unsafe-inline"),
        (secure and _insecure(active), "csp-implemented-with-insecure-scheme"),
        ("'unsafe-eval'" in script | style, "csp-implemented-with-unsafe-eval"),
        (
            secure and _insecure(passive),
            "csp-implemented-with-insecure-scheme-in-passive-content-only",
        ),
        (style & (_BROAD | _INLINE), "csp-implemented-with-unsafe-inline-in-style-src-only"),
        (
            policy.get("default-src") == {"'none'"},
            "csp-implemented-with-no-unsafe-default-src-none",
        ),
    )
    return next((result for failed, result in verdicts if failed), "csp-implemented-with-no-unsafe")


def _effective(policy: Policy, directive: str) -> set[str]:
    """Return the policy's own set of sources: the directive's or default-src's; without, any."""
    return policy.get(directive) or policy.get("default-src") or {"*"}


def _narrow(policy: Policy) -> tuple[set[str], bool]:
    """Drop what browsers ignore; returns (script sources, whether 'strict-dynamic' is there).

    A nonce or hash voids 'unsafe-inline', and with 'strict-dynamic' host lists too. Sets are
    changed in place: where default-src stands in for script-src, other directives that fall back
    to it are judged by what is left, as the Observatory does.
    """
    script = _effective(policy, "script-src")
    for sources in (script, _effective(policy, "style-src")):
        if _proven(sources):
            sources.discard("'unsafe-inline'")
    strict = "'strict-dynamic'" in script
    if strict and _proven(script):
        hosts = {s for s in script if s.startswith(tuple(_BROAD))}
        script -= hosts | {"'self'", "'unsafe-inline'"}
    return script, strict


def _insecure(sources: set[str]) -> bool:
    return any(s.startswith(("http:", "ftp:")) for s in sources)


def _proven(sources: set[str]) -> bool:
    return any(s.startswith(_PROOFS) for s in sources)
