"""Content-Security-Policy: parsing as the Observatory parses it, and its test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import unquote

from lfassess.checks.observatory.site import Site

Policy = dict[str, set[str]]

_BROAD = frozenset(
    {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
)
_INLINE = frozenset({"'unsafe-inline'", "data:"})
_PASSIVE = ("img-src", "media-src")
_PROOFS = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_NOT_IN_META = ("frame-ancestors", "report-uri", "sandbox")
_MAY_REPEAT = frozenset({"report-uri", "report-to"})
_SHORTEST = len("img-src") - 1
_CLEAN = frozenset(
    {
        "csp-implemented-with-no-unsafe",
        "csp-implemented-with-no-unsafe-default-src-none",
        "csp-implemented-with-unsafe-inline-in-style-src-only",
        "csp-implemented-with-insecure-scheme-in-passive-content-only",
    }
)


class InvalidPolicyError(ValueError):
    """The policy is too short to be one, or repeats a directive."""


def parse(policies: Sequence[str]) -> tuple[Policy, bool]:
    """Return (sources by directive over all policies, whether a report directive repeats).

    Several policies all apply, so only sources that each allows stay.

    Raises:
        InvalidPolicyError: the policy is none.
    """
    cleaned = [p.replace("\r", "").replace("\n", "").strip() for p in policies]
    if any(len(p) < _SHORTEST for p in cleaned):
        raise InvalidPolicyError
    merged: dict[str, list[_Source]] = {}
    repeats = False
    for index, policy in enumerate(cleaned):
        seen: set[str] = set()
        for name, values in _directives(policy):
            if name in seen:
                if name not in _MAY_REPEAT:
                    raise InvalidPolicyError
                repeats = True
            seen.add(name)
            before = [] if index == 0 else merged.get(name, [])
            merged[name] = _kept([*before, *(_Source(v, index) for v in values)])
            if index == 0 and len(cleaned) > 1:
                for source in merged[name]:
                    source.keep = False
    return {n: {s.text for s in found} or {"'none'"} for n, found in merged.items()}, repeats


class _Source:
    """A source expression while policies are merged."""

    def __init__(self, text: str, policy: int) -> None:
        self.text = text
        self.policy = policy
        self.keep = policy == 0


def _directives(policy: str) -> list[tuple[str, list[str]]]:
    found = []
    for entry in policy.split(";"):
        name, *values = entry.split() or [""]
        if name:
            lowered = name.lower()
            empty = ["'none'"] if lowered.endswith("-src") else []
            found.append((lowered, [v.lower() for v in values] or empty))
    return found


def _kept(sources: list[_Source]) -> list[_Source]:
    """Drop what a neighbour of the same policy covers; keep what two policies share."""
    ordered = sorted(sources, key=lambda s: s.text)
    for before, source in pairwise(ordered):
        if source.policy == before.policy and source.text.startswith(before.text):
            source.keep = False
        if source.policy != before.policy and _path_matches(before.text, source.text):
            source.keep = True
    return [s for s in ordered if s.keep]


def _path_matches(wide: str, narrow: str) -> bool:
    """Whether a path allows another, by the CSP specification's path-part match."""
    if not wide or (wide == "/" and not narrow):
        return True
    exact = not wide.endswith("/")
    wide_parts, narrow_parts = wide.split("/"), narrow.split("/")
    if len(wide_parts) > len(narrow_parts) or (exact and len(wide_parts) != len(narrow_parts)):
        return False
    if not exact:
        wide_parts.pop()
    return all(unquote(w) == unquote(n) for w, n in zip(wide_parts, narrow_parts, strict=False))


def policies_of(site: Site) -> tuple[list[str], list[str]]:
    """Return (the header's policies, those of the page's meta tags)."""
    header = site.auto.header("content-security-policy") if site.auto else None
    return [header] if header is not None else [], list(
        site.meta.get("content-security-policy", ())
    )


def frame_ancestors_set(site: Site) -> bool:
    """Whether the policy holds frame-ancestors, which stands in for X-Frame-Options."""
    found = _policy(site)
    return not isinstance(found, str) and "frame-ancestors" in found[0]


def test(site: Site) -> str:
    """Return the result of the content-security-policy test."""
    found = _policy(site)
    if isinstance(found, str):
        return found
    policy, repeats = found
    result = _judge(policy, secure=site.auto is not None and site.auto.secure)
    if repeats and result in _CLEAN:
        return "csp-implemented-but-duplicate-directives"
    return result


def _policy(site: Site) -> tuple[Policy, bool] | str:
    """Return the policy that counts and whether it repeats itself, or the result without one."""
    if site.auto is None:
        return "csp-not-implemented"
    header, meta = policies_of(site)
    try:
        policy, repeats = parse([*header, *meta])
    except InvalidPolicyError:
        return "csp-header-invalid"
    if _size(header) + _size_of_meta(meta):
        return policy, repeats
    if site.auto.header("content-security-policy-report-only"):
        return "csp-not-implemented-but-reporting-enabled"
    return "csp-not-implemented"


def _size(policies: list[str]) -> int:
    try:
        return len(parse(policies)[0])
    except InvalidPolicyError:
        return 0


def _size_of_meta(policies: list[str]) -> int:
    """Count the directives that a meta tag may carry."""
    try:
        return len(parse(policies)[0].keys() - set(_NOT_IN_META))
    except InvalidPolicyError:
        return 0


def _judge(policy: Policy, *, secure: bool) -> str:
    script, strict = _effective(_sources(policy, "script-src"))
    policy = _with(policy, "script-src", script)
    style = _without_inline_if_proven(_sources(policy, "style-src"))
    policy = _with(policy, "style-src", style)
    objects = _sources(policy, "object-src")
    active = script.union(
        *(s for d, s in policy.items() if d not in _PASSIVE and d != "script-src")
    )
    passive = set().union(*(policy.get(d, policy.get("default-src", set())) for d in _PASSIVE))
    tests = (
        (strict is False, "csp-header-invalid"),
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
    return next((result for failed, result in tests if failed), "csp-implemented-with-no-unsafe")


def _sources(policy: Policy, directive: str) -> set[str]:
    return policy.get(directive, policy.get("default-src", {"*"}))


def _with(policy: Policy, directive: str, sources: set[str]) -> Policy:
    """Note what of a directive counts; where it falls back to default-src, that is narrowed."""
    name = directive if directive in policy else "default-src"
    return {**policy, name: sources} if name in policy else policy


def _insecure(sources: set[str]) -> bool:
    return any(s.startswith(("http:", "ftp:")) for s in sources)


def _proven(sources: set[str]) -> bool:
    return any(s.startswith(_PROOFS) for s in sources)


def _without_inline_if_proven(sources: set[str]) -> set[str]:
    """A nonce or hash makes browsers ignore 'unsafe-inline'."""
    return sources - {"'unsafe-inline'"} if _proven(sources) else sources


def _effective(script: set[str]) -> tuple[set[str], bool | None]:
    """Return (script sources that count, whether 'strict-dynamic' is valid; None without it)."""
    script = _without_inline_if_proven(script)
    if "'strict-dynamic'" not in script:
        return script, None
    if not _proven(script):
        return script, False
    ignored = {"'self'", "'unsafe-inline'"}
    return {s for s in script if s not in ignored and not s.startswith(tuple(_BROAD))}, True
