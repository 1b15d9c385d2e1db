"""One assessment: scores, findings, report, what was tried when, and the raw evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from lfassess import scoring
from lfassess.api.dependencies import Configured, Connected, Work
from lfassess.api.web import charts
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import Id, back_to, new_router
from lfassess.assessment.completion import review
from lfassess.assessment.completion.ranking import pitch_of
from lfassess.assessment.completion.rendering import audit_report
from lfassess.assessment.intake.submission import submit_lead
from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.base import Area
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.db.commands import assessments
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.models import OPEN, CheckRun, Status
from lfassess.db.queries import assessment as queries
from lfassess.db.queries import reviews
from lfassess.db.queries import shares as links
from lfassess.findings.consolidate import consolidate
from lfassess.report.model import AuditReport
from lfassess.report.text import clean
from lfassess.settings import Settings

router = new_router()

_SEVERITIES: Final = ("critical", "high", "medium", "low", "info", "passed")
_BLANK: Final = {"code": "", "title": "", "evidence": "", "source": "", "advice_id": ""}


@router.get("/assessments/{assessment_id}")
def assessment_page(
    request: Request, database: Connected, settings: Configured, assessment_id: Id
) -> Response:
    with database.session() as session:
        values = _read(session, settings, assessment_id)
    return render(request, "assessment.html.j2", values)


def _read(session: Session, settings: Settings, assessment_id: int) -> dict[str, Any]:
    stored = assessments.load(session, assessment_id)
    lead, runs = stored.lead, stored.check_runs
    live = stored.assessment.status in OPEN
    report = None if lead.rival else _report(session, settings, stored)
    once = consolidate({run.name: run.findings or [] for run in runs})
    attempts = queries.attempts(session, assessment_id)
    spans = charts.spans(attempts, datetime.now(UTC))
    return {
        "lead": lead,
        "site": stored.site,
        "assessment": stored.assessment,
        "live": live or bool(report and report.rivals and report.rivals.waits),
        "ended": not live and not lead.rival,
        "report": report,
        "rivals": _rivals(stored, report),
        "beside": queries.beside(session, assessment_id) if lead.rival else [],
        "runs": runs,
        "areas": _areas(stored.assessment.scoring_details, report),
        "findings": {name: _findings(rows) for name, rows in once.items()},
        "advice": catalogue(),
        "pitch": pitch_of(stored, settings)
        if stored.assessment.status == Status.COMPLETED and not lead.rival
        else None,
        "bought": _bought(runs),
        "shots": _shots({a.name for a in stored.artefacts}),
        "attempts": list(zip(attempts, spans, strict=True)),
        "others": queries.others(session, assessment_id, lead.id),
        "batches": queries.batches_of(session, assessment_id),
        "review": reviews.review(session, assessment_id),
        "links": links.shares(session, assessment_id),
        "dismissals": {
            (o.check_name, o.code): o for o in reviews.dismissals(session, assessment_id)
        },
    }


def _shots(names: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return by device the file of the whole picture and that of the first screen, as far as known.

    Earlier audits have JPEGs of the whole, and a small one of the first screen.
    """
    found = {}
    for device in ("desktop", "mobile"):
        whole = next((n for n in (f"{device}.webp", f"{device}.jpg") if n in names), None)
        first = next(
            (n for n in (f"{device}-thumb.jpg", f"{device}-fold.jpg") if n in names), whole
        )
        if whole and first:
            found[device] = (whole, first)
    return found


def _areas(summary: object, report: AuditReport | None) -> list[dict[str, Any]]:
    """Return the areas with a score, in the report's order and words.

    There are none of scoring version 1's audits.
    """
    stored = get_object(summary, "areas")
    titles = {section.name: section.title for section in report.areas} if report else {}
    return [
        {
            "title": titles.get(area.value, area.label),
            "score": round(score),
            "parts": _parts(get_object(made, "parts")),
        }
        for area in Area
        if (score := get_number(made := get_object(stored, area.value), "score")) is not None
    ]


def _parts(stored: Mapping[str, Any]) -> dict[str, int]:
    """Return what an area is made of in its own order, which the database does not keep."""
    given = {name: get_number(stored, name) for name in scoring.PARTS}
    return {name: round(points) for name, points in given.items() if points is not None}


def _findings(rows: list[Any]) -> list[dict[str, Any]]:
    """Return a check's findings, worst first; what is done well goes last."""
    stored = get_objects({"findings": rows}, "findings")
    found = [{**_BLANK, **f} for f in stored if f.get("severity") in _SEVERITIES]
    return sorted(found, key=lambda f: _SEVERITIES.index(f["severity"]))


def _report(session: Session, settings: Settings, stored: AssessmentRecord) -> AuditReport:
    """Return what the report says so far, without its pictures: the page says it in its words."""
    decided = review.decided(session, stored.assessment.id)
    return audit_report(replace(stored, artefacts=[], earlier=None), settings, decided)


def _rivals(stored: AssessmentRecord, report: AuditReport | None) -> list[tuple[Any, Any]]:
    """Return [(competitor's row, the competitor as the report shows it)], in their order."""
    found = report.rivals if report else None
    shown = {site.domain: site for site in (*found.sites[1:], *found.not_measured)} if found else {}
    rows = [(each.rival, shown.get(clean(each.rival.site, 100))) for each in stored.rivals]
    return [(row, site) for row, site in rows if site is not None]


def _bought(runs: Sequence[CheckRun]) -> list[dict[str, Any]]:
    """Return the services on the website that its owner pays for, or that tell a seller more."""
    metrics = next((r.metrics for r in runs if r.name == "onpage"), None)
    tools = get_objects(metrics, "technologies")
    return [tool for tool in tools if tool.get("bought") is True or get_text(tool, "says")]


@router.post("/assessments/{assessment_id}/rerun")
def rerun(
    database: Connected,
    work: Work,
    assessment_id: Id,
    check: Annotated[list[str] | None, Form()] = None,
) -> Response:
    with database.session() as session:
        lead_id = assessments.load(session, assessment_id).lead.id
    opened, new = submit_lead(work, lead_id, check or None)
    return back_to(f"/assessments/{opened}", "submitted" if new else "joined")
