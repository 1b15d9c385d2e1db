"""Review: the audits that a person must look at before they are sold."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Configured, Connected
from lfassess.api.web.rendering import problem, render
from lfassess.api.web.views.common import (
    Id,
    PageNumber,
    Pager,
    Word,
    back_to,
    new_router,
)
from lfassess.assessment.completion import review
from lfassess.assessment.completion.ranking import pitch_of
from lfassess.assessment.completion.rendering import audit_report
from lfassess.db.commands import assessments
from lfassess.db.models import Status
from lfassess.db.queries import reviews
from lfassess.db.queries import reviews as queries
from lfassess.report.review import seen

router = new_router()

_Name = Annotated[str, Form(min_length=1, max_length=80, pattern=r"^[^\x00]*\S[^\x00]*$")]
_Note = Annotated[str, Form(max_length=2_000, pattern=r"^[^\x00]*$")]


@router.get("/review")
def review_page(
    request: Request, database: Connected, state: Word = "needs_review", page: PageNumber = 1
) -> Response:
    state = state if state in queries.STATES else "needs_review"
    with database.session() as session:
        totals = queries.totals(session)
        rows = queries.reviews(session, state, page)
    pager = Pager("/review", {"state": state}, page, queries.PAGE_SIZE, totals[state])
    values = {"state": state, "totals": totals, "reviews": rows, "pager": pager}
    return render(request, "review.html.j2", values)


@router.get("/review/{assessment_id}")
def audit(
    request: Request, database: Connected, settings: Configured, assessment_id: Id
) -> Response:
    """Show one audit to whoever decides about it: pictures, reasons and findings, as reported."""
    with database.session() as session:
        stored = assessments.load(session, assessment_id)
        decided = review.decided(session, assessment_id)
        found = reviews.review(session, assessment_id)
        dismissals = reviews.dismissals(session, assessment_id)
        waiting = queries.totals(session)["needs_review"]
        following = queries.next_to_review(session, assessment_id)
        session.expunge_all()
    if found is None:
        return problem(request, 409, "This audit has not ended; its review comes with its end.")
    values = {
        "assessment": stored.assessment,
        "review": found,
        "report": audit_report(stored, settings, decided),
        "dismissals": dismissals,
        "seen": seen(stored.check_runs),
        "pitch": pitch_of(stored, settings)
        if stored.assessment.status == Status.COMPLETED
        else None,
        "waiting": waiting,
        "following": following,
    }
    return render(request, "triage.html.j2", values)


@router.post("/assessments/{assessment_id}/approve")
def approve(database: Connected, assessment_id: Id, by: _Name, note: _Note = "") -> Response:
    """Approve, and lead on to the next audit that waits."""
    review.approve(database, assessment_id, by=by.strip(), note=note.strip() or None)
    with database.session() as session:
        following = queries.next_to_review(session, assessment_id)
    return back_to(f"/review/{following}" if following else "/review", "approved")


@router.post("/assessments/{assessment_id}/issue")
def issue(database: Connected, assessment_id: Id) -> Response:
    review.issue(database, assessment_id)
    return back_to(f"/review/{assessment_id}", "issued")


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
    return back_to(f"/review/{assessment_id}", "dismissed")
