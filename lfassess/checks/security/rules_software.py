"""Software with publicly known holes or without updates: scripts, systems, servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.security import catalogue_libraries
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.evidence import Evidence
from lfassess.config_files import read_toml

# A number with a part behind it that comes before the release of that number.
_EARLY: Final = re.compile(r"[-.]?(?:alpha|beta|rc|pre|dev|next|canary|a|b)[-.]?\d*", re.IGNORECASE)
_RELEASE: Final = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,5})", re.IGNORECASE)

Key = tuple[tuple[int, ...], int, tuple[int, ...]]


def key(version: str) -> Key:
    """Return a version for comparison: 3.4 equals 3.4.0, and 3.0.0-rc1 comes before 3.0.0."""
    match = _RELEASE.match(version)
    if match is None:
        return (), 0, ()
    rest = version[match.end() : match.end() + 30]
    early = _EARLY.match(rest) is not None
    behind = tuple(int(n) for n in re.findall(r"\d{1,9}", rest)) if early else ()
    parts = [int(part) for part in match[1].split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts), int(not early), behind


def applies(rule: Mapping[str, Any], version: str, day: date) -> bool:
    """Return whether from <= version < below, and the rule is in force on that day."""
    within = key(rule.get("from", "0-alpha")) <= key(version) < key(rule["below"])
    return within and bool(rule.get("since", day) <= day)


_LONGEST: Final = 500
_MAX_SHOWN_CHARS: Final = 220
_IDS: Final = 2  # named of each script
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
    """Yield scripts with holes or without updates, then systems out of support on that day."""
    yield from _scripts(evidence)
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
        yield replace(found, severity=Severity.MEDIUM) if rule["kind"] == "behind" else found
        return


def _old(group: str, text: str, day: date) -> Iterator[tuple[Product, str, Mapping[str, Any]]]:
    for product in products(group):
        match = product.pattern.search(text)
        rule = next((r for r in product.rules if match and applies(r, match[1], day)), None)
        if match and rule:
            yield product, match[1], rule


def _line(product: Product, version: str, rule: Mapping[str, Any]) -> str:
    return f"{product.name} {version} ({rule['why']})"


def _scripts(evidence: Evidence) -> Iterator[Finding]:
    """Yield scripts with holes, then those without updates."""
    day = evidence.day
    shown = dict.fromkeys((each.name, each.version) for each in evidence.page.libraries)
    holes = {script: known for script in shown if (known := _holes(*script, day))}
    if holes:
        lines = [_line_of_script(*script, known) for script, known in holes.items()]
        outdated = finding("outdated-libraries", "; ".join(lines)[:_MAX_SHOWN_CHARS])
        small = all(h.get("severity") == "low" for known in holes.values() for h in known)
        yield replace(outdated, severity=Severity.LOW) if small else outdated
    ends = [
        f"{name} {version} (below {rule['below']}: {rule['why']})"
        for name, version in shown
        if (name, version) not in holes and (rule := _end(name, version, day))
    ]
    if ends:
        yield finding("unmaintained-libraries", "; ".join(ends)[:_MAX_SHOWN_CHARS])


def _holes(name: str, version: str, day: date) -> list[Mapping[str, Any]]:
    """Return the holes of a version, those that the newest versions fix first."""
    listed = (
        h
        for library in catalogue_libraries.libraries()
        if library.name == name
        for h in library.holes
    )
    rules = (*listed, *_rules_of_script(name))
    found = [r for r in rules if r["kind"] == "hole" and applies(r, version, day)]
    return sorted(found, key=lambda rule: key(rule["below"]), reverse=True)


def _end(name: str, version: str, day: date) -> Mapping[str, Any] | None:
    listed = ({"why": "no updates any more", **h} for library in catalogue_libraries.libraries()
              if library.name == name for h in library.holes)  # fmt: skip
    rules = (*_rules_of_script(name), *listed)
    return next((r for r in rules if r["kind"] == "end" and applies(r, version, day)), None)


def _rules_of_script(name: str) -> tuple[Mapping[str, Any], ...]:
    return next(
        (script.rules for script in catalogue_libraries.scripts() if script.name == name), ()
    )


def _line_of_script(name: str, version: str, holes: list[Mapping[str, Any]]) -> str:
    named = [i for hole in holes for i in (hole.get("ids") or hole.get("why", "").split(", ")) if i]
    ids = list(dict.fromkeys(named))
    more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
    said = f"{', '.join(ids[:_IDS])}{more}" if ids else "publicly described"
    return f"{name} {version} (below {holes[0]['below']}: {said})"
