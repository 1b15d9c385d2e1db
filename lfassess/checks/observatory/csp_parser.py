"""Content-Security-Policy texts to sources by directive, as the Observatory parses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lfassess.checks.observatory.quirks import collation_key, decode_uri, trim, words

Policy = dict[str, set[str]]

_MAY_REPEAT: Final = frozenset({"report-uri", "report-to"})
_SHORTEST: Final = len("img-src") - 1


class InvalidPolicyError(ValueError):
    """A policy is too short to be one, repeats a directive or has a malformed path."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Sources by directive over all policies, and whether a report directive repeats."""

    sources: Policy
    repeats: bool = False


@dataclass(eq=False, slots=True)
class _Source:
    """A source expression while policies are merged."""

    text: str
    policy: int
    keep: bool


def parse(policies: Sequence[str]) -> Parsed:
    """Merge policies; all of them apply, so that only sources which each allows stay.

    Raises:
        InvalidPolicyError: one of them is invalid.
    """
    cleaned = [trim(p.replace("\r", "").replace("\n", "")) for p in policies]
    if any(len(p) < _SHORTEST for p in cleaned):
        raise InvalidPolicyError
    merged: dict[str, list[_Source]] = {}
    repeats = False
    for index, policy in enumerate(cleaned):
        repeats |= _merge(merged, policy, index)
        if index == 0 and len(cleaned) > 1:  # from here on, a source must be found again
            for source in (s for found in merged.values() for s in found):
                source.keep = False
    return Parsed(
        {n: {s.text for s in found} or {"'none'"} for n, found in merged.items()}, repeats
    )


def _merge(merged: dict[str, list[_Source]], policy: str, index: int) -> bool:
    """Merge one policy into what the earlier ones left; returns whether a directive repeats."""
    seen: set[str] = set()
    repeats = False
    for name, values in _directives(policy):
        if name in seen:
            if name not in _MAY_REPEAT:
                raise InvalidPolicyError
            repeats = True
        seen.add(name)
        before = merged.get(name, []) if index else []
        merged[name] = _kept([*before, *(_Source(v, index, keep=index == 0) for v in values)])
    return repeats


def _directives(policy: str) -> Iterator[tuple[str, list[str]]]:
    for entry in policy.split(";"):
        found = words(entry)
        if found:
            name = found[0].lower()
            none = ["'none'"] if name.endswith("-src") else []
            yield name, [value.lower() for value in found[1:]] or none


def _kept(sources: list[_Source]) -> list[_Source]:
    """Drop what a neighbour of the same policy covers; keep what two policies share."""
    ordered = sorted(sources, key=lambda s: collation_key(s.text))
    for before, source in pairwise(ordered):
        if source.policy == before.policy:
            if source.text.startswith(before.text):
                source.keep = False
        elif _path_matches(before.text, source.text):
            source.keep = True
    return [s for s in ordered if s.keep]


def _path_matches(wide: str, narrow: str) -> bool:
    """Whether a path allows another (CSP level 3, path-part match)."""
    if not wide or (wide == "/" and not narrow):
        return True
    exact = not wide.endswith("/")
    wide_parts, narrow_parts = wide.split("/"), narrow.split("/")
    if len(wide_parts) > len(narrow_parts) or (exact and len(wide_parts) != len(narrow_parts)):
        return False
    if not exact:
        wide_parts.pop()
    try:
        return all(
            decode_uri(w) == decode_uri(n) for w, n in zip(wide_parts, narrow_parts, strict=False)
        )
    except ValueError as e:
        raise InvalidPolicyError from e
