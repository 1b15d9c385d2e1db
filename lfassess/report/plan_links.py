"""Where the report says what to do about a finding, so that it says it once."""

from __future__ import annotations

from dataclasses import dataclass, field

from lfassess.report.model import AuditReport, ReportFinding

_SMALL = frozenset({"low", "info"})


@dataclass(frozen=True, slots=True)
class PlanLinks:
    """What the plan and the areas have in common."""

    steps: dict[str, int] = field(default_factory=dict)  # number of the step, by finding code
    hows: frozenset[str] = frozenset()  # what the steps say to do
    whys: frozenset[str] = frozenset()  # what the areas say of why it matters


def plan_links(report: AuditReport) -> PlanLinks:
    """Return what the areas leave to the plan; nothing where the report has none."""
    if report.no_website or not report.branding.shows("priorities"):
        return PlanLinks()
    steps: dict[str, int] = {}
    for step in report.recommendations:
        for cite in step.evidence:
            steps.setdefault(cite.code, step.number)
    findings = [f for section in report.chapters for f in section.findings]
    return PlanLinks(
        steps,
        frozenset(step.how for step in report.recommendations),
        frozenset(f.why for f in findings if f.why and is_weighty(f)),
    )


def is_weighty(finding: ReportFinding) -> bool:
    """Whether an area shows a finding at length."""
    return finding.severity not in _SMALL and not finding.hardening
