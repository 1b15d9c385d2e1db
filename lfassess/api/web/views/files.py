"""What belongs to an assessment but is no page: report, pictures, evidence."""

from __future__ import annotations

import json
from typing import Annotated, Final

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Configured, Connected
from lfassess.api.routes.batches import batch_zip
from lfassess.api.security_headers import REPORT
from lfassess.api.web.rendering import problem
from lfassess.api.web.views.common import Id, new_router
from lfassess.assessment.completion import review
from lfassess.assessment.completion.rendering import Format, render_texts
from lfassess.clients.storage import storage_for
from lfassess.db.commands import assessments
from lfassess.db.database import Database
from lfassess.db.models import OPEN
from lfassess.db.queries import listing
from lfassess.errors import NotFoundError

router = new_router()

_Format = Annotated[Format, Query(alias="format")]

_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


@router.get("/assessments/{assessment_id}/report")
def report(
    request: Request, database: Connected, settings: Configured, assessment_id: Id
) -> Response:
    return _report(request, database, settings, assessment_id, "report.html")


@router.get("/assessments/{assessment_id}/report.json")
def report_json(
    request: Request, database: Connected, settings: Configured, assessment_id: Id
) -> Response:
    return _report(request, database, settings, assessment_id, "report.json")


def _report(
    request: Request, database: Database, settings: Configured, assessment_id: int, name_in_url: str
) -> Response:
    """Render from the rows as they are now, so that a review's outcome shows at once."""
    with database.session() as session:
        stored = assessments.load(session, assessment_id)
        decided = review.decided(session, assessment_id)
        session.expunge_all()
    if stored.assessment.status in OPEN:
        return problem(request, 409, "This assessment still runs; its report comes with its end.")
    for name, content_type, text in render_texts(stored, settings, decided):
        if name == name_in_url:
            return Response(text, media_type=content_type, headers=REPORT)
    raise NotFoundError(f"There is no {name_in_url}.")


@router.get("/batches/{batch_id}/reports.zip")
def batch_reports(
    database: Connected, settings: Configured, batch_id: Id, fmt: _Format = "pdf"
) -> Response:
    """Send the reports of a batch's completed audits as they are made."""
    return batch_zip(database, settings, batch_id, (fmt,))


@router.get("/assessments/{assessment_id}/files/{name}")
def file(database: Connected, settings: Configured, assessment_id: Id, name: str) -> Response:
    """Answer a stored picture; its name is looked up, never made into a path."""
    if "\x00" in name:  # which Postgres does not take
        raise NotFoundError("There is no such picture.")
    with database.session() as session:
        found = listing.artefact(session, assessment_id, name)
    if found is None or found.content_type not in _PICTURES:
        raise NotFoundError("There is no such picture.")
    data = storage_for(settings).get(found.uri)
    if data is None:
        raise NotFoundError("The picture is no longer stored.")
    return Response(data, media_type=found.content_type)


@router.get("/assessments/{assessment_id}/evidence/{check}.json")
def evidence(database: Connected, assessment_id: Id, check: str) -> Response:
    """Answer all that one check brought home and made of it."""
    with database.session() as session:
        runs = assessments.load(session, assessment_id).check_runs
    run = next((r for r in runs if r.name == check), None)
    if run is None:
        raise NotFoundError(f"Assessment {assessment_id} has no check {check!r}.")
    stored = {"evidence": run.evidence, "metrics": run.metrics, "findings": run.findings}
    return Response(
        json.dumps(stored, indent=2, ensure_ascii=False, default=str).encode(errors="replace"),
        media_type="application/json",
    )
