"""The advice catalogue, configs/advice/*.toml: what a finding means, costs, takes to mend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from lfassess.configs import config_path, read_toml

Level = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to tell a business owner about one finding."""

    what: str  # what it is, in plain words
    why: str  # what it costs the business
    fix: str  # how to mend it, concretely
    effort: Level
    impact: Level


@cache
def catalogue() -> dict[str, Advice]:
    """Return all advice by finding code."""
    entries: dict[str, Advice] = {}
    for file in sorted(config_path("advice").glob("*.toml")):
        for code, entry in read_toml(f"advice/{file.name}").items():
            entries[code] = Advice(**entry)
    return entries
