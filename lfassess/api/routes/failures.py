"""Errors: what fails, how often, since when; and sending it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lfassess.api import cursors
from lfassess.api.dependencies import (
    BIGGEST,
    Cursor,
    Database,
    IdempotencyHeader,
    Limit,
    Work,
)
from lfassess.api.idempotency import Answer, once, request_hash
from lfassess.api.schemas import failures as shapes
from lfassess.api.schemas.common import Page
from lfassess.assessment import control
from lfassess.assessment.advice import advice_for
from lfassess.db import failures, listing
from lfassess.db.failures import Pattern, Shares
from lfassess.db.replay import Which
from lfassess.db.session import session_scope

router = APIRouter(prefix="/errors", tags=["errors"])

_OptionalId = Annotated[int | None, Query(ge=1, le=BIGGEST)]
_Word = Annotated[str | None, Query(max_length=100, pattern=r"^[a-z][a-z0-9_]*$")]
_YEAR_S = 366 * 86_400


@router.get("", summary="Failure patterns")
def patterns(
    database_url: Database,
    *,
    since_s: Annotated[
        int, Query(ge=1, le=_YEAR_S, description="Look back so many seconds.")
    ] = 86_400,
    batch_id: _OptionalId = None,
) -> shapes.Patterns:
    """Group the failed attempts of a period by check, provider, code and kind; worst first."""
    now = datetime.now(UTC)
    since = now - timedelta(seconds=since_s)
    with session_scope(database_url) as session:
        found = failures.patterns(
            session, since=since, middle=since + (now - since) / 2, batch_id=batch_id
        )
        shares = failures.shares(session, since=since, batch_id=batch_id)
    ended = shares.checks_ended
    return shapes.Patterns(
        since=since,
        batch_id=batch_id,
        attempts=shares.attempts,
        failed_attempts=shares.failed_attempts,
        checks_ended=ended,
        checks_failed=shares.checks_failed,
        failure_share=round(shares.checks_failed / ended, 4) if ended else 0.0,
        patterns=[_pattern(p, shares) for p in found],
    )


def _pattern(pattern: Pattern, shares: Shares) -> shapes.Pattern:
    plain = {n: getattr(pattern, n) for n in Pattern.__dataclass_fields__}
    return shapes.Pattern.model_validate(
        {
            **plain,
            "code": pattern.code or "unknown",
            "share": round(pattern.attempts / shares.attempts, 4) if shares.attempts else 0.0,
            "trend": pattern.trend,
            "advice": advice_for(pattern.code),
        }
    )


@router.get("/attempts", summary="Single failures")
def attempts(
    request: Request,
    response: Response,
    database_url: Database,
    *,
    code: _Word = None,
    check: _Word = None,
    batch_id: _OptionalId = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[shapes.FailedAttempt]:
    """List the attempts that failed, newest first."""
    before = cursors.read(cursor)
    with session_scope(database_url) as session:
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
        sent = control.retry_failures(work, Which(**body.model_dump()))
        return 200, {"checks": sent.checks, "assessments": sent.assessments}

    return once(work.database_url, key, request_hash(request, body.model_dump()), do)
