"""Tells cells that only say that there is nothing to say."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from lfassess.assessment.intake.normalise import is_blank
from lfassess.config_files import read_toml

_LONGEST_REMARK: Final = 40  # characters of a cell that only says there is nothing
_PLAIN: Final = re.compile(r"[a-z0-9](?:[^\W_]| (?! ))*[a-z0-9]", re.ASCII | re.IGNORECASE)
_REMARKS: Final = re.compile(
    r"\b(?:only|page|nur|auf|seulement|solo|alleen|apenas|on|see|siehe|voir|ver)\b"
)


@cache
def _blanks(kind: str) -> frozenset[str]:
    words = read_toml("blanks.toml")
    return frozenset(w.casefold() for k in ("anywhere", kind) for w in words[k])


def says_nothing(text: str, kind: str = "anywhere") -> bool:
    """Whether a cell only says that there is nothing to say."""
    if len(text) > _longest(kind) and _PLAIN.fullmatch(text):
        return False
    return _says_nothing(text, kind)


@cache
def _longest(kind: str) -> int:
    return max(map(len, _blanks(kind)))


@lru_cache(maxsize=8_192)  # towns, states and countries come again and again
def _says_nothing(text: str, kind: str) -> bool:
    if is_blank(text):
        return True
    if len(text) > _LONGEST_REMARK:
        return False
    bare = " ".join(text.casefold().split()).strip(" .!?()[]{}<>\"'*_-\u2013\u2014")
    if kind == "website":
        bare = bare.removeprefix("https://").removeprefix("http://").removeprefix("www.") or "www"
    return (
        not bare
        or bare in _blanks(kind)
        or (kind == "website" and is_placeholder(bare.rstrip("/")))
        or f"[{bare}]" in _blanks(kind)
        or f"#{bare}" in _blanks(kind)
    )


def is_placeholder(host: str) -> bool:
    """Whether an address stands for none: "none.com"."""
    return host.casefold().removeprefix("www.") in _placeholders()


@cache
def _placeholders() -> frozenset[str]:
    return frozenset(read_toml("blanks.toml")["sites"])


def names_network(text: str) -> bool:
    """Whether a cell only names a network where the business may be found: "Facebook only"."""
    if len(text) > _LONGEST_REMARK or "." in text:
        return False
    bare = _REMARKS.sub(" ", text.casefold())
    words = " ".join(re.sub(r"[^\w\s/#]", " ", bare).split())
    for blank in ("n/a", "none", "no website", "no site", "no"):
        words = words.removeprefix(f"{blank} ")
    return words in _networks()


@cache
def _networks() -> frozenset[str]:
    return frozenset(read_toml("blanks.toml")["networks"])
