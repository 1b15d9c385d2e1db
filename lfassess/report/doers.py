"""Who can carry out what a finding asks for, from configs/doers.toml."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import Final

from lfassess.config_files import read_toml
from lfassess.report.model import Doer

FILE: Final = "doers.toml"
_DOERS: Final[dict[str, tuple[Doer, ...]]] = {
    "owner_or_developer": ("owner", "developer"),
    "owner": ("owner",),
    "host": ("host",),
}
_OTHERS: Final[tuple[Doer, ...]] = ("developer",)


def doers(codes: Iterable[str]) -> tuple[Doer, ...]:
    """Return who can fix all of these findings, each once."""
    return tuple(dict.fromkeys(doer for code in codes for doer in _of(code)))


@cache
def _of(code: str) -> tuple[Doer, ...]:
    table = read_toml(FILE)
    for name, found in _DOERS.items():
        if any(fnmatchcase(code, pattern) for pattern in table[name]):
            return found
    return _OTHERS
