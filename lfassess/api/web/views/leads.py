"""The lead leads."""

from __future__ import annotations

from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected, Work
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import (
    Id,
    OptionalId,
    PageNumber,
    Pager,
    Word,
    back_to,
    new_router,
)
from lfassess.assessment.intake.submission import submit_lead
from lfassess.checks import all_checks
from lfassess.checks.base import Severity
from lfassess.db.queries import leads, opportunities
from lfassess.ranking import OUT_WORDS, Out

router = new_router()


@router.get("/leads")
def leads_page(
    request: Request, database: Connected, q: Word = "", page: PageNumber = 1
) -> Response:
    with database.session() as session:
        total, rows = leads.leads(session, q, page)
    pager = Pager("/leads", {"q": q}, page, leads.PAGE_SIZE, total)
    return render(request, "leads.html.j2", {"leads": rows, "q": q, "pager": pager})


@router.get("/leads/rank")
def rank_page(
    request: Request,
    database: Connected,
    batch: OptionalId = None,
    finding: Word = "",
    page: PageNumber = 1,
) -> Response:
    """List who to call first; the address holds the filter."""
    codes = tuple(code for code in finding.split(",") if code)
    chosen = opportunities.RankFilter(batch, codes)
    with database.session() as session:
        totals = opportunities.totals(session, chosen)
        found = opportunities.ranked(
            session, chosen, limit=leads.PAGE_SIZE, offset=leads.PAGE_SIZE * (page - 1)
        )
    query = {"batch": batch, "finding": finding}
    values = {
        "pager": Pager("/leads/rank", query, page, leads.PAGE_SIZE, totals.get(None, 0)),
        "leads": found,
        "left": {OUT_WORDS[out]: totals[out.value] for out in Out if out.value in totals},
        "kinds": _kinds(),
        "batch": batch,
        "finding": finding,
    }
    return render(request, "rank.html.j2", values)


@cache
def _kinds() -> dict[str, str]:
    """Return {code: title} of the findings that somebody can fix, in order of their titles."""
    found = {
        code: kind.title
        for check in all_checks().values()
        for code, kind in check.kinds.items()
        if kind.severity not in {Severity.INFO, Severity.PASSED}
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


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
