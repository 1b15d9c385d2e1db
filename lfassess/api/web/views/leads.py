"""The lead store."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected, Work
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import Id, PageNumber, Pager, Word, back_to, new_router
from lfassess.assessment.intake.submission import submit_lead
from lfassess.db import leads as store
from lfassess.db.queries import leads

router = new_router()


@router.get("/leads")
def leads_page(
    request: Request, database: Connected, q: Word = "", page: PageNumber = 1
) -> Response:
    with database.session() as session:
        total, rows = leads.leads(session, q, page)
    pager = Pager("/leads", {"q": q}, page, leads.PAGE_SIZE, total)
    return render(request, "leads.html.j2", {"leads": rows, "q": q, "pager": pager})


@router.get("/leads/{lead_id}")
def lead_page(request: Request, database: Connected, lead_id: Id) -> Response:
    with database.session() as session:
        lead = store.get(session, lead_id)
        history = store.history(session, lead_id)
    return render(request, "lead.html.j2", {"lead": lead, "history": history})


@router.post("/leads/{lead_id}/assess")
def assess(work: Work, lead_id: Id) -> Response:
    opened, new = submit_lead(work, lead_id)
    return back_to(f"/assessments/{opened}", "submitted" if new else "joined")
