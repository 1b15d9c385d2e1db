"""Leads: the store, page by page and as files; all lists take the same filters."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api import cursors
from lfassess.api.dependencies import Configured, Connected, Cursor, LeadId, Limit
from lfassess.api.schemas.common import Page
from lfassess.api.schemas.leads import Lead, RankedLead
from lfassess.api.schemas.outreach import Evaluation
from lfassess.assessment.completion.ranking import evaluated
from lfassess.assessment.export import columns as known
from lfassess.assessment.export import filters
from lfassess.assessment.export.columns import Links
from lfassess.assessment.export.contacts import contact_of
from lfassess.assessment.export.files import MEDIA_TYPES, Export, Format, Order
from lfassess.assessment.export.filter_keys import KEYS
from lfassess.assessment.export.presets import PRESETS
from lfassess.db.queries import leads, listing, opportunities
from lfassess.db.queries.lead_filter import LeadFilter
from lfassess.errors import NotFoundError

router = APIRouter(prefix="/leads", tags=["leads"])


def _filters() -> list[dict[str, Any]]:
    """Describe the filters as parameters of a query, each of which may come several times."""
    return [
        {
            "name": key.name,
            "in": "query",
            "required": False,
            "description": f"{key.about} As in `{key.example}`.",
            "schema": {"type": "array", "items": {"type": "string", "maxLength": 2000}},
            "style": "form",
            "explode": True,
        }
        for key in KEYS.values()
    ]


FILTERED: Final = {"parameters": _filters()}
_OWN: Final = frozenset(
    {"limit", "cursor", "format", "columns", "preset", "order", "formula_safe", "column"}
)


def _chosen(request: Request) -> LeadFilter:
    """Read the filter in the query: what is no parameter of the operation itself.

    Raises:
        InvalidFilterError: it asks for something there is not.
    """
    pairs = request.query_params.multi_items()
    return filters.from_query((key, value) for key, value in pairs if key not in _OWN)


Chosen = Annotated[LeadFilter, Depends(_chosen)]


@router.get("", summary="List leads", openapi_extra=FILTERED)
def list_leads(
    request: Request,
    response: Response,
    database: Connected,
    chosen: Chosen,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Lead]:
    """List the leads that a filter chooses, newest first.

    Each comes with how its newest assessment stands, and with the score of its last completed one.
    """
    before = cursors.read(cursor)
    with database.session() as session:
        rows = leads.newest(session, chosen, before=before, limit=limit + 1)
    return cursors.page(
        request,
        response,
        rows,
        limit,
        row_id=lambda r: r.id,
        item=lambda r: Lead.model_validate(asdict(r)),
    )


@router.get(
    "/ranked", summary="Leads in the order in which a call is worth most", openapi_extra=FILTERED
)
def list_ranked(
    request: Request,
    response: Response,
    database: Connected,
    chosen: Chosen,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RankedLead]:
    """List audited leads, best opportunity first; closed and dead businesses are left out."""
    after = cursors.read(cursor) or 0
    with database.session() as session:
        found = opportunities.ranked(session, chosen, limit=limit + 1, offset=after)
    return cursors.page(
        request,
        response,
        list(enumerate(found, after + 1)),
        limit,
        row_id=lambda placed: placed[0],
        item=_ranked,
    )


def _ranked(placed: tuple[int, opportunities.RankedLead]) -> RankedLead:
    rank, lead = placed
    person = asdict(contact_of(lead.extra, lead.phone, lead.country))
    row = asdict(lead) | {"contact": {name: said or None for name, said in person.items()}}
    return RankedLead.model_validate({"rank": rank, "opportunity": row.pop("score"), **row})


@router.get(
    "/ranked/evaluation", summary="Would the order have found what was won?", openapi_extra=FILTERED
)
def evaluate_ranking(
    database: Connected,
    chosen: Chosen,
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
) -> Evaluation:
    """Hold the ranking's order against outcomes that came back as a column of a list."""
    with database.session() as session:
        made = evaluated(session, chosen, column)
    return Evaluation.model_validate(asdict(made))


@router.get(
    "/export",
    summary="Leads as a file",
    openapi_extra=FILTERED,
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file.",
            "content": {
                media_type: {"schema": {"type": "string", "format": "binary"}}
                for media_type in MEDIA_TYPES.values()
            },
        }
    },
)
def export_leads(
    request: Request,
    database: Connected,
    settings: Configured,
    chosen: Chosen,
    *,
    fmt: Annotated[Format, Query(alias="format", description="Of the file.")] = "csv",
    columns: Annotated[
        str | None,
        Query(
            max_length=4_000,
            pattern=r"^[^\x00]*$",
            description="Names of columns or groups, with commas; without: all.",
            examples=["lead,list,score,findings"],
        ),
    ] = None,
    preset: Annotated[
        Literal["hubspot", "pipedrive", "salesforce", "zoho"] | None,
        Query(description="A file as this CRM imports it."),
    ] = None,
    order: Annotated[
        Literal["rank", "list"],
        Query(description="By rank, then those without one; or as they came in."),
    ] = "rank",
    formula_safe: Annotated[
        bool | None,
        Query(description="Cells are safe in a spreadsheet; by default but for presets."),
    ] = None,
) -> StreamingResponse:
    """Write the leads that a filter chooses and that may be contacted, as they are read."""
    base = (settings.public_url or str(request.base_url)).rstrip("/")
    made = Order(
        fmt=fmt,
        columns=known.names(columns) if columns else None,
        preset=PRESETS[preset] if preset else None,
        formula_safe=formula_safe,
        by_rank=order == "rank",
        links=Links(base),
    )
    found = Export(database, chosen, made)
    name = f"leads-{preset}.{fmt}" if preset else f"leads.{fmt}"
    return StreamingResponse(
        found.written(),
        media_type=MEDIA_TYPES[fmt],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/{lead_id}", summary="One lead")
def get_lead(database: Connected, lead_id: LeadId) -> Lead:
    """Return a lead with how its newest assessment stands."""
    with database.session() as session:
        row = listing.lead(session, lead_id)
    if row is None:
        raise NotFoundError(f"There is no lead {lead_id}.")
    return Lead.model_validate(row)
