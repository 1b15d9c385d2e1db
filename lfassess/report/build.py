"""Builds an audit report from stored rows alone: no database, no provider, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lfassess import scoring
from lfassess.checks.advice import Advice, catalogue
from lfassess.checks.loose import dict_in, number_in, text_in
from lfassess.models import Assessment, CheckRun, Lead
from lfassess.report import facts, plan, verdict
from lfassess.report.areas import area, place
from lfassess.report.glossary import GLOSSARY
from lfassess.report.images import screenshots
from lfassess.report.model import AuditReport, Business, Gap, MethodRow, Section
from lfassess.report.sections import section
from lfassess.report.text import clean, clean_or_none, host_of, web_link


def build(
    lead: Lead,
    assessment: Assessment,
    check_runs: Sequence[CheckRun],
    artefacts: Mapping[str, bytes],
    *,
    advice: Mapping[str, Advice] | None = None,
) -> AuditReport:
    """Return the audit report of one assessment; the same rows give the same report.

    Args:
        lead: the business.
        assessment: its assessment, scored or not.
        check_runs: the assessment's, in any order.
        artefacts: pictures by name, "desktop.jpg" and "mobile.jpg" among them.
        advice: by finding code; None takes the catalogue in configs/advice.
    """
    runs = sorted(check_runs, key=lambda run: place(run.name))
    business = _business(lead)
    sections = _sections(assessment, runs, artefacts, business, advice)
    findings = [f for s in sections for f in s.findings]
    written = plan.insights(runs, business.name)
    return AuditReport(
        business=business,
        assessment_id=assessment.id,
        date=_date(assessment, runs),
        status=assessment.status,
        completeness=assessment.completeness or _completeness(sections),
        coverage=verdict.coverage(sections),
        score=assessment.score,
        grade=clean_or_none(assessment.grade, 3),
        verdict=verdict.sentence(business.name, assessment.grade, sections),
        summary=clean_or_none(text_in(written, "executive_summary")),
        scoring_version=clean_or_none(assessment.scoring_version, 40),
        sandbox=bool(assessment.sandbox) or any(s.sandbox for s in sections),
        sections=sections,
        wins=verdict.wins(sections),
        losses=verdict.losses(sections),
        phases=plan.phases(written, findings),
        quick_wins=plan.quick_wins(written),
        advice_by="llm" if written.get("by") == "llm" else "rules",
        not_assessed=tuple(Gap(s.title, s.reason) for s in sections if s.reason),
        method=tuple(_method(s) for s in sections if s.told),
        grades=scoring.load_rules().grades,
        glossary=_glossary(sections),
    )


def _business(lead: Lead) -> Business:
    website = clean_or_none(lead.website, 300)
    return Business(
        name=clean(lead.name, 120) or "This business",
        website=host_of(website),
        website_url=web_link(website),
        address=clean_or_none(lead.address, 300),
        phone=clean_or_none(lead.phone, 60),
    )


def _sections(
    assessment: Assessment,
    runs: Sequence[CheckRun],
    artefacts: Mapping[str, bytes],
    business: Business,
    advice: Mapping[str, Advice] | None,
) -> tuple[Section, ...]:
    weights = dict_in(assessment.summary, "weights")
    pictures = screenshots(artefacts, business.name)
    return tuple(
        section(
            run,
            advice=catalogue() if advice is None else advice,
            screenshots=pictures if run.name == "visual" else (),
            weight=number_in(weights, run.name),
        )
        for run in runs
    )


def _date(assessment: Assessment, runs: Sequence[CheckRun]) -> datetime:
    """Return when the last check ended: that stands before the assessment is closed, too."""
    ended = [run.finished_at for run in runs if run.finished_at is not None]
    return max(ended, default=None) or assessment.finished_at or assessment.created_at


def _completeness(sections: Sequence[Section]) -> str:
    return f"{sum(s.told for s in sections)}/{len(sections)}"


def _method(made: Section) -> MethodRow:
    about = area(made.name)
    source = facts.source(made.name, made.metrics) or about.source
    if made.sandbox:
        source = f"{source} (emulated)"
    return MethodRow(made.title, about.method, source, made.measured_at)


def _glossary(sections: Sequence[Section]) -> tuple[tuple[str, str], ...]:
    assessed = [s.name for s in sections if s.told]
    return tuple(sorted(term for name in assessed for term in GLOSSARY.get(name, {}).items()))
