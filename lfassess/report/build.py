"""Builds an audit report from stored rows alone: no database, no provider, no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lfassess import scoring
from lfassess.checks.advice_catalogue import Advice, catalogue, titles
from lfassess.checks.shared.json_access import get_text
from lfassess.checks.shared.visit import NOT_SEEN
from lfassess.db.models import Assessment, CheckRun, Lead
from lfassess.findings import SITE_AREAS, consolidate
from lfassess.language import ENGLISH, Language, load
from lfassess.report import (
    action_plan,
    answers,
    benchmark,
    competitors,
    filmstrip,
    listing_consistency,
    rivals,
    search_preview,
    tables,
    verdict,
    visits,
)
from lfassess.report.areas import area, home, place
from lfassess.report.branding import Branding
from lfassess.report.findings import dicts, read
from lfassess.report.images import screenshots
from lfassess.report.model import (
    RECOMMENDATIONS,
    AuditReport,
    Business,
    CustomField,
    Dismissed,
    Evidence,
    Gap,
    MethodRow,
    ReportFinding,
    Screenshot,
    Section,
    State,
    Visit,
    reports_on,
)
from lfassess.report.sections import Sources, areas_of, is_reportable, section
from lfassess.report.text import (
    capital,
    clean,
    clean_or_none,
    host_of,
    name_of,
    phone_number,
    web_link,
)


def build(
    lead: Lead,
    assessment: Assessment,
    check_runs: Sequence[CheckRun],
    artefacts: Mapping[str, bytes],
    *,
    advice: Mapping[str, Advice] | None = None,
    language: str = ENGLISH,
    branding: Branding | None = None,
    dismissed: Mapping[tuple[str, str], str] | None = None,
    draft: bool = False,
    measured: Sequence[rivals.Measured] = (),
) -> AuditReport:
    """Return the audit report of one assessment; the same rows give the same report.

    Args:
        lead: the business.
        assessment: its assessment, scored or not.
        check_runs: the assessment's, in any order.
        artefacts: pictures by name, "desktop-fold.jpg" and "mobile-fold.jpg" among them.
        advice: by finding code; None takes the catalogue in configs/advice.
        language: "en", "en-GB", "de" or another of configs/languages.
        branding: whose report it is.
        dismissed: notes by (check, finding code) on findings that a person took out.
        draft: it has not been approved, and says so on every page.
        measured: competitors that were asked for, in their order.

    Raises:
        ConfigurationError: there is no such language.
    """
    say, dismissed_notes = load(language), dismissed or {}
    runs = sorted(check_runs, key=lambda run: place(home(run.name)))
    branding = branding or Branding()
    business = _business(lead, assessment.site_url, branding.fields, say)
    stored = {run.name: dicts(run.findings) for run in runs}
    visit = visits.met({run.name: run.metrics for run in runs}, stored, say)
    rows = consolidate(stored, dismissed_notes)
    known = catalogue(language) if advice is None else advice
    found = [f for run in runs for f in read(run.name, rows[run.name], known, say)]
    sections = _sections(
        Sources(
            runs={run.name: run for run in runs},
            found=found,
            scores=assessment.scoring_details or {},
            screenshots=_pictures(
                screenshots(artefacts, business.name, say, _marked(runs, found)), visit
            ),
            filmstrip=filmstrip.filmstrip(artefacts, _metrics_of(runs, "pagespeed")),
            unseen=SITE_AREAS if visit else frozenset(),
            why_unseen=visit.sentence if visit else None,
            dismissed=dismissed_notes,
        ),
        say,
    )
    areas = [s for s in sections if s.name != RECOMMENDATIONS]
    findings = [f for s in sections for f in s.findings]
    written = action_plan.insights(
        runs, business.name, rows, say, trade=lead.industry, address=lead.address
    )
    gone = {get_text(f, "code") for rows in stored.values() for f in rows} - {
        f.code for f in findings
    }
    losses = verdict.losses(areas)
    graded = visit is None or any(s.score is not None for s in areas)
    ran = tuple(run.name for run in runs if is_reportable(run))
    return AuditReport(
        business=business,
        assessment_id=assessment.id,
        date=_date(assessment, runs),
        status=assessment.status,
        completeness=assessment.completeness or f"{sum(s.assessed for s in areas)}/{len(areas)}",
        coverage=verdict.coverage(
            areas,
            say,
            assessment.scoring_details if graded else None,
            graded=graded and clean_or_none(assessment.grade, 3) is not None,
        ),
        score=assessment.score if graded else None,
        grade=clean_or_none(assessment.grade, 3) if graded else None,
        verdict=verdict.sentence(business.name, assessment.grade, areas, say, visit),
        summary=action_plan.summary(written, losses[0].code if losses else None),
        scoring_version=clean_or_none(assessment.scoring_version, 40),
        sandbox=bool(assessment.sandbox) or any(s.sandbox for s in sections),
        sections=sections,
        wins=verdict.wins(areas, say),
        losses=losses,
        phases=action_plan.phases(
            written, findings, say, gone=gone, first=losses[0].code if losses else None
        ),
        quick_wins=action_plan.quick_wins(written),
        advice_by="llm" if written.get("by") == "llm" else "rules",
        not_assessed=_gaps(sections, say),
        method=tuple(_method(s, ran, say) for s in sections if reports_on(s, visit)),
        grades=scoring.load_rules().grades,
        glossary=glossary((s for s in sections if reports_on(s, visit)), say),
        developer=_developer(areas),
        visit=visit,
        headlines=answers.headlines(areas, say),
        contest=competitors.contest(sections),
        rivals=rivals.compare(measured, (assessment, runs), areas, business, say),
        benchmark=benchmark.read(assessment, areas, say) if graded else None,
        preview=search_preview.preview(
            {run.name: run for run in runs}, business, lead, frozenset(dismissed_notes)
        ),
        customers=listing_consistency.details(
            sections, next((run for run in runs if run.name == "onpage"), None), lead.country, say
        ),
        dismissed=_dismissed(runs, dismissed_notes, say),
        draft=draft,
        language=say.code,
        branding=branding,
        checks=ran,
    )


def _business(
    lead: Lead, site_url: str | None, labels: Mapping[str, str], say: Language
) -> Business:
    website = clean_or_none(site_url or lead.website, 300)
    return Business(
        name=clean(lead.name, 120) or name_of(website) or say("ui.this_business"),
        website=host_of(website),
        website_url=web_link(website),
        address=clean_or_none(lead.address, 300),
        phone=phone_number(lead.phone, lead.country),
        fields=_fields(lead, labels),
    )


def _fields(lead: Lead, labels: Mapping[str, str]) -> tuple[CustomField, ...]:
    """Return the lead's custom fields that the branding asks for, as far as it has them."""
    known = {name.casefold(): get_text(lead.extra, name) for name in lead.extra or {}}
    return tuple(
        CustomField(label, value)
        for name, label in labels.items()
        if (value := clean_or_none(known.get(name.casefold()), 200))
    )


def _sections(made: Sources, say: Language) -> tuple[Section, ...]:
    names = sorted(areas_of(made.runs, made.found), key=place)
    return tuple(section(name, made, say) for name in names)


def _pictures(pictures: tuple[Screenshot, ...], visit: Visit | None) -> tuple[Screenshot, ...]:
    """Return the pictures that show what customers see: none of what turned our visit away."""
    return () if visit and visit.kind in NOT_SEEN else pictures


def _marked(runs: Sequence[CheckRun], found: Sequence[ReportFinding]) -> list[dict[str, Any]]:
    """Return the regions that the browser's check marked for findings the report tells of."""
    visual = next((run for run in runs if run.name == "visual"), None)
    if visual is None:
        return []
    stored_regions = [
        source.get("regions") for source in (visual.metrics, visual.evidence) if source
    ]
    reported = {f.code for f in found}
    regions = next((regions for regions in stored_regions if regions), None)
    return [region for region in dicts(regions) if get_text(region, "code") in reported]


def _metrics_of(runs: Sequence[CheckRun], check: str) -> Mapping[str, Any]:
    return next((run.metrics or {} for run in runs if run.name == check), {})


def _dismissed(
    runs: Sequence[CheckRun], notes: Mapping[tuple[str, str], str], say: Language
) -> tuple[Dismissed, ...]:
    named = titles(say.code)
    known = {
        (run.name, f.get("code")): named.get(str(f.get("code"))) or say.spell(clean(f.get("title")))
        for run in runs
        for f in dicts(run.findings)
    } | {(run.name, scoring.ALL): say("method.whole_area") for run in runs}
    return tuple(
        Dismissed(
            area(home(check), say).title,
            clean(known.get((check, code)) or code, 200),
            clean(note),
        )
        for (check, code), note in sorted(notes.items())
    )


def _gaps(sections: Sequence[Section], say: Language) -> tuple[Gap, ...]:
    """Return what was not assessed; areas with one cause stand together.

    Recommendations are there in any case: the plan says who made them.
    """
    areas = [s for s in sections if s.name != RECOMMENDATIONS]
    missing = [s for s in areas if s.reason and s.state is not State.EXPIRED]
    causes = dict.fromkeys(s.reason for s in missing)
    return tuple(
        Gap(say.listed([s.title for s in missing if s.reason == cause]), cause)
        for cause in causes
        if cause
    )


def _developer(areas: Sequence[Section]) -> tuple[Evidence, ...]:
    """Return the evidence of all findings that rest on more than an owner is shown."""
    return tuple(
        Evidence(s.title, f.title, f.evidence, f.source)
        for s in areas
        for f in (*s.findings, *s.strengths)
        if f.evidence and capital(f.evidence) != f.shown
    )


def _date(assessment: Assessment, runs: Sequence[CheckRun]) -> datetime:
    """Return when the last check ended: that stands before the assessment is closed, too."""
    ended = [run.finished_at for run in runs if run.finished_at is not None]
    return max(ended, default=None) or assessment.finished_at or assessment.created_at


def _method(made: Section, ran: Collection[str], say: Language) -> MethodRow:
    """Return how an area was looked at: by those of its checks that ran, and by no other."""
    named = {key: say.table(f"areas.{made.name}.{key}") for key in ("methods", "sources")}
    methods = dict.fromkeys(text for check, text in named["methods"].items() if check in ran)
    own = made.checks[0] if made.checks else made.name
    sources = {check: text for check, text in named["sources"].items() if check in ran}
    if said := tables.source(own, made.metrics):
        sources[own] = said
    source = capital(say.listed(list(dict.fromkeys(sources.values()))))
    source = source or say("areas.other.source")
    if made.sandbox:
        key = "method.partly_emulated" if made.partly_sandbox else "method.emulated"
        source = say(key, source=source)
    method = " ".join(methods) or say("areas.other.method")
    return MethodRow(made.title, method, source, made.measured_at)


def glossary(sections: Iterable[Section], say: Language) -> tuple[tuple[str, str], ...]:
    """Return (term, what it means) of the areas, by term; a text is "CLS: what it means".

    An abbreviation that no figure and no finding of its area has is left out.
    """
    found = []
    for made in sections:
        said = " ".join(_texts(made))
        for text in say.table(f"terms.{made.name}").values():
            term, _, meaning = text.partition(": ")
            if not term.isupper() or re.search(rf"\b{term}\b", said):
                found.append((term, meaning))
    return tuple(sorted(found))


def _texts(made: Section) -> Iterator[str]:
    for values in made.tables:
        yield from (values.caption, *(cell.text for row in values.rows for cell in row))
    for scales in made.gauges:
        yield from (gauge.label for gauge in scales.gauges)
    for finding in (*made.findings, *made.strengths):
        yield from filter(
            None, (finding.title, finding.what, finding.why, finding.fix, finding.evidence)
        )
