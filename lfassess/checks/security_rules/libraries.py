"""Which versions of well-known scripts and server software a site shows, and which are too old."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from lfassess.checks.base import Finding, Json
from lfassess.checks.loose import dict_in, dicts_in, text_in
from lfassess.checks.observatory import Site
from lfassess.checks.security_rules.kinds import finding
from lfassess.configs import read_toml

MAX_SEEN: Final = 30
_VERSION: Final = r"(\d{1,4}(?:\.\d{1,5}){1,3})"
_SHOWN: Final = 220


@dataclass(frozen=True, slots=True)
class Product:
    """One entry of configs/libraries.toml, with how to recognise it."""

    name: str
    rules: tuple[Mapping[str, Any], ...]
    in_url: tuple[re.Pattern[str], ...] = ()
    in_text: re.Pattern[str] | None = None  # a banner, or a header


@cache
def scripts() -> tuple[Product, ...]:
    return tuple(_script(entry) for entry in read_toml("libraries.toml")["scripts"].values())


@cache
def server() -> tuple[Product, ...]:
    entries = read_toml("libraries.toml")["server"].values()
    return tuple(_product(e, in_text=re.compile(e["header"] + r"(\d+(?:\.\d+)*)")) for e in entries)


def _script(entry: Mapping[str, Any]) -> Product:
    file = rf"(?:^|[/=,])(?:{entry['file']})"
    in_url = (
        re.compile(rf"{file}[-.@/]v?{_VERSION}(?=[-./]|$)", re.IGNORECASE),
        # WordPress adds the version to its own copies; themes put their own figure there.
        re.compile(rf"/wp-includes/.*{file}(?:\.min)?\.js\?ver={_VERSION}", re.IGNORECASE),
    )
    banner = entry.get("banner")
    return _product(entry, in_url, re.compile(banner + _VERSION) if banner else None)


def _product(
    entry: Mapping[str, Any],
    in_url: tuple[re.Pattern[str], ...] = (),
    in_text: re.Pattern[str] | None = None,
) -> Product:
    return Product(entry["name"], tuple(entry["rules"]), in_url, in_text)


def seen_in(urls: Iterable[str], text: str) -> list[dict[str, str]]:
    """Return [{name, version, where}] of the scripts that a page loads or holds.

    Args:
        urls: of scripts and stylesheets.
        text: the page's HTML, searched for licence comments.
    """
    found: dict[tuple[str, str], str] = {}
    for product, version, where in (*_by_url(urls), *_by_banner(text)):
        found.setdefault((product, version), where)
    return [{"name": n, "version": v, "where": w} for (n, v), w in found.items()][:MAX_SEEN]


def _by_url(urls: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for url in urls:
        for product in scripts():
            for pattern in product.in_url:
                if match := pattern.search(url[:1000]):
                    yield product.name, match[1], url[:200]
                    break


def _by_banner(text: str) -> Iterator[tuple[str, str, str]]:
    for product in scripts():
        if product.in_text and (match := product.in_text.search(text)):
            yield product.name, match[1], "the page itself"


def findings(evidence: Json, site: Site) -> Iterator[Finding]:
    libraries = dicts_in(dict_in(evidence, "page"), "libraries")
    shown = [(text_in(e, "name") or "", text_in(e, "version") or "") for e in libraries]
    by_kind = {"hole": list[str](), "end": list[str]()}
    for name, version in shown:
        if rule := _rule(scripts(), name, version, _day(evidence)):
            by_kind[rule["kind"]].append(_line(name, version, rule))
    for kind, code in (("hole", "outdated-libraries"), ("end", "unmaintained-libraries")):
        if by_kind[kind]:
            yield finding(code, "; ".join(dict.fromkeys(by_kind[kind]))[:_SHOWN])
    yield from _server(evidence, site)


def _server(evidence: Json, site: Site) -> Iterator[Finding]:
    told = [text_in(dict_in(evidence, "page"), "generator")]
    if site.auto is not None:
        told += [site.auto.header("server"), site.auto.header("x-powered-by")]
    lines = []
    for product in server():
        for text in filter(None, told):
            match = product.in_text.search(text) if product.in_text else None
            if match and (rule := _rule(server(), product.name, match[1], _day(evidence))):
                lines.append(_line(product.name, match[1], rule))
    if lines:
        yield finding("outdated-server-software", "; ".join(dict.fromkeys(lines))[:_SHOWN])


def _rule(
    products: tuple[Product, ...], name: str, version: str, day: date
) -> Mapping[str, Any] | None:
    rules = next((p.rules for p in products if p.name == name), ())
    number = _number(version)
    return next(
        (
            rule
            for rule in rules
            if _number(rule.get("from", "0")) <= number < _number(rule["below"])
            and rule.get("since", day) <= day
        ),
        None,
    )


def _day(evidence: Json) -> date:
    """Return the day of the visit: what was still maintained then is judged as such."""
    try:
        return date.fromisoformat((text_in(evidence, "fetched_at") or "")[:10])
    except ValueError:
        return date.today()  # noqa: DTZ011 - a day more or less makes no difference


def _number(version: str) -> tuple[int, ...]:
    """Return a version for comparison; 3.4 and 3.4.0 are the same."""
    parts = [int(part) for part in re.findall(r"\d{1,9}", version)]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _line(name: str, version: str, rule: Mapping[str, Any]) -> str:
    return f"{name} {version} (below {rule['below']}: {rule['why']})"
