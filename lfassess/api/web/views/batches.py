"""Batches: all of them, and one with its leads."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import Id, PageNumber, Pager, Word, new_router
from lfassess.db.queries import batch, overview
from lfassess.db.queries.batch import LeadFilter
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
    status: Word = "",
    order: Word = "line",
    q: Word = "",
    page: PageNumber = 1,
) -> Response:
    selection = LeadFilter(status=status, order=order, search=q, page=page)
    with database.session() as session:
        row = overview.batch(session, batch_id)
        if row is None:
            raise NotFoundError(f"There is no batch {batch_id}.")
        total, leads = batch.leads(session, batch_id, selection, of=row.leads)
        rejects = batch.rejects(session, batch_id)
    query = {"status": status, "order": "" if order == "line" else order, "q": q, "page": page}
    values = {
        "batch": row,
        "leads": leads,
        "rejects": rejects,
        "selection": selection,
        "pager": Pager(f"/batches/{batch_id}", query, page, batch.PAGE_SIZE, total),
    }
    return render(request, "batch.html.j2", values)
