"""The advice catalogue: what a finding means, its consequence, the fix.

It is made of configs/advice/*.toml and of what packages bring for their own checks. Other languages
have folders there with the same codes; what they lack is said in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from lfassess import language as languages
from lfassess.checks import all_checks
from lfassess.config_files import names, read_toml
from lfassess.language import ENGLISH, Language, Sentence

Level = Literal["low", "medium", "high"]

# Findings on headers and the like: they guard against rare attacks, and no customer sees them.
# Trust in the connection is TLS.
HARDENING: Final = frozenset(
    {"no-hsts", "weak-hsts", "no-csp", "weak-csp", "insecure-cookies", "insecure-session-cookies"}
    | {"clickjacking", "no-nosniff", "unsafe-referrer-policy", "no-referrer-policy", "no-sri"}
    | {"reflected-cors", "broken-cors", "invalid-corp", "no-isolation-headers", "obsolete-headers"}
    | {"no-permissions-policy", "version-leak", "no-security-txt", "security-txt-expired"}
    | {"security-txt-invalid", "headers-strong", "security-txt-valid"}
)
_TOLD = ("what", "why", "fix", "seen", "worth")


@dataclass(frozen=True, slots=True)
class Advice:
    """What to tell a business owner about one finding."""

    what: str  # what it is, in plain words
    why: str  # what it likely means for the business
    fix: str  # how to fix it, concretely
    effort: Level
    impact: Level
    source: str | None = None  # web address: where the likely consequence is described
    technical: bool = False  # the finding's evidence is for a developer
    seen: str | None = None  # what the owner reads in place of technical evidence


@cache
def catalogue(language: str = ENGLISH) -> dict[str, Advice]:
    """Return all advice by the code of the finding that asks for something to be done."""
    said = _texts(language)
    return {
        code: Advice(**{**entry, **{k: said[code][k] for k in _TOLD if said[code].get(k)}})
        for code, entry in _entries()
        if "worth" not in entry
    }


@cache
def worths(language: str = ENGLISH) -> dict[str, str]:
    """Return what each strength brings, by the code of the passed finding."""
    said = _texts(language)
    return {code: said[code]["worth"] for code, entry in _entries() if "worth" in entry}


@cache
def titles(language: str) -> dict[str, str]:
    """Return the findings' titles in another language than English, by code."""
    return {code: said["title"] for code, said in _texts(language).items() if "title" in said}


@cache
def sentences(language: str) -> dict[str, tuple[Sentence, ...]]:
    """Return how another language than English says the findings' evidence, by code.

    Those of the code "all" go for each finding.
    """
    name = f"evidence/{language}.toml"
    if name not in names("evidence/*.toml"):
        return {}
    return {code: languages.sentences(said) for code, said in read_toml(name).items()}


def evidence(code: str, english: str, say: Language) -> str | None:
    """Return a finding's evidence in a language; None where it has no words for it."""
    known = sentences(say.code)
    return say.evidence(english, (*known.get(code, ()), *known.get("all", ())))


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return what a language says: {code: {title, what, why, fix, seen, worth}}."""
    own, spell = _own(language), languages.load(language).spell
    return {
        code: {
            **{k: spell(str(entry[k])) for k in _TOLD if entry.get(k)},
            **{k: str(v) for k, v in own.get(code, {}).items()},
        }
        for code, entry in _entries()
    }


def _own(language: str) -> Mapping[str, Mapping[str, Any]]:
    """Return what a language's folder says."""
    if language == ENGLISH:
        return {}
    files = (read_toml(name) for name in names(f"advice/{language}/*.toml"))
    return {code: said for file in files for code, said in file.items()}


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    for check in all_checks().values():
        if check.advice is not None:
            yield from tomllib.loads(check.advice.read_text(encoding="utf-8")).items()
    for name in names("advice/*.toml"):
        yield from read_toml(name).items()
