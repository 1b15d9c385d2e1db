"""Stored findings of the other checks, what to fix first before the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lfassess.checks.advice_catalogue import HARDENING, Advice, catalogue, evidence, titles
from lfassess.checks.base import Area, Json
from lfassess.checks.shared.json_access import get_objects, get_text
from lfassess.language import Language, load

_WEIGHT: Final = {"critical": 0, "high": 1, "medium": 2, "low": 3, "info": 4, "passed": 5}
_LEVELS: Final = {"high": 0, "medium": 1, "low": 2}
_AREAS: Final = [area.value for area in Area]


@dataclass(frozen=True, slots=True)
class PriorFinding:
    """A finding as it is stored, with the check it came from."""

    check: str
    code: str
    severity: str
    title: str
    evidence: str
    advice_id: str
    area: str | None = None  # one of lfassess.checks.base.Area, where the finding names it


def stored_findings(prior: Mapping[str, Json], say: Language | None = None) -> list[PriorFinding]:
    """Return all stored findings, in the report's order; those without a code are left out.

    What customers meet stands before hardening, then goes severity, impact, least effort, area: the
    first one is what the report says to fix first.

    Titles and evidence are in English, or in the language that is given; evidence that it has no
    words for is left out.

    The order doesn't depend on that of the results: the prompt identifies a question, so that one
    that was answered before isn't bought again.
    """
    say = say or load()
    named = titles(say.code)
    found = [
        PriorFinding(
            check,
            code,
            get_text(finding, "severity") or "info",
            named.get(code) or say.spell(get_text(finding, "title") or code),
            evidence(code, get_text(finding, "evidence") or "", say) or "",
            get_text(finding, "advice_id") or code,
            get_text(finding, "area"),
        )
        for check, result in sorted(prior.items())
        for finding in get_objects(result, "findings")
        if (code := get_text(finding, "code"))
    ]
    advice = catalogue(say.code)
    return sorted(found, key=lambda f: _rank(f, advice.get(f.advice_id) or advice.get(f.code)))


def _rank(found: PriorFinding, advice: Advice | None) -> tuple[bool, int, int, int, int]:
    return (
        found.code in HARDENING,
        _WEIGHT.get(found.severity, _WEIGHT["info"]),
        _LEVELS[advice.impact] if advice else len(_LEVELS),
        -_LEVELS[advice.effort] if advice else 1,
        _AREAS.index(found.area) if found.area in _AREAS else len(_AREAS),
    )


def to_fix(findings: list[PriorFinding]) -> list[PriorFinding]:
    """Return those that ask for something to be done."""
    return [f for f in findings if f.severity not in {"info", "passed"}]


def strengths(findings: list[PriorFinding]) -> list[PriorFinding]:
    return [f for f in findings if f.severity == "passed"]
