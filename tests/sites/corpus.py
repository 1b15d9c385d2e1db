"""The corpus: which sites there are, how they are served, and what is true of each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Server:
    """How a web server is set up, and what follows from it for every site on it."""

    https: bool
    forwards: bool  # from http to https
    gzip: bool
    headers: Mapping[str, str]
    sees: Mapping[str, tuple[str, ...]]
    right: frozenset[str]
    neutral: frozenset[str]
    praise: frozenset[str]


@dataclass(frozen=True)
class Site:
    """One site. Findings that are neither expected, right nor neutral count as false."""

    name: str
    host: str
    business: str
    package: str
    root: str  # the folder of the package that is served
    start: str
    server: Server
    www: bool
    self_hosted: bool  # serves from its own host what the theme loads from others
    copy: tuple[str, ...]  # replaces sample copy, sentence by sentence
    texts: Mapping[str, str]  # replaces whole texts; a key ending in … stands for a beginning
    swap: tuple[tuple[str, str], ...]  # replaces pieces of the HTML
    met: tuple[str, ...]  # kinds, or kind/code, any of which is right
    sees: Mapping[str, tuple[str, ...]]  # what an owner would see: codes, any of which says so
    right: frozenset[str]
    neutral: frozenset[str]
    praise: frozenset[str]
    lighthouse: bool

    @property
    def url(self) -> str:
        return f"{'https' if self.server.https else 'http'}://{self.host}/"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.host, f"www.{self.host}") if self.www else (self.host,)

    def expects(self) -> dict[str, tuple[str, ...]]:
        """Return what an owner would see: only that there is no site, where there is none."""
        return {**self.server.sees, **self.sees} if self.judged else NO_SITE

    @property
    def judged(self) -> bool:
        """Whether there is a site to judge."""
        return any(kind.partition("/")[0] == "site" for kind in self.met)

    def is_right(self, code: str) -> bool:
        if any(code in codes for codes in self.expects().values()) or code in self.right:
            return True
        return self.judged and code in self.server.right

    def is_neutral(self, code: str) -> bool:
        return code in self.neutral or (
            self.judged and (code in self.server.neutral or code in MEASURED)
        )

    def may_praise(self, code: str) -> bool:
        return code in self.praise or (
            self.judged and (code in self.server.praise or code in MEASURED_PRAISE)
        )


_COMMON: Final = tomllib.loads((HERE / "common.toml").read_text())
# Findings that depend on how fast this machine is.
MEASURED: Final = frozenset(_COMMON["neutral"])
MEASURED_PRAISE: Final = frozenset(_COMMON["praise"])
NO_SITE: Final = {"there is no website": tuple(_COMMON["no_site"])}


@cache
def sites() -> tuple[Site, ...]:
    """Return all sites, in the order of their names."""
    return tuple(_site(path) for path in sorted((HERE / "truth").glob("*.toml")))


@cache
def crawled_sites() -> tuple[Site, ...]:
    """Return those, and the sites of which only the on-page check's truth is known."""
    more = sorted((HERE / "truth_onpage").glob("*.toml"))
    return (*sites(), *map(_site, more))


@cache
def _servers() -> dict[str, Server]:
    result = tomllib.loads((HERE / "servers.toml").read_text())
    return {
        name: Server(
            https=entry["https"],
            forwards=entry.get("forwards", True),
            gzip=entry.get("gzip", True),
            headers=entry.get("headers", {}),
            sees=_sees(entry),
            right=frozenset(entry.get("right", ())),
            neutral=frozenset(entry.get("neutral", ())),
            praise=frozenset(entry.get("praise", ())),
        )
        for name, entry in result.items()
    }


def _site(path: Path) -> Site:
    result = tomllib.loads(path.read_text())
    made: dict[str, Any] = result.get("business", {})
    truth: dict[str, Any] = result["truth"]
    return Site(
        name=path.stem,
        host=result["host"],
        business=made.get("name", result["host"]),
        package=result["package"],
        root=result.get("root", ""),
        start=result.get("start", "index.html"),
        server=_servers()[result["server"]],
        www=result.get("www", True),
        self_hosted=result.get("self_hosted", False),
        copy=tuple(made.get("copy", ())),
        texts=made.get("texts", {}),
        swap=tuple((old, new) for old, new in made.get("swap", ())),
        met=tuple(truth["met"]),
        sees=_sees(truth),
        right=frozenset(truth.get("right", ())),
        neutral=frozenset(truth.get("neutral", ())),
        praise=frozenset(truth.get("praise", ())),
        lighthouse=result.get("lighthouse", False),
    )


def _sees(result: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {what: tuple(codes) for what, codes in result.get("sees", {}).items()}
