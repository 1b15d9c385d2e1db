"""Recognises versions of well-known scripts in a page.

configs/scripts.toml is our own list; configs/libraries.toml has retire.js' patterns and flaws.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Final

from lfassess.checks.security.evidence import SeenLibrary
from lfassess.config_files import read_toml

MAX_SEEN: Final = 30
_VERSION: Final = r"(\d{1,4}(?:\.\d{1,5}){1,3})"
_MAX_URL: Final = 1_000
_MAX_TEXT: Final = 1_000_000
_AROUND: Final = 400  # characters before and behind a literal that a pattern gets to see
_MAX_PLACES: Final = 5  # of one literal that are searched
_FULL_VERSION: Final = re.compile(r"\d{1,4}(?:\.\d{1,5}){1,3}(?:-?(?:alpha|beta|rc)[.\d-]{0,6})?")
_INLINE: Final = "the page itself"

Found = tuple[str, str, str]  # name, version, where it was seen


@dataclass(frozen=True, slots=True)
class Script:
    """One entry of configs/scripts.toml, with how to recognise it."""

    name: str
    rules: tuple[Mapping[str, Any], ...]
    in_url: tuple[re.Pattern[str], ...] = ()
    in_text: re.Pattern[str] | None = None  # a banner


@cache
def scripts() -> tuple[Script, ...]:
    return tuple(_script(entry) for entry in read_toml("scripts.toml")["scripts"].values())


def _script(entry: Mapping[str, Any]) -> Script:
    file = rf"(?:^|[/=,])(?:{entry['file']})"
    in_url = (
        re.compile(rf"{file}[-.@/]v?{_VERSION}(?=[-./]|$)", re.IGNORECASE),
        # WordPress adds the version to its own copies; themes put their own figure there.
        re.compile(rf"/wp-includes/.*{file}(?:\.min)?\.js\?ver={_VERSION}", re.IGNORECASE),
    )
    banner = entry.get("banner")
    in_text = re.compile(banner + _VERSION) if banner else None
    return Script(entry["name"], tuple(entry["rules"]), in_url, in_text)


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


def seen_in(urls: Iterable[str], text: str) -> tuple[SeenLibrary, ...]:
    """Return the scripts that a page loads or holds, each version once.

    Args:
        urls: of scripts and stylesheets.
        text: the page's HTML, searched for licence comments.
    """
    addresses = list(urls)
    found: dict[tuple[str, str], str] = {}
    known = (
        *_scripts_by_url(addresses),
        *_scripts_by_banner(text),
        *_known_libraries(addresses, text),
    )
    for script, version, where in known:
        found.setdefault((script, version), where)
    seen = (SeenLibrary(name, version, where) for (name, version), where in found.items())
    return tuple(islice(seen, MAX_SEEN))


def _scripts_by_url(urls: Iterable[str]) -> Iterator[Found]:
    for url in urls:
        for product in scripts():
            for pattern in product.in_url:
                if match := pattern.search(url[:_MAX_URL]):
                    yield product.name, match[1], url[:200]
                    break


def _scripts_by_banner(text: str) -> Iterator[Found]:
    for product in scripts():
        if product.in_text and (match := product.in_text.search(text)):
            yield product.name, match[1], _INLINE


def _known_libraries(urls: Iterable[str], text: str) -> Iterator[Found]:
    """Yield what retire.js' patterns find in addresses and in the page's own scripts."""
    for url in urls:
        yield from _library_in_url(url[:_MAX_URL])
    page = text[:_MAX_TEXT]
    for library in libraries():
        for literal, pattern in library.texts:
            if version := _in_text(literal, pattern, page):
                yield library.name, version, _INLINE
                break


def _library_in_url(url: str) -> Iterator[Found]:
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
    for _ in range(_MAX_PLACES):
        if at < 0:
            return None
        match = pattern.search(text[max(at - _AROUND, 0) : at + len(literal) + _AROUND])
        if match and (version := _version(match)):
            return version
        at = text.find(literal, at + 1)
    return None


def _version(match: re.Match[str]) -> str | None:
    """Return the version that a pattern found, without what is no part of it (".min", say)."""
    found = _FULL_VERSION.match(match[1] or "")
    return found[0] if found else None
