"""Content Security Policies as CSP level 3 reads them, and what several of them leave allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.checks.security.observatory.js_compat import decode_uri, trim, words

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
    first, *others = (policy.sources(name) for policy in each)
    allowed = NOTHING if first is None else first
    for sources in others:
        if sources is not None and first is not None:
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
