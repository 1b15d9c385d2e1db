"""Review: the audits that a person must look at before they are sold."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import Database, PageNumber, Pager, Word, new_router
from lfassess.db.pages import reviews
from lfassess.db.session import session_scope

router = new_router()


@router.get("/review")
def review_page(
    request: Request, database_url: Database, state: Word = "needs_review", page: PageNumber = 1
) -> Response:
    state = state if state in reviews.STATES else "needs_review"
    with session_scope(database_url) as session:
        totals = reviews.totals(session)
        rows = reviews.reviews(session, state, page)
    pager = Pager("/review", {"state": state}, page, reviews.PAGE_SIZE, totals[state])
    values = {"state": state, "totals": totals, "reviews": rows, "pager": pager}
    return render(request, "review.html.j2", values)
