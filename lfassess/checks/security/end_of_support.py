"""Scripts with publicly known holes, by retire.js' data (configs/libraries.toml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from lfassess.config_files import read_toml

_LONGEST_URL: Final = 1_000
_LONGEST_TEXT: Final = 1_000_000
_AROUND: Final = 400  # characters before and behind a literal that a pattern gets to see
_PLACES: Final = 5  # of one literal that are looked at
_VERSION: Final = re.compile(r"\d{1,4}(?:\.\d{1,5}){1,3}(?:-?(?:alpha|beta|rc)[.\d-]{0,6})?")

Found = tuple[str, str, str]  # name, version, where it was seen


@dataclass(frozen=True, slots=True)
class Library:
    """One library: how it is recognised, and its holes."""

    name: str
    urls: tuple[re.Pattern[str], ...]
    files: tuple[re.Pattern[str], ...]
    texts: tuple[tuple[str, re.Pattern[str]], ...]
    holes: tuple[Mapping[str, Any], ...]


@cache
def libraries() -> tuple[Library, ...]:
    return tuple(_library(e) for e in read_toml("libraries.toml")["libraries"].values())


def _library(entry: Mapping[str, Any]) -> Library:
    return Library(
        entry["name"],
        tuple(re.compile(pattern) for pattern in entry["urls"]),
        tuple(re.compile(pattern) for pattern in entry["files"]),
        tuple((text["literal"], re.compile(text["pattern"])) for text in entry["texts"]),
        tuple(entry["holes"]),
    )


def seen_in(urls: Iterable[str], text: str) -> Iterator[Found]:
    """Yield the libraries that addresses and the page's own scripts name with a version."""
    for url in urls:
        yield from _by_url(url[:_LONGEST_URL])
    page = text[:_LONGEST_TEXT]
    for library in libraries():
        for literal, pattern in library.texts:
            if version := _in_text(literal, pattern, page):
                yield library.name, version, "the page itself"
                break


def _by_url(url: str) -> Iterator[Found]:
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    file = path.rpartition("/")[2]
    for library in libraries():
        matches = (
            *(p.search(path) for p in library.urls),
            *(p.fullmatch(file) for p in library.files),
        )
        version = next((v for m in matches if m and (v := _version(m))), None)
        if version:
            yield library.name, version, url[:200]


def _in_text(literal: str, pattern: re.Pattern[str], text: str) -> str | None:
    at = text.find(literal)
    for _ in range(_PLACES):
        if at < 0:
            return None
        match = pattern.search(text[max(at - _AROUND, 0) : at + len(literal) + _AROUND])
        if match and (version := _version(match)):
            return version
        at = text.find(literal, at + 1)
    return None


def _version(match: re.Match[str]) -> str | None:
    """Return the version that a pattern found, without what is no part of it (".min", say)."""
    found = _VERSION.match(match[1] or "")
    return found[0] if found else None
