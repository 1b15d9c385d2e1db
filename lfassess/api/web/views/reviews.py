"""Review: the audits that a person must look at before they are sold."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import Id, PageNumber, Pager, Word, back_to, new_router
from lfassess.assessment.completion import review
from lfassess.db.queries import reviews

router = new_router()

_Name = Annotated[str, Form(min_length=1, max_length=80, pattern=r"^[^\x00]*\S[^\x00]*$")]
_Note = Annotated[str, Form(max_length=2_000, pattern=r"^[^\x00]*$")]


@router.get("/review")
def review_page(
    request: Request, database: Connected, state: Word = "needs_review", page: PageNumber = 1
) -> Response:
    state = state if state in reviews.STATES else "needs_review"
    with database.session() as session:
        totals = reviews.totals(session)
        rows = reviews.reviews(session, state, page)
    pager = Pager("/review", {"state": state}, page, reviews.PAGE_SIZE, totals[state])
    values = {"state": state, "totals": totals, "reviews": rows, "pager": pager}
    return render(request, "review.html.j2", values)


@router.post("/assessments/{assessment_id}/approve")
def approve(database: Connected, assessment_id: Id, by: _Name, note: _Note = "") -> Response:
    """Approve, and lead on to the next audit that waits."""
    review.approve(database, assessment_id, by=by.strip(), note=note.strip() or None)
    with database.session() as session:
        following = reviews.next_to_review(session, assessment_id)
    return back_to(f"/assessments/{following}" if following else "/review", "approved")


@router.post("/assessments/{assessment_id}/issue")
def issue(database: Connected, assessment_id: Id) -> Response:
    review.issue(database, assessment_id)
    return back_to(f"/assessments/{assessment_id}", "issued")


@router.post("/assessments/{assessment_id}/dismiss")
def dismiss(
    *,
    database: Connected,
    assessment_id: Id,
    check: Annotated[str, Form(max_length=80)],
    code: Annotated[str, Form(max_length=200)],
    by: _Name,
    note: _Note,
) -> Response:
    review.dismiss(database, assessment_id, check, code, note=note, by=by.strip())
    return back_to(f"/assessments/{assessment_id}", "dismissed")
