"""The lead leads."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected, Work
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import (
    Id,
    PageNumber,
    Pager,
    asked_of,
    back_to,
    new_router,
    tidied,
)
from lfassess.assessment.intake.submission import submit_lead
from lfassess.db.queries import leads, opportunities
from lfassess.ranking import OUT_WORDS, Out

router = new_router()


@router.get("/leads")
def leads_page(request: Request, database: Connected, page: PageNumber = 1) -> Response:
    """List the leads that the filter in the address chooses, newest first."""
    if tidy := tidied(request):
        return tidy
    asked = asked_of(request)
    with database.session() as session:
        total = 0 if asked.wrong else leads.count(session, asked.chosen)
        at = leads.PAGE_SIZE * (page - 1)
        rows = (
            leads.newest(session, asked.chosen, limit=leads.PAGE_SIZE, offset=at) if total else []
        )
    values = {
        "leads": rows,
        "asked": asked,
        "pager": Pager("/leads", asked.query, page, leads.PAGE_SIZE, total),
    }
    return render(request, "leads.html.j2", values, status=asked.status)


@router.get("/leads/rank")
def rank_page(request: Request, database: Connected, page: PageNumber = 1) -> Response:
    """List who to call first; the address holds the filter."""
    if tidy := tidied(request):
        return tidy
    asked = asked_of(request)
    totals: dict[str | None, int] = {}
    found: list[opportunities.RankedLead] = []
    if not asked.wrong:
        with database.session() as session:
            at = leads.PAGE_SIZE * (page - 1)
            found, totals = opportunities.ranked_and_totals(
                session, asked.chosen, limit=leads.PAGE_SIZE, offset=at
            )
    values = {
        "pager": Pager("/leads/rank", asked.query, page, leads.PAGE_SIZE, totals.get(None, 0)),
        "leads": found,
        "left": {OUT_WORDS[out]: totals[out.value] for out in Out if out.value in totals},
        "asked": asked,
    }
    return render(request, "rank.html.j2", values, status=asked.status)


@router.get("/leads/{lead_id}")
def lead_page(request: Request, database: Connected, lead_id: Id) -> Response:
    with database.session() as session:
        lead = leads.get(session, lead_id)
        history = leads.history(session, lead_id)
    return render(request, "lead.html.j2", {"lead": lead, "history": history})


@router.post("/leads/{lead_id}/assess")
def assess(work: Work, lead_id: Id) -> Response:
    opened, new = submit_lead(work, lead_id)
    return back_to(f"/assessments/{opened}", "submitted" if new else "joined")
