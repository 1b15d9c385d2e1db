"""Two audits of the same business, before and after; pure."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lfassess.report.areas import HOME
from lfassess.report.model import RECOMMENDATIONS, AuditReport, ReportFinding, State
from lfassess.report.site_changes import SiteChanges, site_changes

SCHEMA: Final = "lfassess.comparison/1"
_NO_FAULT: Final = frozenset({"info", "passed"})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two audits."""

    assessment_id: int
    date: datetime
    score: int | None
    grade: str | None
    scoring_version: str | None
    completeness: str


@dataclass(frozen=True, slots=True)
class AreaChange:
    """An area's scores; None where it had none, which is never the same as 0."""

    name: str
    title: str
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """After less before, where both are known."""
        return _difference(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """A finding that is in one audit and not in the other, or in both."""

    area: str
    code: str
    severity: str
    title: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed from one audit to the next."""

    business: str
    before: Side
    after: Side
    areas: tuple[AreaChange, ...]
    fixed: tuple[Change, ...]
    new: tuple[Change, ...]
    still: tuple[Change, ...]
    sandbox: bool
    language: str
    site: SiteChanges | None = None  # None: it was not crawled both times

    @property
    def change(self) -> int | None:
        """Of the overall score."""
        return _difference(self.before.score, self.after.score)

    @property
    def same_rules(self) -> bool:
        """Whether both were scored by the same version of the rules."""
        return self.before.scoring_version == self.after.scoring_version

    def as_json(self) -> dict[str, Any]:
        """Return the comparison in JSON's own types."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self), default=str))
        for row, area in zip(data["areas"], self.areas, strict=True):
            row["change"] = area.change
        return {"schema": SCHEMA, **data, "change": self.change, "same_rules": self.same_rules}


def compare(before: AuditReport, after: AuditReport) -> Comparison:
    """Return what has changed; both are of the same business.

    A finding counts as fixed, or as new, only where its area was assessed both times: what was
    not looked at has not been fixed.
    """
    old, new = _faults(before), _faults(after)
    both = _reportable(before) & _reportable(after)
    return Comparison(
        business=after.business.name,
        before=_side(before),
        after=_side(after),
        areas=_areas(before, after),
        fixed=_changes([f for key, f in old.items() if key not in new and key[0] in both], before),
        new=_changes([f for key, f in new.items() if key not in old and key[0] in both], after),
        still=_changes([f for key, f in new.items() if key in old], after),
        sandbox=before.sandbox or after.sandbox,
        language=after.language,
        site=site_changes(_crawled(before), _crawled(after)),
    )


def _crawled(report: AuditReport) -> Mapping[str, Any]:
    """Return the on-page check's metrics, which stand with its area."""
    found = (s for s in report.sections if s.name == HOME["onpage"] and s.is_reportable)
    return next((s.metrics for s in found if s.state is not State.EXPIRED), {})


def _side(report: AuditReport) -> Side:
    return Side(
        report.assessment_id,
        report.date,
        report.score,
        report.grade,
        report.scoring_version,
        report.completeness,
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
    titles = {f: section.title for section in report.sections for f in section.findings}
    return tuple(Change(titles[f], f.code, f.severity, f.title, f.shown) for f in findings)


def _difference(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before
