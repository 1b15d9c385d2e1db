"""What a website is made with and what its owner pays for, by configs/technologies.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from lfassess.checks.shared.elements import Elements
from lfassess.config_files import read_toml

_MAX_SEARCHED_CHARS: Final = 400_000  # characters searched of each kind
_LONGEST: Final = 300
_LONGEST_VERSION: Final = 20
_VERSION: Final = re.compile(r"\d{1,4}(?:\.\d{1,5}){0,3}")
_LOADED: Final = (
    ("script", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("img", "src"),
    ("form", "action"),
    ("embed", "src"),
)

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One technology on a page; ``version`` where the page says it."""

    id: str = ""
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Technology:
    """One entry of the table; literals are in lower case."""

    id: str
    name: str
    category: str
    addresses: tuple[str, ...]  # in what the page loads
    links: tuple[str, ...]  # in what the page links to
    texts: tuple[str, ...]  # in the HTML and its scripts
    headers: Mapping[str, str]  # name: regular expression
    cookies: tuple[str, ...]  # beginnings of names
    generator: re.Pattern[str] | None
    version: re.Pattern[str] | None  # in addresses and HTML
    says: str | None  # what it means for whoever sells to the business


@cache
def technologies() -> Mapping[str, Technology]:
    """Return the table by id, in its order."""
    return {key: _technology(key, entry) for key, entry in read_toml("technologies.toml").items()}


def _technology(key: str, entry: Mapping[str, object]) -> Technology:
    def several(name: str) -> tuple[str, ...]:
        values = entry.get(name, ())
        assert isinstance(values, list | tuple)
        return tuple(str(value).lower() for value in values)

    def pattern(name: str) -> re.Pattern[str] | None:
        value = entry.get(name)
        return re.compile(str(value), re.IGNORECASE) if value else None

    headers = entry.get("headers", {})
    assert isinstance(headers, dict)
    return Technology(
        id=key,
        name=str(entry["name"]),
        category=str(entry["category"]),
        addresses=several("addresses"),
        links=several("links"),
        texts=several("texts"),
        headers={str(k).lower(): str(v) for k, v in headers.items()},
        cookies=several("cookies"),
        generator=pattern("generator"),
        version=pattern("version"),
        says=str(entry["says"]) if "says" in entry else None,
    )


@cache
def _literals(kind: str) -> tuple[tuple[str, str], ...]:
    """Return (literal, id) of every technology's ``addresses``, ``links`` or ``texts``."""
    every = technologies().values()
    return tuple((literal, t.id) for t in every for literal in getattr(t, kind))


@cache
def _by_rules() -> tuple[Technology, ...]:
    """Return the technologies that more than literals give away."""
    return tuple(t for t in technologies().values() if t.cookies or t.generator or t.headers)


def technologies_at(url: str) -> list[str]:
    """Return the ids of the technologies that an address of something loaded gives away."""
    lower = url.lower()
    return [key for literal, key in _literals("addresses") if literal in lower]


def seen_on(elements: Elements, html: str, headers: Headers) -> tuple[Seen, ...]:
    """Return the technologies that a page shows.

    Args:
        elements: of the page.
        html: as the server sent it.
        headers: of its answer.
    """
    page = _Page(elements, html[:_MAX_SEARCHED_CHARS].lower(), headers)
    shown = page.shown()
    return tuple(Seen(t.id, page.version(t)) for t in technologies().values() if t.id in shown)


class _Page:
    def __init__(self, elements: Elements, html: str, headers: Headers) -> None:
        self._html = html
        self._addresses = _joined(
            address for tag, name in _LOADED for _, address in elements.values(tag, name)
        )
        self._links = _joined(address for _, address in elements.values("a", "href"))
        contents = elements.values("meta", "content")
        self._generator = _joined(
            content
            for meta, content in contents
            if (meta.attributes.get("name") or "").lower() == "generator"
        )
        self._headers = [(k.lower(), v[:_LONGEST]) for k, v in headers]
        self._cookies = [v.lower() for k, v in self._headers if k == "set-cookie"]

    def shown(self) -> set[str]:
        """Return the ids of the technologies that the page shows."""
        found = {key for literal, key in _literals("addresses") if literal in self._addresses}
        found.update(key for literal, key in _literals("links") if literal in self._links)
        found.update(key for literal, key in _literals("texts") if literal in self._html)
        found.update(t.id for t in _by_rules() if self._obeys(t))
        return found

    def _obeys(self, t: Technology) -> bool:
        return (
            any(cookie.startswith(name) for name in t.cookies for cookie in self._cookies)
            or bool(t.generator and self._generator and t.generator.search(self._generator))
            or any(self._sends(name, pattern) for name, pattern in t.headers.items())
        )

    def _sends(self, name: str, pattern: str) -> bool:
        return any(k == name and re.search(pattern, v, re.IGNORECASE) for k, v in self._headers)

    def version(self, technology: Technology) -> str | None:
        """Return the version that the generator, else addresses, name."""
        named = technology.generator.search(self._generator) if technology.generator else None
        found = named[1] if named and named.groups() else None
        if found is None and technology.version:
            match = technology.version.search(self._addresses) or technology.version.search(
                self._html
            )
            found = match[1] if match else None
        version = _VERSION.match(found or "")
        return version[0][:_LONGEST_VERSION] if version else None


def _joined(texts: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(text[:_LONGEST] for text in texts).lower()[:_MAX_SEARCHED_CHARS]
