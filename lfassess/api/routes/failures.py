"""Errors: what fails, how often, since when; and sending it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lfassess.api import cursors
from lfassess.api.dependencies import (
    MAX_BIGINT,
    Connected,
    Cursor,
    IdempotencyHeader,
    Limit,
    Work,
)
from lfassess.api.idempotency import Answer, request_hash, run_idempotent
from lfassess.api.schemas import failures as shapes
from lfassess.api.schemas.common import Page
from lfassess.assessment.recovery import operations
from lfassess.db.commands import failure_states
from lfassess.db.commands.requeue import RequeueSelection
from lfassess.db.queries import failures, listing
from lfassess.db.queries.failures import Pattern
from lfassess.errors import NotFoundError, advice_for, cause_of

router = APIRouter(prefix="/errors", tags=["errors"])

_OptionalId = Annotated[int | None, Query(ge=1, le=MAX_BIGINT)]
_Word = Annotated[str | None, Query(max_length=100, pattern=r"^[a-z][a-z0-9_]*$")]
_YEAR_S = 366 * 86_400


@router.get("", summary="Failure patterns")
def patterns(
    database: Connected,
    *,
    since_s: Annotated[
        int, Query(ge=1, le=_YEAR_S, description="Look back so many seconds.")
    ] = 86_400,
    batch_id: _OptionalId = None,
) -> shapes.Patterns:
    """Group the failed attempts of a period by check and cause; worst first, resolved last."""
    now = datetime.now(UTC)
    which = failures.FailureFilter(now - timedelta(seconds=since_s), batch_id)
    with database.session() as session:
        found = failures.report(session, which, now=now)
    s = found.shares
    return shapes.Patterns(
        since=found.since,
        batch_id=batch_id,
        attempts=s.attempts,
        failed_attempts=s.failed_attempts,
        checks_ended=s.checks_ended,
        checks_failed=s.checks_failed,
        still_failed=s.still_failed,
        failure_share=round(found.failure_share, 4),
        patterns=[_pattern(p) for p in found.patterns],
    )


def _pattern(pattern: Pattern) -> shapes.Pattern:
    plain = {n: getattr(pattern, n) for n in Pattern.__dataclass_fields__}
    texts = {"cause": cause_of(pattern.code), "advice": advice_for(pattern.code)}
    return shapes.Pattern.model_validate({"id": pattern.id, **plain, **texts})


@router.post("/state", summary="Say what is known of a pattern")
def set_state(database: Connected, body: Annotated[shapes.StateOf, Body()]) -> shapes.Marked:
    """Mark a pattern, or all patterns of an error code, as acknowledged or resolved.

    A resolved one counts as come back when it fails again.
    """
    with database.session() as session:
        marked = failure_states.mark(session, body.what, body.state, by=body.by, note=body.note)
    if not marked:
        raise NotFoundError(f"Nothing has failed as {body.what!r}.")
    return shapes.Marked(state=body.state, patterns=marked)


@router.get("/attempts", summary="Single failures")
def attempts(
    request: Request,
    response: Response,
    database: Connected,
    *,
    code: _Word = None,
    check: _Word = None,
    batch_id: _OptionalId = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[shapes.FailedAttempt]:
    """List the attempts that failed, newest first."""
    before = cursors.read(cursor)
    with database.session() as session:
        rows = listing.failed_attempts(
            session, before=before, limit=limit + 1, code=code, check=check, batch_id=batch_id
        )
    return cursors.page(
        request,
        response,
        rows,
        limit,
        row_id=lambda r: int(r["id"]),
        item=shapes.FailedAttempt.model_validate,
    )


@router.post("/retry", response_model=shapes.Retried, summary="Send failures again")
def retry(
    request: Request,
    work: Work,
    body: Annotated[shapes.RetryWhich, Body()],
    key: IdempotencyHeader = None,
) -> JSONResponse:
    """Send the checks that failed for good again; the other checks' results stay.

    Only a lead's newest assessment is taken up again.
    """

    def do() -> Answer:
        sent = operations.retry_failures(work, RequeueSelection(**body.model_dump()))
        return 200, {"checks": sent.checks, "assessments": sent.assessments}

    return run_idempotent(work.runtime.database, key, request_hash(request, body.model_dump()), do)
