"""Batches: submitting many leads, and how they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from lfassess.api import cursors, serializers
from lfassess.api.dependencies import (
    BatchId,
    Configured,
    Connected,
    Cursor,
    IdempotencyHeader,
    Limit,
    Work,
)
from lfassess.api.idempotency import Answer, request_hash, run_idempotent
from lfassess.api.problems import ProblemError
from lfassess.api.schemas.batches import Batch, BatchSubmitted, Rejected
from lfassess.api.schemas.common import Page
from lfassess.api.uploads import MAX_ROWS, Asked, Upload, received
from lfassess.assessment.completion.rendering import Format
from lfassess.assessment.completion.report_files import Order, zipped
from lfassess.assessment.intake.lead_import import ImportResult, import_file
from lfassess.assessment.intake.lists.rows import Reading, TooManyRowsError
from lfassess.assessment.intake.submission import submit_batch
from lfassess.assessment.orchestrator import Orchestrator, plan
from lfassess.assessment.recovery import operations
from lfassess.db.commands import batches
from lfassess.db.database import Database
from lfassess.db.queries import listing
from lfassess.db.queries.batch import reports_of
from lfassess.errors import NotFoundError, UsageError
from lfassess.settings import Settings

router = APIRouter(prefix="/batches", tags=["batches"])

_MAX_LINE: Final = 2**31 - 1  # what Postgres's integer holds
_CSV: Final = "website,name,phone\nharbour-bakery.example,Harbour Bakery,+1 415 555 0100\n"
_BODY: Final = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/NewBatch"}},
        "text/csv": {"schema": {"type": "string", "example": _CSV}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
    },
}


@router.post(
    "",
    status_code=202,
    response_model=BatchSubmitted,
    responses={
        200: {"model": BatchSubmitted, "description": "The same rows again: resumed."},
        415: {"$ref": "#/components/responses/UnsupportedMediaType"},
    },
    openapi_extra={"requestBody": _BODY},
    summary="Submit many leads",
)
async def submit(
    request: Request, work: Work, options: Asked, key: IdempotencyHeader = None
) -> JSONResponse:
    """Take leads in as JSON (10,000 at most) or CSV (100,000 rows, 32 MiB) and assess them.

    Rows that can't be used are reported with line and reason; the good ones go on. Submitting
    the same rows again resumes their batch. The query's options are for CSV; JSON brings its own.
    """
    async with received(request, options) as upload:
        hashed = request_hash(request, [upload.sha256, upload.name, upload.checks])

        def do() -> Answer:
            return _submit(work, upload, options.budget_usd)

        return await run_in_threadpool(run_idempotent, work.runtime.database, key, hashed, do)


def _submit(work: Orchestrator, upload: Upload, budget_usd: float | None) -> Answer:
    # Refuses wrong names before anything is stored.
    plan(work.runtime.settings, work.checks, upload.checks)
    imported = _import(work, upload)
    batch_id = imported.batch_id or 0
    submitted = submit_batch(
        work,
        batch_id,
        only=upload.checks,
        max_age_s=upload.max_age_s,
        budget_usd=budget_usd,
        rivals=upload.rival_count,
    )
    answer = BatchSubmitted.model_validate(
        {
            **imported.as_json(),
            "opened": submitted.opened,
            "reused": submitted.reused,
            "links": serializers.batch_links(batch_id),
        }
    )
    return 200 if imported.resumed else 202, answer.model_dump(mode="json")


def _import(work: Orchestrator, upload: Upload) -> ImportResult:
    reading = Reading.by(
        work.runtime.settings,
        column_map=upload.columns,
        encoding=upload.encoding,
        keep_duplicates=upload.keep_duplicates,
        max_rows=MAX_ROWS,
    )
    try:
        imported = import_file(
            work.runtime.database, upload.path, reading, batch_name=upload.name, create_batch=True
        )
    except TooManyRowsError as e:
        raise ProblemError(413, "too_many_rows", e.message) from e
    except UsageError as e:
        raise type(e)(e.message, hint=_by_parameters(e.hint)) from e
    return replace(imported, note=_by_parameters(imported.note))


def _by_parameters(text: str | None) -> str | None:
    """Return a text with the API's parameters where it names the command line's options."""
    if text is None:
        return None
    text = text.replace("with --encoding", "in the parameter encoding")
    return re.sub(r"--(encoding|map) ", r"\1=", text)


@router.get("", summary="List batches")
def list_batches(
    request: Request,
    response: Response,
    database: Connected,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Batch]:
    """List batches, newest first, with their leads counted."""
    before = cursors.read(cursor)
    with database.session() as session:
        rows = listing.batches(session, before=before, limit=limit + 1)
    return cursors.page(
        request, response, rows, limit, row_id=lambda r: int(r["id"]), item=serializers.batch
    )


@router.get("/{batch_id}", summary="One batch")
def get_batch(database: Connected, batch_id: BatchId) -> Batch:
    """Return a batch with its leads counted by how their assessments stand."""
    with database.session() as session:
        row = listing.batch(session, batch_id)
    if row is None:
        raise NotFoundError(f"There is no batch {batch_id}.")
    return serializers.batch(row)


@router.get("/{batch_id}/rejects", summary="Rows that could not be taken in")
def get_rejects(
    database: Connected,
    batch_id: BatchId,
    after: Annotated[int, Query(ge=0, le=_MAX_LINE, description="Go on after this line.")] = 0,
    limit: Limit = 200,
) -> list[Rejected]:
    """List the refused rows in file order, each with its line and reason."""
    with database.session() as session:
        batches.get(session, batch_id)
        rows = listing.rejects(session, batch_id, after=after, limit=limit)
    return [Rejected.model_validate(row) for row in rows]


@router.get(
    "/{batch_id}/reports",
    response_class=Response,
    summary="The reports of a batch as a zip",
    responses={
        200: {
            "description": "A file for each completed audit, named by its lead.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def reports(
    database: Connected,
    settings: Configured,
    batch_id: BatchId,
    fmt: Annotated[
        list[Format] | None, Query(alias="format", max_length=5, description="pdf without it.")
    ] = None,
) -> Response:
    """Send the reports, or teasers, of the batch's completed audits, as they are made.

    Without teasers of leads that may not be contacted.
    """
    return batch_zip(database, settings, batch_id, tuple(dict.fromkeys(fmt or ("pdf",))))


def batch_zip(
    database: Database, settings: Settings, batch_id: int, formats: tuple[Format, ...]
) -> Response:
    """Return the reports of a batch as they are made; raises NotFoundError where there is none."""
    with database.session() as session:
        batches.get(session, batch_id)
        dues = reports_of(session, batch_id)
    if not dues:
        raise NotFoundError(f"No audit of batch {batch_id} is completed yet.")
    name = f"batch-{batch_id}-{'-'.join(formats)}.zip"
    return StreamingResponse(
        zipped(settings, database, dues, Order(formats)),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/{batch_id}/cancel", summary="Give a batch up")
def cancel(work: Work, batch_id: BatchId) -> Batch:
    """End what still waits in the batch; checks under way end by themselves."""
    operations.cancel_batch(work, batch_id)
    return get_batch(work.runtime.database, batch_id)
