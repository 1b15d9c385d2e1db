"""Stored findings with the advice that goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from lfassess.checks.advice_catalogue import Advice, evidence, titles, worths
from lfassess.checks.base import Severity
from lfassess.findings import HARDENING, area_of
from lfassess.language import Language
from lfassess.report.model import ReportFinding
from lfassess.report.text import capital, clean, clean_or_none, is_technical

Json = Mapping[str, Any]

SEVERITIES: Final = tuple(s.value for s in Severity)  # weightiest first
LEVELS: Final = {"high": 0, "medium": 1, "low": 2, None: 3}
FROM_PROVIDER: Final = "from the data source"
_SOURCES: Final = {
    "rendered": "seen in a browser",
    "raw": "as the server sent it",
    "api": FROM_PROVIDER,
}


def dicts(stored: object) -> list[dict[str, Any]]:
    """Return those of the stored findings that are findings at all."""
    return [r for r in stored if isinstance(r, dict)] if isinstance(stored, list) else []


def read(
    check: str, stored: object, advice: Mapping[str, Advice], say: Language
) -> list[ReportFinding]:
    """Return a check run's findings, weightiest first; entries that are none are left out.

    Args:
        check: its name.
        stored: the findings, as they were stored in English.
        advice: by code, in the report's language.
        say: the report's language; what it has no words for is left to the developer's pages.
    """
    rows = stored if isinstance(stored, list) else []
    found = [_finding(check, row, advice, say) for row in rows if _is_finding(row)]
    return sorted(found, key=weight)


def weight(finding: ReportFinding) -> tuple[int, bool, int, int]:
    """Return a sort key: severity, hardening last within it, then impact, then least effort."""
    effort = 2 - LEVELS[finding.effort] if finding.effort else 3
    severity = SEVERITIES.index(finding.severity)
    return (severity, finding.hardening, LEVELS[finding.impact], effort)


def _is_finding(row: object) -> bool:
    return isinstance(row, dict) and bool(clean(row.get("title")) or clean(row.get("code")))


def _finding(check: str, row: Json, advice: Mapping[str, Advice], say: Language) -> ReportFinding:
    code, severity = clean(row.get("code"), 80), row.get("severity")
    source, area = row.get("source"), area_of(check, row)
    english = clean(row.get("evidence"), 500)
    said = evidence(code, english, say)
    finding = ReportFinding(
        code=code,
        check=check,
        severity=severity if severity in SEVERITIES else Severity.INFO.value,
        title=titles(say.code).get(code) or say.spell(clean(row.get("title"), 200)) or code,
        evidence=english if said is None else said,
        source=_SOURCES.get(source) if isinstance(source, str) else None,
        area=area.value if area else None,
        shown="" if said is None or is_technical(english) else capital(said),
        hardening=code in HARDENING,
        worth=worths(say.code).get(code),
    )
    known = advice.get(clean(row.get("advice_id"))) or advice.get(code)
    return finding if known is None else _advised(finding, known)


def _advised(finding: ReportFinding, advice: Advice) -> ReportFinding:
    return replace(
        finding,
        shown=clean(advice.seen) if advice.technical else finding.shown,
        what=clean_or_none(advice.what),
        why=clean_or_none(advice.why),
        fix=clean_or_none(advice.fix),
        effort=advice.effort,
        impact=advice.impact,
        reference=advice.source,
    )
