"""Assessments: asking for one, and how it stands."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lfassess.api import cursors, serializers
from lfassess.api.dependencies import (
    MAX_BIGINT,
    AssessmentId,
    Connected,
    Cursor,
    IdempotencyHeader,
    Limit,
    Work,
)
from lfassess.api.idempotency import Answer, request_hash, run_idempotent
from lfassess.api.problems import ProblemError
from lfassess.api.schemas import assessments as shapes
from lfassess.api.schemas.common import Page
from lfassess.assessment.intake.lead_import import upsert_lead
from lfassess.assessment.intake.normalise import InvalidValueError, given_website, names_scheme
from lfassess.assessment.intake.rivals import given
from lfassess.assessment.intake.submission import Rivals, submit_lead
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.recovery import operations
from lfassess.db.commands import assessments
from lfassess.db.queries import listing, progress, reviews
from lfassess.errors import NotFoundError, UsageError
from lfassess.settings import Settings

router = APIRouter(prefix="/assessments", tags=["assessments"])

_OptionalId = Annotated[int | None, Query(ge=1, le=MAX_BIGINT)]


@router.post(
    "",
    status_code=202,
    response_model=shapes.Submitted,
    responses={200: {"model": shapes.Submitted, "description": "It was under way already."}},
    summary="Assess a lead or a website",
)
def submit(
    request: Request,
    work: Work,
    body: Annotated[shapes.AssessLead | shapes.AssessWebsite, Body()],
    key: IdempotencyHeader = None,
) -> JSONResponse:
    """Start an assessment, ahead of any batch; one that is under way is joined."""

    def do() -> Answer:
        named = tuple(given(body.rivals, work.runtime.settings))
        beside = Rivals(max(body.rival_count, len(named)), named)
        lead_id = body.lead_id if isinstance(body, shapes.AssessLead) else _lead_for(work, body)
        assessment_id, new = submit_lead(work, lead_id, body.checks, rivals=beside)
        return 202 if new else 200, _submitted(work, assessment_id, new=new)

    return run_idempotent(work.runtime.database, key, request_hash(request, body.model_dump()), do)


def _lead_for(work: Orchestrator, body: shapes.AssessWebsite) -> int:
    said = {"name": body.name, "phone": body.phone, "address": body.address}
    said |= {"country": body.country, "industry": body.industry}
    values = {k: v for k, v in said.items() if v}
    values["website"] = _website(body.url, work.runtime.settings)
    country = work.runtime.settings.default_country
    bare = not names_scheme(body.url)
    return upsert_lead(work.runtime.database, values, default_country=country, bare=bare)[0]


def _website(url: str, settings: Settings) -> str:
    try:
        website = given_website(url, settings)
    except InvalidValueError as e:
        raise UsageError(f"The url can't be assessed: {e}.") from e
    if website is None:
        raise UsageError("The url is not a website.")
    return website


def _submitted(work: Orchestrator, assessment_id: int, *, new: bool) -> dict[str, Any]:
    with work.runtime.database.session() as session:
        state = progress.assessment_state(session, assessment_id)
    if state is None:
        raise NotFoundError(f"Assessment {assessment_id} has just been deleted.")
    return shapes.Submitted.model_validate(
        {
            "assessment_id": assessment_id,
            "lead_id": state.lead_id,
            "status": state.status,
            "new": new,
            "links": serializers.assessment_links(assessment_id),
        }
    ).model_dump(mode="json")


@router.get("", summary="List assessments")
def list_assessments(
    request: Request,
    response: Response,
    database: Connected,
    *,
    status: Annotated[shapes.AssessmentStatus | None, Query()] = None,
    lead_id: _OptionalId = None,
    batch_id: _OptionalId = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[shapes.AssessmentListed]:
    """List assessments, newest first."""
    before = cursors.read(cursor)
    with database.session() as session:
        rows = listing.assessments(
            session,
            before=before,
            limit=limit + 1,
            status=status,
            lead_id=lead_id,
            batch_id=batch_id,
        )
    return cursors.page(
        request, response, rows, limit, row_id=lambda r: int(r["id"]), item=serializers.listed
    )


@router.get("/{assessment_id}", summary="One assessment with its results")
def get_assessment(database: Connected, assessment_id: AssessmentId) -> shapes.Assessment:
    """Return scores, findings, metrics, costs and failures as they stand."""
    with database.session() as session:
        stored = assessments.load(session, assessment_id)
        return serializers.assessment(stored, reviews.review(session, assessment_id))


@router.get("/{assessment_id}/status", summary="How far an assessment is")
def get_status(database: Connected, assessment_id: AssessmentId) -> shapes.AssessmentProgress:
    """Return status, percentage and the state of each check."""
    with database.session() as session:
        state = progress.assessment_state(session, assessment_id)
    if state is None:
        raise NotFoundError(f"There is no assessment {assessment_id}.")
    return serializers.progress(state)


@router.post(
    "/{assessment_id}/cancel",
    summary="Give an assessment up",
    responses={409: {"$ref": "#/components/responses/Conflict"}},
)
def cancel(work: Work, assessment_id: AssessmentId) -> shapes.AssessmentProgress:
    """End what still waits of an open assessment; checks under way end by themselves."""
    with work.runtime.database.session() as session:
        state = progress.assessment_state(session, assessment_id)
        if state is None:
            raise NotFoundError(f"There is no assessment {assessment_id}.")
        open_id = assessments.open_assessment_of(session, state.lead_id)
    if open_id != assessment_id:
        raise ProblemError(409, "assessment_ended", "The assessment has ended.")
    operations.cancel_lead(work, state.lead_id)
    return get_status(work.runtime.database, assessment_id)
