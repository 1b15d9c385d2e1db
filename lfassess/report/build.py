"""Builds an audit report from stored rows alone: no database, no provider, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lfassess import scoring
from lfassess.checks.advice import Advice, catalogue
from lfassess.checks.loose import dict_in, number_in, text_in
from lfassess.models import Assessment, CheckRun, Lead
from lfassess.report import customers, facts, plan, rivals, verdict
from lfassess.report.areas import area, place
from lfassess.report.branding import Branding
from lfassess.report.findings import dicts
from lfassess.report.glossary import GLOSSARY
from lfassess.report.images import screenshots
from lfassess.report.language import ENGLISH, Language, load
from lfassess.report.model import (
    AuditReport,
    Business,
    Gap,
    MethodRow,
    Overruled,
    Screenshot,
    Section,
    State,
)
from lfassess.report.sections import section
from lfassess.report.text import clean, clean_or_none, host_of, web_link


def build(
    lead: Lead,
    assessment: Assessment,
    check_runs: Sequence[CheckRun],
    artefacts: Mapping[str, bytes],
    *,
    advice: Mapping[str, Advice] | None = None,
    language: str = ENGLISH,
    branding: Branding | None = None,
    overruled: Mapping[tuple[str, str], str] | None = None,
    draft: bool = False,
) -> AuditReport:
    """Return the audit report of one assessment; the same rows give the same report.

    Args:
        lead: the business.
        assessment: its assessment, scored or not.
        check_runs: the assessment's, in any order.
        artefacts: pictures by name, "desktop.jpg" and "mobile.jpg" among them.
        advice: by finding code; None takes the catalogue in configs/advice.
        language: "en" or another of configs/languages.
        branding: whose report it is.
        overruled: notes by (check, finding code) on findings that a person took out.
        draft: it has not been approved, and says so on every page.

    Raises:
        ConfigurationError: there is no such language.
    """
    say, struck = load(language), overruled or {}
    runs = sorted(check_runs, key=lambda run: place(run.name))
    business = _business(lead)
    pictures = screenshots(artefacts, business.name, say, _marked(runs))
    sections = _sections(assessment, runs, pictures, advice, say=say, overruled=struck)
    findings = [f for s in sections for f in s.findings]
    written = plan.insights(runs, business.name, struck)
    return AuditReport(
        business=business,
        assessment_id=assessment.id,
        date=_date(assessment, runs),
        status=assessment.status,
        completeness=assessment.completeness or _completeness(sections),
        coverage=verdict.coverage(sections, say),
        score=assessment.score,
        grade=clean_or_none(assessment.grade, 3),
        verdict=verdict.sentence(business.name, assessment.grade, sections, say),
        summary=clean_or_none(text_in(written, "executive_summary")),
        scoring_version=clean_or_none(assessment.scoring_version, 40),
        sandbox=bool(assessment.sandbox) or any(s.sandbox for s in sections),
        sections=sections,
        wins=verdict.wins(sections, say),
        losses=verdict.losses(sections),
        phases=plan.phases(written, findings, say, struck),
        quick_wins=plan.quick_wins(written),
        advice_by="llm" if written.get("by") == "llm" else "rules",
        not_assessed=tuple(
            Gap(s.title, s.reason) for s in sections if s.reason and s.state is not State.EXPIRED
        ),
        method=tuple(_method(s, say) for s in sections if s.told),
        grades=scoring.load_rules().grades,
        glossary=_glossary(sections),
        headlines=verdict.headlines(sections, say),
        contest=rivals.contest(sections),
        customers=customers.details(sections, say),
        overruled=_overruled(runs, struck, say),
        draft=draft,
        language=say.code,
        branding=branding or Branding(),
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
    pictures: tuple[Screenshot, ...],
    advice: Mapping[str, Advice] | None,
    *,
    say: Language,
    overruled: Mapping[tuple[str, str], str],
) -> tuple[Section, ...]:
    weights = dict_in(assessment.summary, "weights")
    return tuple(
        section(
            run,
            advice=catalogue() if advice is None else advice,
            screenshots=pictures if run.name == "visual" else (),
            weight=number_in(weights, run.name),
            say=say,
            overruled=overruled,
        )
        for run in runs
    )


def _marked(runs: Sequence[CheckRun]) -> object:
    """Return the regions of the screenshots that the browser's check marked."""
    visual = next((run for run in runs if run.name == "visual"), None)
    if visual is None:
        return None
    kept = [source.get("regions") for source in (visual.metrics, visual.evidence) if source]
    return next((regions for regions in kept if regions), None)


def _overruled(
    runs: Sequence[CheckRun], notes: Mapping[tuple[str, str], str], say: Language
) -> tuple[Overruled, ...]:
    titles = {
        (run.name, f.get("code")): f.get("title") for run in runs for f in dicts(run.findings)
    } | {(run.name, scoring.ALL): say("method.whole_area") for run in runs}
    return tuple(
        Overruled(
            area(check, say).title, clean(titles.get((check, code)) or code, 200), clean(note)
        )
        for (check, code), note in sorted(notes.items())
    )


def _date(assessment: Assessment, runs: Sequence[CheckRun]) -> datetime:
    """Return when the last check ended: that stands before the assessment is closed, too."""
    ended = [run.finished_at for run in runs if run.finished_at is not None]
    return max(ended, default=None) or assessment.finished_at or assessment.created_at


def _completeness(sections: Sequence[Section]) -> str:
    return f"{sum(s.told for s in sections)}/{len(sections)}"


def _method(made: Section, say: Language) -> MethodRow:
    about = area(made.name, say)
    source = facts.source(made.name, made.metrics) or about.source
    if made.sandbox:
        source = say("method.emulated", source=source)
    return MethodRow(made.title, about.method, source, made.measured_at)


def _glossary(sections: Sequence[Section]) -> tuple[tuple[str, str], ...]:
    assessed = [s.name for s in sections if s.told]
    return tuple(sorted(term for name in assessed for term in GLOSSARY.get(name, {}).items()))
