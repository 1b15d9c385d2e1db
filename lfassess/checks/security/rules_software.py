"""Content management systems and server software whose makers have ended updates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.versions import applies
from lfassess.config_files import read_toml

_LONGEST: Final = 500
_MAX_SHOWN_CHARS: Final = 220
# Distributions keep a version's number and go on patching it.
_DISTRIBUTION: Final = re.compile(
    r"ubuntu|debian|[+~-]deb\d|red ?hat|centos|almalinux|rocky|fedora|suse|amazon|oracle|cloudlinux"
    r"|raspbian|\bel\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Product:
    """One entry of configs/end_of_support.toml."""

    name: str
    pattern: re.Pattern[str]
    rules: tuple[Mapping[str, Any], ...]


@cache
def products(group: str) -> tuple[Product, ...]:
    """Return the products of a group: cms or server."""
    return tuple(
        Product(e["name"], re.compile(e["pattern"] + r"(\d+(?:\.\d+)*)"), tuple(e["rules"]))
        for e in read_toml("end_of_support.toml")[group].values()
    )


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield what is out of support on the day of the visit."""
    day = evidence.day
    yield from _cms(_makers(evidence), day)
    lines = [
        _line(product, version, rule)
        for text in _headers(evidence, "server", "x-powered-by")
        if not _DISTRIBUTION.search(text[:_LONGEST])
        for product, version, rule in _old("server", text[:_LONGEST], day)
    ]
    if lines:
        yield finding(
            "outdated-server-software", "; ".join(dict.fromkeys(lines))[:_MAX_SHOWN_CHARS]
        )


def _makers(evidence: Evidence) -> list[str]:
    """Return what names a content management system: the page's generators, its files, headers."""
    page = evidence.page
    named = [page.generator, *page.generators, page.core_version]
    headers = _headers(evidence, "x-generator", "x-powered-cms")
    return [name[:_LONGEST] for name in (*named, *headers) if name]


def _headers(evidence: Evidence, *names: str) -> list[str]:
    return [evidence.main.header(name) or "" for name in names] if evidence.main else []


def _cms(makers: list[str], day: date) -> Iterator[Finding]:
    """Yield one finding: a site has one system, and may name it twice."""
    for product, version, rule in (old for name in makers for old in _old("cms", name, day)):
        found = finding("outdated-cms", _line(product, version, rule)[:_MAX_SHOWN_CHARS])
        yield replace(found, severity=Severity.LOW) if rule["kind"] == "behind" else found
        return


def _old(group: str, text: str, day: date) -> Iterator[tuple[Product, str, Mapping[str, Any]]]:
    for product in products(group):
        match = product.pattern.search(text)
        rule = next((r for r in product.rules if match and applies(r, match[1], day)), None)
        if match and rule:
            yield product, match[1], rule


def _line(product: Product, version: str, rule: Mapping[str, Any]) -> str:
    return f"{product.name} {version} ({rule['why']})"
