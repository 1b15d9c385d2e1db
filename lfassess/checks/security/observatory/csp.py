"""Content-Security-Policy: what the page may load, and its test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.site import Site, decode_uri, trim, words

SourceList = frozenset[str]

NOTHING: Final[SourceList] = frozenset({"'none'"})
_MAY_REPEAT: Final = frozenset({"report-uri", "report-to"})
_SHORTEST: Final = 6  # characters; what is shorter can hold no directive


class InvalidPolicyError(ValueError):
    """A policy is too short to be one, repeats a directive, or a path of it can't be decoded."""


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive's name and its sources, both in lower case."""

    name: str
    sources: SourceList


@dataclass(frozen=True, slots=True)
class Policy:
    """One serialized policy, in the order in which it was written (CSP3 §2.2.1)."""

    directives: tuple[Directive, ...]

    @property
    def names(self) -> list[str]:
        return [d.name for d in self.directives]

    @property
    def repeats(self) -> bool:
        """Whether a directive occurs more than once."""
        return len(set(self.names)) < len(self.names)

    def sources(self, name: str) -> SourceList | None:
        """Return a directive's sources, all of them where it may repeat; None without it."""
        found = [d.sources for d in self.directives if d.name == name]
        return frozenset[str]().union(*found) if found else None


def policies(values: Iterable[str]) -> list[Policy]:
    """Parse the values of headers or meta tags; each is a list separated by commas (CSP3 §2.2).

    Raises:
        InvalidPolicyError: one of the policies is invalid.
    """
    return [_policy(part) for value in values for part in value.split(",")]


def _policy(text: str) -> Policy:
    written = trim(text.replace("\r", "").replace("\n", ""))
    if len(written) < _SHORTEST:
        raise InvalidPolicyError
    found = Policy(
        tuple(_directive(*parts) for entry in written.split(";") if (parts := words(entry)))
    )
    if found.repeats and any(found.names.count(n) > 1 for n in {*found.names} - _MAY_REPEAT):
        raise InvalidPolicyError
    return found


def _directive(name: str, *values: str) -> Directive:
    sources = frozenset(value.lower() for value in values)
    if not sources and name.lower().endswith("-src"):
        sources = NOTHING
    return Directive(name.lower(), sources)


def combined(each: Sequence[Policy]) -> dict[str, SourceList]:
    """Return the sources by directive that all policies allow together.

    A directive counts as the first policy has it, narrowed by those of the others that have it,
    too. One that the first lacks allows nothing, as the Observatory counts.

    Raises:
        InvalidPolicyError: the paths of two policies can't be compared.
    """
    names = dict.fromkeys(name for policy in each for name in policy.names)
    return {name: _allowed(name, each) for name in names}


def _allowed(name: str, each: Sequence[Policy]) -> SourceList:
    allowed, *others = (policy.sources(name) for policy in each)
    for sources in others:
        if sources is not None and allowed is not None:
            allowed = _shared(allowed, sources)
    return allowed or NOTHING


def _shared(some: SourceList, others: SourceList) -> SourceList:
    """Return what both lists allow: the narrower of each two that match."""
    narrower = {n for wide in some for n in others if _covers(wide, n)}
    return frozenset(narrower | {n for wide in others for n in some if _covers(wide, n)})


def _covers(wide: str, narrow: str) -> bool:
    """Whether an expression allows another, by the rule for paths (CSP3 §6.7.2.12)."""
    if wide == narrow:
        return True
    wide_path, narrow_path = wide.split("/"), narrow.split("/")
    if wide_path[-1]:  # no slash at the end: the very same path
        return len(wide_path) == len(narrow_path) and _same_path(wide_path, narrow_path)
    return len(wide_path) <= len(narrow_path) and _same_path(
        wide_path[:-1], narrow_path[: len(wide_path) - 1]
    )


def _same_path(wide_path: list[str], narrow_path: list[str]) -> bool:
    try:
        return all(
            decode_uri(a) == decode_uri(g) for a, g in zip(wide_path, narrow_path, strict=True)
        )
    except ValueError as e:
        raise InvalidPolicyError from e


_HEADER: Final = "content-security-policy"
_ANY: Final[SourceList] = frozenset({"*"})
_BROAD: Final = frozenset(
    {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
)
_INLINE: Final = frozenset({"'unsafe-inline'", "data:"})
_PASSIVE: Final = ("img-src", "media-src")
_PROOFS: Final = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_NOT_IN_META: Final = frozenset({"frame-ancestors", "report-uri", "sandbox"})


def policies_of(site: Site) -> tuple[list[str], list[str]]:
    """Return (the header's values, those of the page's meta tags)."""
    header = site.auto.header(_HEADER) if site.auto else None
    return [] if header is None else [header], list(site.meta.get(_HEADER, ()))


def frame_ancestors_set(site: Site) -> bool:
    """Whether the policy holds frame-ancestors, which stands in for X-Frame-Options."""
    found = _policies(site)
    return not isinstance(found, Result) and "frame-ancestors" in combined(found)


def upgrades_requests(site: Site) -> bool:
    """Whether the policy makes browsers fetch http:// addresses over https."""
    found = _policies(site)
    return not isinstance(found, Result) and "upgrade-insecure-requests" in combined(found)


def test(site: Site) -> Result:
    """Return the result of the content-security-policy test."""
    found = _policies(site)
    if isinstance(found, Result):
        return found
    result = _judge(_effective(combined(found)), secure=site.secure)
    if result.passed and any(p.repeats for p in found):
        return Result.CSP_REPEATED
    return result


def _policies(site: Site) -> list[Policy] | Result:
    """Return the policies that count, or the test's result where there is none."""
    if site.auto is None:
        return Result.CSP_NONE
    header, meta = policies_of(site)
    try:
        sent, written = policies(header), policies(meta)
        combined([*sent, *written])  # paths that can't be compared make it invalid, too
    except InvalidPolicyError:
        return Result.CSP_INVALID
    in_meta = {name for policy in written for name in policy.names}
    if any(policy.names for policy in sent) or in_meta - _NOT_IN_META:
        return [*sent, *written]
    if site.auto.header(f"{_HEADER}-report-only"):
        return Result.CSP_REPORT_ONLY
    return Result.CSP_NONE


@dataclass(frozen=True, slots=True)
class _Effective:
    """The source lists that decide, without what browsers ignore."""

    script: SourceList
    style: SourceList
    objects: SourceList
    active: SourceList  # of all directives but pictures, media
    passive: SourceList
    default: SourceList | None
    trusts_unproven: bool  # 'strict-dynamic' without a nonce or hash


def _effective(policy: Mapping[str, SourceList]) -> _Effective:
    """Let default-src stand in, and drop what a nonce, a hash or 'strict-dynamic' voids.

    A list that stands in for another is narrowed for all that fall back to it.
    """
    lists = dict(policy)
    script = next((n for n in ("script-src", "default-src") if n in lists), None)
    style = next((n for n in ("style-src", "default-src") if n in lists), None)
    for name in filter(None, (script, style)):
        lists[name] = _without_voided(lists[name])
    scripts = lists[script] if script else _ANY
    strict = "'strict-dynamic'" in scripts
    if script and strict and _proven(scripts):
        lists[script] = scripts = _without_hosts(scripts)
    default = lists.get("default-src")
    return _Effective(
        script=scripts,
        style=lists[style] if style else _ANY,
        objects=lists.get("object-src", default) or _ANY,
        active=scripts.union(*(s for n, s in lists.items() if n not in {*_PASSIVE, "script-src"})),
        passive=frozenset[str]().union(*(lists.get(n, default) or () for n in _PASSIVE)),
        default=default,
        trusts_unproven=strict and not _proven(scripts),
    )


def _judge(lists: _Effective, *, secure: bool) -> Result:
    """Return the worst that the lists allow."""
    verdicts = (
        (lists.trusts_unproven, Result.CSP_INVALID),
        (lists.script & (_BROAD | _INLINE) or lists.objects & _BROAD, Result.CSP_INLINE),
        (secure and _insecure(lists.active), Result.CSP_INSECURE),
        ("'unsafe-eval'" in lists.script | lists.style, Result.CSP_EVAL),
        (secure and _insecure(lists.passive), Result.CSP_INSECURE_PASSIVE),
        (lists.style & (_BROAD | _INLINE), Result.CSP_INLINE_STYLE),
        (lists.default == NOTHING, Result.CSP_DEFAULT_NONE),
    )
    return next((result for applies, result in verdicts if applies), Result.CSP_SAFE)


def _without_voided(sources: SourceList) -> SourceList:
    """Return the list without 'unsafe-inline' where a nonce or hash voids it (CSP3 §6.7.3.2)."""
    return sources - {"'unsafe-inline'"} if _proven(sources) else sources


def _without_hosts(sources: SourceList) -> SourceList:
    """Return the list without the schemes and hosts that 'strict-dynamic' voids (CSP3 §8.2)."""
    hosts = {s for s in sources if s.startswith(tuple(_BROAD))}
    return sources - hosts - {"'self'", "'unsafe-inline'"}


def _insecure(sources: SourceList) -> bool:
    return any(s.startswith(("http:", "ftp:")) for s in sources)


def _proven(sources: SourceList) -> bool:
    return any(s.startswith(_PROOFS) for s in sources)
