"""One assessment: scores, findings, report, what was tried when, and the raw evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from lfassess.assessment.completion.ranking import pitch_of
from lfassess.assessment.intake.submission import submit_lead
from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.base import Area
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.db.commands import assessments
from lfassess.db.models import OPEN, CheckRun, Status
from lfassess.db.queries import assessment as queries
from lfassess.db.queries import reviews
from lfassess.db.queries import shares as links
from lfassess.findings.consolidate import consolidate
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
    once = consolidate({run.name: run.findings or [] for run in runs})
    attempts = queries.attempts(session, assessment_id)
    spans = charts.spans(attempts, datetime.now(UTC))
    return {
        "lead": lead,
        "site": stored.site,
        "assessment": stored.assessment,
        "live": stored.assessment.status in OPEN,
        "runs": runs,
        "areas": _areas(stored.assessment.scoring_details),
        "findings": {name: _findings(rows) for name, rows in once.items()},
        "advice": catalogue(),
        "insights": _insights(runs),
        "pitch": pitch_of(stored, settings)
        if stored.assessment.status == Status.COMPLETED
        else None,
        "bought": _bought(runs),
        "artefacts": {a.name: a for a in stored.artefacts},
        "attempts": list(zip(attempts, spans, strict=True)),
        "others": queries.others(session, assessment_id, lead.id),
        "batches": queries.batches_of(session, assessment_id),
        "review": reviews.review(session, assessment_id),
        "links": links.shares(session, assessment_id),
        "dismissals": {
            (o.check_name, o.code): o for o in reviews.dismissals(session, assessment_id)
        },
    }


def _areas(summary: object) -> list[dict[str, Any]]:
    """Return the areas with a score, in the report's order; none of scoring version 1's audits."""
    stored = get_object(summary, "areas")
    return [
        {"title": area.label, "score": round(score), "parts": _parts(get_object(made, "parts"))}
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


def _insights(runs: Sequence[CheckRun]) -> dict[str, Any]:
    """Return what the language model wrote, or nothing."""
    written = [r for r in runs if r.name == "llm_analysis" and r.status == Status.COMPLETED]
    return dict(get_object(written[0].metrics or {}, "insights")) if written else {}


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
