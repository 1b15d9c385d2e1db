"""Leads: the store, page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api import cursors
from lfassess.api.dependencies import Connected, Cursor, LeadId, Limit
from lfassess.api.schemas.common import Page
from lfassess.api.schemas.leads import Lead
from lfassess.db import listing
from lfassess.errors import NotFoundError

router = APIRouter(prefix="/leads", tags=["leads"])


@router.get("", summary="List leads")
def list_leads(
    request: Request,
    response: Response,
    database: Connected,
    *,
    search: Annotated[
        str | None,
        Query(
            max_length=200,
            pattern=r"^[^\x00]*$",
            description="Only leads that have this in name, website, phone or address.",
        ),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Lead]:
    """List leads, newest first, each with how its newest assessment stands."""
    before = cursors.read(cursor)
    with database.session() as session:
        rows = listing.leads(session, before=before, limit=limit + 1, search=search)
    return cursors.page(
        request, response, rows, limit, row_id=lambda r: int(r["id"]), item=Lead.model_validate
    )


@router.get("/{lead_id}", summary="One lead")
def get_lead(database: Connected, lead_id: LeadId) -> Lead:
    """Return a lead with how its newest assessment stands."""
    with database.session() as session:
        row = listing.lead(session, lead_id)
    if row is None:
        raise NotFoundError(f"There is no lead {lead_id}.")
    return Lead.model_validate(row)
