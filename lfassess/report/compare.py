"""Two audits of the same business, before and after; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lfassess.findings import IMPLIED
from lfassess.report.areas import home
from lfassess.report.comparison import AreaChange, Change, Comparison, Side
from lfassess.report.findings import weight
from lfassess.report.model import RECOMMENDATIONS, AuditReport, ReportFinding, State
from lfassess.report.site_changes import site_changes

_NO_FAULT: Final = frozenset({"info", "passed"})


def compare(before: AuditReport, after: AuditReport) -> Comparison:
    """Return what has changed; both are of the same business.

    A finding counts as fixed, or as new, only where its area was assessed both times, and by
    its own check: what was not looked at has not been fixed. Nor has what a weightier finding
    now says, and what only a lighter one is left of is still to do.
    """
    old, new = _faults(before), _faults(after)
    both = _reportable(before) & _reportable(after)
    checks = set(before.checks) & set(after.checks)
    worse = {code for _, after_code in new for code in IMPLIED.get(after_code, ())}
    before_too = {code for _, old_code in old for code in IMPLIED.get(old_code, ())}
    return Comparison(
        business=after.business.name,
        before=_side(before),
        after=_side(after),
        areas=_areas(before, after),
        fixed=_changes(
            [
                f
                for key, f in old.items()
                if key not in new and key[1] not in worse
                if key[0] in both and f.check in checks
            ],
            before,
        ),
        new=_changes(
            [
                f
                for key, f in new.items()
                if key not in old and key[1] not in before_too
                if key[0] in both and f.check in checks
            ],
            after,
        ),
        still=_changes([f for key, f in new.items() if key in old or key[1] in before_too], after),
        sandbox=before.sandbox or after.sandbox,
        language=after.language,
        site=site_changes(_crawled(before), _crawled(after)),
    )


def _crawled(report: AuditReport) -> Mapping[str, Any]:
    """Return the on-page check's metrics, which stand with its area."""
    found = (s for s in report.sections if s.name == home("onpage") and s.is_reportable)
    return next((s.metrics for s in found if s.state is not State.EXPIRED), {})


def _side(report: AuditReport) -> Side:
    return Side(
        report.assessment_id,
        report.date,
        report.score,
        report.grade,
        report.scoring_version,
        f"{sum(s.assessed for s in report.areas)}/{len(report.areas)}",
    )


def _areas(before: AuditReport, after: AuditReport) -> tuple[AreaChange, ...]:
    old = {s.name: s for s in before.sections}
    new = {s.name: s for s in after.sections}
    names = [name for name in {**old, **new} if name != RECOMMENDATIONS]
    return tuple(
        AreaChange(
            name,
            (new.get(name) or old[name]).title,
            old[name].score if name in old else None,
            new[name].score if name in new else None,
        )
        for name in names
    )


def _reportable(report: AuditReport) -> set[str]:
    return {s.name for s in report.sections if s.is_reportable and s.state is not State.EXPIRED}


def _faults(report: AuditReport) -> dict[tuple[str, str], ReportFinding]:
    return {
        (section.name, finding.code): finding
        for section in report.sections
        for finding in section.findings
        if finding.severity not in _NO_FAULT
    }


def _changes(findings: Sequence[ReportFinding], report: AuditReport) -> tuple[Change, ...]:
    """Return them, the weightiest first and hardening last, since a report names only some."""
    titles = {f: section.title for section in report.sections for f in section.findings}
    first = sorted(findings, key=lambda f: (f.hardening, *weight(f)))
    return tuple(Change(titles[f], f.code, f.severity, f.title, f.shown) for f in first)
