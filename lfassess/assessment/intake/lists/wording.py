"""Reads column names: takes them apart and says which field each word of them speaks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from lfassess.config_files import read_toml

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+")
_SHORTEST: Final = 3  # letters of a word within a compound
_LONGEST_COMPOUND: Final = 40


@dataclass(frozen=True, slots=True)
class Wording:
    """What a column's name says."""

    tags: frozenset[str]  # tables of configs/columns.toml that its words are in
    unknown: int  # words that are in none
    number: int | None  # as in "Phone 2"


@cache
def _vocabulary() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for tag, words in read_toml("columns.toml")["words"].items():
        for word in words:
            found.setdefault(word, set()).add(tag)
    return {word: frozenset(tags) for word, tags in found.items()}


@cache
def _business_words() -> frozenset[str]:
    return frozenset(read_toml("columns.toml")["cells"]["business"])


def names_business(text: str) -> bool:
    """Whether a name has a word that businesses' names have: a legal form, a trade."""
    return "&" in text or not _business_words().isdisjoint(words(text))


def words(text: str) -> list[str]:
    """Return a text's words without case and accents; "L.L.C." is one."""
    return re.findall(r"\w+", re.sub(r"(?<=\b\w)\.(?=\w\b)", "", fold(text)))


def fold(text: str) -> str:
    """Return the text without case and accents."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@cache
def read(name: str) -> Wording:
    """Return what a column's name says, word by word."""
    tags: set[str] = set()
    unknown, number = 0, None
    for token in _joined(_TOKEN.findall(fold(_CAMEL.sub(" ", name)))):
        if token.isdigit():
            number = int(token) if len(token) == 1 else number
            continue
        parts = _parts(token)
        unknown += not parts
        for part in parts:
            tags |= _vocabulary()[part]
    return Wording(frozenset(tags), unknown, number)


def _joined(tokens: list[str]) -> list[str]:
    """Return the tokens, two that are a known phrase as one."""
    joined: list[str] = []
    for token in tokens:
        if joined and f"{joined[-1]} {token}" in _vocabulary():
            joined[-1] += f" {token}"
        else:
            joined.append(token)
    return joined


def _parts(token: str) -> list[str]:
    """Return the known words that a token is made of; none where something is left over."""
    known = _vocabulary()
    if token in known:
        return [token]
    if len(token) > _LONGEST_COMPOUND:
        return []
    # best[i]: the fewest known words that make up the token's first i letters
    best: list[list[str] | None] = [[], *([None] * len(token))]
    for end in range(_SHORTEST, len(token) + 1):
        for start in range(end - _SHORTEST + 1):
            before = best[start]
            if before is None or token[start:end] not in known:
                continue
            if (now := best[end]) is None or len(before) + 1 < len(now):
                best[end] = [*before, token[start:end]]
    return best[len(token)] or []
