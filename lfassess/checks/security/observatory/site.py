"""What the tests look at: a site's answers over http and https, read from JSON evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from lfassess.checks.shared.json_access import get_object, get_text

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_SINGLE: Final = frozenset({"content-type", "location", "server"})  # a repeat is dropped


@dataclass(frozen=True, slots=True)
class Answer:
    """One final answer and the way to it."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    route: tuple[str, ...]  # URLs requested, first to last
    verified: bool = True  # no certificate on the way was untrusted

    def values(self, name: str) -> list[str]:
        """Return a header's values, one for each time it was sent."""
        return [v for k, v in self.headers if k.lower() == name]

    def header(self, name: str) -> str | None:
        """Return a header's value as Node's http does: repeats joined by a comma, or the first."""
        values = self.values(name)
        return (values[0] if name in _SINGLE else ", ".join(values)) if values else None

    @property
    def is_html(self) -> bool:
        """Whether its type is that of a page, spelt as the Observatory expects it."""
        return (self.header("content-type") or "").partition(";")[0] in _HTML

    @classmethod
    def from_json(cls, value: Any) -> Answer | None:
        """Read an answer from evidence; None where there is none that can be used."""
        if not isinstance(value, dict) or not isinstance(value.get("url"), str):
            return None
        status, route = value.get("status"), value.get("route")
        return cls(
            url=value["url"],
            status=status if isinstance(status, int) else 0,
            headers=_pairs(value.get("headers")),
            route=tuple(u for u in route if isinstance(u, str)) if isinstance(route, list) else (),
            verified=value.get("verified") is not False,
        )


def _pairs(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list):
        return ()
    return tuple(
        (pair[0], pair[1])
        for pair in value
        if isinstance(pair, list | tuple)
        and len(pair) == 2  # noqa: PLR2004 - name and value
        and all(isinstance(part, str) for part in pair)
    )


@dataclass(frozen=True, slots=True)
class Script:
    """A script tag with a src."""

    src: str
    integrity: str | None


@dataclass(frozen=True, slots=True)
class Site:
    """The answers of one site, and what its page holds that the tests read."""

    host: str
    http: Answer | None
    https: Answer | None
    cors: Answer | None = None
    set_cookies: tuple[tuple[str, str], ...] = ()  # (URL, Set-Cookie value), whole visit
    scripts: tuple[Script, ...] = ()
    script_tags: int = 0  # with and without src
    base: str | None = None  # href of the page's first base tag
    meta: dict[str, tuple[str, ...]] = field(default_factory=dict)  # http-equiv, lower case

    @property
    def auto(self) -> Answer | None:
        """The answer that most tests read: that of https where there is one."""
        return self.https or self.http

    @property
    def secure(self) -> bool:
        """Whether the visit that ``auto`` ends began on https."""
        return self.https is not None

    @classmethod
    def from_json(cls, evidence: Any) -> Site:
        """Read the site from the security check's evidence; what is malformed counts as absent."""
        value = evidence if isinstance(evidence, dict) else {}
        page = get_object(value, "page")
        scripts = page.get("scripts")
        tags = page.get("script_tags")
        host = value.get("host")
        https = Answer.from_json(value.get("https"))
        http = Answer.from_json(value.get("http"))
        auto = https or http
        return cls(
            host=host if isinstance(host, str) else _host(auto),
            http=http,
            https=https,
            cors=Answer.from_json(value.get("cors")),
            set_cookies=_pairs(value.get("set_cookies")),
            scripts=_scripts(scripts if isinstance(scripts, list) else []),
            script_tags=tags if isinstance(tags, int) and not isinstance(tags, bool) else 0,
            base=get_text(page, "base"),
            meta=_meta(page.get("meta")) if auto is not None and auto.is_html else {},
        )


def _host(answer: Answer | None) -> str:
    if answer is None:
        return ""
    try:
        return urlsplit(answer.url).hostname or ""
    except ValueError:
        return ""


def _scripts(entries: list[Any]) -> tuple[Script, ...]:
    return tuple(
        Script(e["src"], e["integrity"] if isinstance(e.get("integrity"), str) else None)
        for e in entries
        if isinstance(e, dict) and isinstance(e.get("src"), str)
    )


def _meta(value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        return {}
    return {
        str(name).lower(): tuple(v for v in values if isinstance(v, str))
        for name, values in value.items()
        if isinstance(values, list)
    }
