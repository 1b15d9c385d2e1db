"""The advice catalogue: what a finding means, its consequence, the fix.

It is made of configs/advice/*.toml and of what packages bring for their own checks. Other languages
have folders there with the same codes; what they lack is said in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from lfassess.checks import all_checks
from lfassess.config_files import names, read_toml

ENGLISH: Final = "en"
_TEXTS: Final = ("what", "why", "fix", "seen")

Level = Literal["low", "medium", "high"]


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
    return {
        code: Advice(**{**entry, **_said(language, code, _TEXTS)})
        for code, entry in _entries()
        if "worth" not in entry
    }


@cache
def worths(language: str = ENGLISH) -> dict[str, str]:
    """Return what each strength brings, by the code of the passed finding."""
    english = {code: str(entry["worth"]) for code, entry in _entries() if "worth" in entry}
    return {code: _said(language, code).get("worth", worth) for code, worth in english.items()}


@cache
def titles(language: str) -> dict[str, str]:
    """Return the findings' titles in another language than English, by code."""
    return {code: said["title"] for code, said in _texts(language).items() if "title" in said}


def _said(language: str, code: str, keys: Collection[str] = ("worth",)) -> dict[str, str]:
    return {key: said for key, said in _texts(language).get(code, {}).items() if key in keys}


@cache
def _texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return what a language's folder says: {code: {title, what, why, fix, seen, worth}}."""
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
