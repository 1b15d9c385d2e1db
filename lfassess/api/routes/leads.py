"""Leads: the store, page by page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api import cursors
from lfassess.api.dependencies import MAX_BIGINT, Connected, Cursor, LeadId, Limit
from lfassess.api.schemas.common import Page
from lfassess.api.schemas.leads import Lead, RankedLead
from lfassess.api.schemas.outreach import Evaluation
from lfassess.assessment.completion.ranking import evaluated
from lfassess.db.queries import listing, opportunities
from lfassess.errors import NotFoundError

FindingCode = Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z0-9-]+$")]

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


@router.get("/ranked", summary="Leads in the order in which a call is worth most")
def list_ranked(
    request: Request,
    response: Response,
    database: Connected,
    *,
    batch_id: Annotated[int | None, Query(ge=1, le=MAX_BIGINT)] = None,
    finding: Annotated[
        list[FindingCode] | None,
        Query(max_length=20, description="Only leads with all of these findings, by code."),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RankedLead]:
    """List audited leads, best opportunity first; closed and dead businesses are left out."""
    after = cursors.read(cursor) or 0
    chosen = opportunities.RankFilter(batch_id, tuple(finding or ()))
    with database.session() as session:
        found = opportunities.ranked(session, chosen, limit=limit + 1, offset=after)
    rows = [{"rank": n, **asdict(lead)} for n, lead in enumerate(found, after + 1)]
    for row in rows:
        row["opportunity"] = row.pop("score")
    return cursors.page(
        request, response, rows, limit, row_id=lambda r: r["rank"], item=RankedLead.model_validate
    )


@router.get("/ranked/evaluation", summary="Would the order have found what was won?")
def evaluate_ranking(
    database: Connected,
    *,
    column: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00]*$",
            description="The custom field that says won or lost, by its name in the list.",
        ),
    ],
    batch_id: Annotated[int | None, Query(ge=1, le=MAX_BIGINT)] = None,
) -> Evaluation:
    """Hold the ranking's order against outcomes that came back as a column of a list."""
    with database.session() as session:
        made = evaluated(session, opportunities.RankFilter(batch_id), column)
    return Evaluation.model_validate(asdict(made))


@router.get("/{lead_id}", summary="One lead")
def get_lead(database: Connected, lead_id: LeadId) -> Lead:
    """Return a lead with how its newest assessment stands."""
    with database.session() as session:
        row = listing.lead(session, lead_id)
    if row is None:
        raise NotFoundError(f"There is no lead {lead_id}.")
    return Lead.model_validate(row)
