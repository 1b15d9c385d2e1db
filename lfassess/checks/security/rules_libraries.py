"""Findings about scripts with publicly known holes or without updates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.security import libraries
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.versions import applies, key

_MAX_SHOWN_CHARS: Final = 220
_IDS: Final = 2  # named of each script


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield scripts with holes, then those without updates."""
    day = evidence.day
    shown = dict.fromkeys((each.name, each.version) for each in evidence.page.libraries)
    holes = {script: known for script in shown if (known := _holes(*script, day))}
    if holes:
        lines = [_line(*script, known) for script, known in holes.items()]
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
    listed = (h for library in libraries.libraries() if library.name == name for h in library.holes)
    rules = (*listed, *_rules(name))
    found = [r for r in rules if r["kind"] == "hole" and applies(r, version, day)]
    return sorted(found, key=lambda rule: key(rule["below"]), reverse=True)


def _end(name: str, version: str, day: date) -> Mapping[str, Any] | None:
    listed = ({"why": "no updates any more", **h} for library in libraries.libraries()
              if library.name == name for h in library.holes)  # fmt: skip
    rules = (*_rules(name), *listed)
    return next((r for r in rules if r["kind"] == "end" and applies(r, version, day)), None)


def _rules(name: str) -> tuple[Mapping[str, Any], ...]:
    return next((script.rules for script in libraries.scripts() if script.name == name), ())


def _line(name: str, version: str, holes: list[Mapping[str, Any]]) -> str:
    named = [i for hole in holes for i in (hole.get("ids") or hole.get("why", "").split(", ")) if i]
    ids = list(dict.fromkeys(named))
    more = f" and {len(ids) - _IDS} more" if len(ids) > _IDS else ""
    said = f"{', '.join(ids[:_IDS])}{more}" if ids else "publicly described"
    return f"{name} {version} (below {holes[0]['below']}: {said})"
