"""Batches: all of them, and one with its leads."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import Id, PageNumber, Pager, Word, asked_of, new_router, tidied
from lfassess.db.queries import batch, overview
from lfassess.errors import NotFoundError

router = new_router()

_BATCHES: Final = 30  # on one page


@router.get("/batches")
def batches_page(request: Request, database: Connected, page: PageNumber = 1) -> Response:
    with database.session() as session:
        rows = overview.batches(session, limit=_BATCHES, offset=_BATCHES * (page - 1))
        total = overview.batch_count(session)
    values = {
        "batches": rows,
        "live": any(row.live for row in rows),
        "pager": Pager("/batches", {}, page, _BATCHES, total),
    }
    return render(request, "batches.html.j2", values)


@router.get("/batches/{batch_id}")
def batch_page(
    *,
    request: Request,
    database: Connected,
    batch_id: Id,
    order: Word = "line",
    page: PageNumber = 1,
) -> Response:
    """Show a batch and those of its leads that the filter in the address chooses."""
    if tidy := tidied(request):
        return tidy
    asked = asked_of(request, "order")
    selection = batch.Selection(asked.chosen, order, page)
    with database.session() as session:
        row = overview.batch(session, batch_id)
        if row is None:
            raise NotFoundError(f"There is no batch {batch_id}.")
        total, leads = (
            (0, []) if asked.wrong else batch.leads(session, batch_id, selection, of=row.leads)
        )
        rejects = batch.rejects(session, batch_id)
    query = [*asked.query, ("order", "" if order == "line" else order)]
    values = {
        "batch": row,
        "leads": leads,
        "rejects": rejects,
        "asked": asked,
        "order": order,
        "pager": Pager(f"/batches/{batch_id}", query, page, batch.PAGE_SIZE, total),
    }
    return render(request, "batch.html.j2", values, status=asked.status)
