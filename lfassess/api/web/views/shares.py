"""Links to reports: what they show to whoever has one, and how an operator makes and ends them."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Form, Path
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Configured, Connected
from lfassess.api.security_headers import REPORT
from lfassess.api.web.rendering import problem, render
from lfassess.api.web.views.common import Id, PageNumber, Pager, Word, back_to, new_router
from lfassess.assessment.completion import sharing
from lfassess.db.commands import shares
from lfassess.db.queries import shares as links
from lfassess.errors import NotFoundError

router = new_router()

_HEADERS: Final = {
    **REPORT,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
}
_PAGE: Final = 50
_OVER: Final = "This link doesn't work any more. Please ask whoever sent it to you for a new one."

_Token = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[\w-]+$")]
_Days = Annotated[int, Form(ge=1, le=sharing.MAX_DAYS)]
_Audit = Annotated[int, Form(ge=1)]
_Kind = Annotated[shares.Kind, Form()]


@router.get("/s/{token}")
def shared(request: Request, database: Connected, settings: Configured, token: _Token) -> Response:
    """Show one report or teaser, and nothing else, to whoever has its link."""
    try:
        html = sharing.shown(database, settings, token)
    except NotFoundError:
        answer: Response = problem(request, 404, _OVER)
        answer.headers["X-Robots-Tag"] = _HEADERS["X-Robots-Tag"]
        return answer
    return Response(html, media_type="text/html", headers=_HEADERS)


@router.get("/shares")
def shares_page(
    request: Request, database: Connected, which: Word = "valid", page: PageNumber = 1
) -> Response:
    """List links of all audits, and how often each was opened."""
    valid = which != "all"
    with database.session() as session:
        total = links.count(session, valid=valid)
        found = links.shares(session, valid=valid, limit=_PAGE, offset=_PAGE * (page - 1))
    values = {
        "links": found,
        "which": "valid" if valid else "all",
        "pager": Pager("/shares", {"which": "" if valid else "all"}, page, _PAGE, total),
    }
    return render(request, "shares.html.j2", values)


@router.post("/assessments/{assessment_id}/share")
def share(
    *,
    request: Request,
    database: Connected,
    settings: Configured,
    assessment_id: Id,
    kind: _Kind = "report",
    days: _Days = 30,
) -> Response:
    """Make a link and show it: this once, as its secret is stored nowhere."""
    made = sharing.share(database, assessment_id, kind, days=days)
    link = made.url(settings, str(request.base_url))
    values = {"link": link, "kind": kind, "days": days, "assessment_id": assessment_id}
    return render(request, "shared.html.j2", values)


@router.post("/shares/{share_id}/revoke")
def revoke(
    database: Connected, share_id: Id, assessment_id: Annotated[int | None, Form(ge=1)] = None
) -> Response:
    """End a link, from its audit's page or from the list of links."""
    with database.session() as session:
        shares.revoke(session, share_id)
    return back_to(f"/assessments/{assessment_id}" if assessment_id else "/shares", "revoked")
