"""The do-not-contact list."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Body, Query
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lfassess.api import cursors
from lfassess.api.dependencies import Configured, Connected, Cursor, IdempotencyHeader, Limit
from lfassess.api.idempotency import Answer, request_hash, run_idempotent
from lfassess.api.problems import ProblemError
from lfassess.api.schemas import outreach as shapes
from lfassess.api.schemas.common import Page
from lfassess.api.uploads import invalid_body
from lfassess.assessment.intake.suppression import (
    BadEntry,
    Entry,
    entries_of,
    read_entries,
    sorted_out,
    write_entries,
)
from lfassess.db.commands import suppressions as commands
from lfassess.db.database import Database
from lfassess.db.queries import suppressions
from lfassess.settings import Settings

router = APIRouter(prefix="/suppressions", tags=["suppressions"])

_CSV: Final = "domain,phone,email\nshop.example,,\n,+1 415 555 0100,\n"
_BODY: Final = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/NewSuppressions"}},
        "text/csv": {"schema": {"type": "string", "example": _CSV}},
    },
}


@router.get("", summary="The do-not-contact list")
def list_suppressions(
    *,
    request: Request,
    response: Response,
    database: Connected,
    kind: Annotated[Literal["domain", "phone", "email"] | None, Query()] = None,
    search: Annotated[
        str | None,
        Query(max_length=200, pattern=r"^[^\x00]*$", description="In the value or the note."),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[shapes.Suppressed]:
    """List entries, newest first."""
    before = cursors.read(cursor)
    with database.session() as session:
        found = suppressions.newest(
            session, kind=kind, search=search, before=before, limit=limit + 1
        )
    return cursors.page(
        request,
        response,
        found,
        limit,
        row_id=lambda entry: entry.id,
        item=lambda entry: shapes.Suppressed.model_validate(asdict(entry)),
    )


@router.get(
    "/csv",
    response_class=Response,
    summary="The do-not-contact list as CSV",
    responses={
        200: {"description": "The list.", "content": {"text/csv": {"schema": {"type": "string"}}}}
    },
)
def export_csv(database: Connected) -> Response:
    """Return all of it: value, kind, note, since. What this writes can be imported again."""
    out = io.StringIO()
    with database.session() as session:
        write_entries(out, suppressions.suppressions(session))
    headers = {"Content-Disposition": 'attachment; filename="do-not-contact.csv"'}
    return Response(out.getvalue(), media_type="text/csv", headers=headers)


@router.post(
    "",
    response_model=shapes.SuppressionsChanged,
    responses={415: {"$ref": "#/components/responses/UnsupportedMediaType"}},
    openapi_extra={"requestBody": _BODY},
    summary="Put entries on the do-not-contact list",
)
async def add(
    request: Request, database: Connected, settings: Configured, key: IdempotencyHeader = None
) -> JSONResponse:
    """Put domains, phone numbers and e-mail addresses on the list, as JSON or CSV.

    A CSV has columns domain, website, phone, email or value, or the entries in its first column.
    Leads they mean are left out of rankings, exports and teasers from now on, and imports refuse
    them. Values that mean nobody are reported; the others count.
    """
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"application/json", "text/csv"}:
        raise ProblemError(
            415, "unsupported_media_type", "Entries come as application/json or text/csv."
        )

    def answer() -> JSONResponse:
        note, entries, bad = _given(body, kind, settings)

        def do() -> Answer:
            with database.session() as session:
                changed = commands.add(session, entries, note=note)
            return 200, _answer(changed, entries, bad)

        return run_idempotent(database, key, request_hash(request, body.hex()), do)

    return await run_in_threadpool(answer)


@router.post("/remove", summary="Take entries off the do-not-contact list")
def remove(
    database: Connected, settings: Configured, body: Annotated[shapes.Named, Body()]
) -> shapes.SuppressionsChanged:
    """Take entries off the list; leads that only they meant may be contacted again."""
    entries, bad = sorted_out(entries_of(body.values, country=settings.default_country))
    return shapes.SuppressionsChanged.model_validate(_removed(database, entries, bad))


def _removed(database: Database, entries: list[Entry], bad: list[BadEntry]) -> dict[str, object]:
    with database.session() as session:
        changed = commands.remove(session, entries)
    return _answer(changed, entries, bad)


def _given(
    body: bytes, kind: str, settings: Settings
) -> tuple[str | None, list[Entry], list[BadEntry]]:
    country = settings.default_country
    if kind == "application/json":
        try:
            asked = shapes.NewSuppressions.model_validate_json(body)
        except ValidationError as e:
            raise invalid_body(e) from e
        return asked.note, *sorted_out(entries_of(asked.values, country=country))
    try:
        text = io.StringIO(body.decode("utf-8-sig"), newline="")
        return None, *sorted_out(read_entries(text, country=country))
    except (UnicodeDecodeError, csv.Error) as e:
        raise ProblemError(422, "invalid_csv", f"That is not CSV in UTF-8 ({e}).") from e


def _answer(changed: int, entries: list[Entry], bad: list[BadEntry]) -> dict[str, object]:
    return {
        "changed": changed,
        "unchanged": len(set(entries)) - changed,
        "refused": [{"line": row.line, "reason": row.reason} for row in bad],
    }
