"""Which versions of well-known scripts a page shows, and which have known holes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final

from lfassess.checks.base import Finding, Json, Severity
from lfassess.checks.security import end_of_support, software
from lfassess.checks.security.kinds import finding
from lfassess.checks.security.observatory import Site
from lfassess.checks.security.versions import holds, key
from lfassess.checks.shared.json_access import get_object, get_objects, get_text
from lfassess.config_files import read_toml

MAX_SEEN: Final = 30
_VERSION: Final = r"(\d{1,4}(?:\.\d{1,5}){1,3})"
_SHOWN: Final = 220
_IDS: Final = 2  # named of each script


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


def seen_in(urls: Iterable[str], text: str) -> list[dict[str, str]]:
    """Return [{name, version, where}] of the scripts that a page loads or holds.

    Args:
        urls: of scripts and stylesheets.
        text: the page's HTML, searched for licence comments.
    """
    addresses = list(urls)
    found: dict[tuple[str, str], str] = {}
    known = (*_by_url(addresses), *_by_banner(text), *end_of_support.seen_in(addresses, text))
    for script, version, where in known:
        found.setdefault((script, version), where)
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
    """Yield scripts with holes or without updates, then what the server runs."""
    day = _day(evidence)
    listed = get_objects(get_object(evidence, "page"), "libraries")
    shown = dict.fromkeys((get_text(e, "name") or "", get_text(e, "version") or "") for e in listed)
    holes = {script: known for script in shown if (known := _holes(*script, day))}
    if holes:
        lines = [_line(*script, known) for script, known in holes.items()]
        outdated = finding("outdated-libraries", "; ".join(lines)[:_SHOWN])
        small = all(h.get("severity") == "low" for known in holes.values() for h in known)
        yield replace(outdated, severity=Severity.LOW) if small else outdated
    ends = [
        f"{name} {version} (below {rule['below']}: {rule['why']})"
        for name, version in shown
        if (name, version) not in holes and (rule := _end(name, version, day))
    ]
    if ends:
        yield finding("unmaintained-libraries", "; ".join(ends)[:_SHOWN])
    yield from software.findings(evidence, site, day)


def _holes(name: str, version: str, day: date) -> list[Mapping[str, Any]]:
    """Return the holes of a version, those that the newest versions fix first."""
    listed = (
        h for library in end_of_support.libraries() if library.name == name for h in library.holes
    )
    rules = (*listed, *_rules(name))
    found = [r for r in rules if r["kind"] == "hole" and holds(r, version, day)]
    return sorted(found, key=lambda rule: key(rule["below"]), reverse=True)


def _end(name: str, version: str, day: date) -> Mapping[str, Any] | None:
    listed = ({"why": "no updates any more", **h} for library in end_of_support.libraries()
              if library.name == name for h in library.holes)  # fmt: skip
    rules = (*_rules(name), *listed)
    return next((r for r in rules if r["kind"] == "end" and holds(r, version, day)), None)


def _rules(name: str) -> tuple[Mapping[str, Any], ...]:
    return next((script.rules for script in scripts() if script.name == name), ())


def _day(evidence: Json) -> date:
    """Return the day of the visit: what was still maintained then is judged as such."""
    try:
        return date.fromisoformat((get_text(evidence, "fetched_at") or "")[:10])
    except ValueError:
        return date.today()  # noqa: DTZ011 - a day more or less makes no difference


def _line(name: str, version: str, holes: list[Mapping[str, Any]]) -> str:
    named = [i for hole in holes for i in (hole.get("ids") or hole.get("why", "").split(", ")) if i]
    ids = list(dict.fromkeys(named))
    more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
    said = f"{', '.join(ids[:_IDS])}{more}" if ids else "publicly described"
    return f"{name} {version} (below {holes[0]['below']}: {said})"
