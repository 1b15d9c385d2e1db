"""The advice catalogue: what a finding means, its consequence, the fix.

It is made of configs/advice/*.toml and of what packages bring for their own checks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lfassess.checks import all_checks
from lfassess.config_files import names, read_toml

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
def catalogue() -> dict[str, Advice]:
    """Return all advice by the code of the finding that asks for something to be done."""
    return {code: Advice(**entry) for code, entry in _entries() if "worth" not in entry}


@cache
def worths() -> dict[str, str]:
    """Return what each strength brings, by the code of the passed finding."""
    return {code: str(entry["worth"]) for code, entry in _entries() if "worth" in entry}


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    for check in all_checks().values():
        if check.advice is not None:
            yield from tomllib.loads(check.advice.read_text(encoding="utf-8")).items()
    for name in names("advice/*.toml"):
        yield from read_toml(name).items()
