"""The overview: what runs, what ended, what needs somebody."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected
from lfassess.api.web import charts
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import new_router
from lfassess.db.queries import overview, system

router = new_router()

_BATCHES: Final = 8


@router.get("/")
def overview_page(request: Request, database: Connected) -> Response:
    with database.session() as session:
        values = _read(session)
    return render(request, "overview.html.j2", values)


def _read(session: Session) -> dict[str, Any]:
    hours = overview.hours(session)
    counts, batches = overview.everything(session, newest=_BATCHES)
    return {
        "counts": counts,
        "batches": batches,
        "chart": charts.stacked([h["hour"] for h in hours], hours, ("completed", "failed")),
        "latest": overview.latest(session, running=6, ended=10),
        "today": overview.today(session),
        "pause": system.pause(session),
        "deferred": system.deferred(session),
        "live": counts.pending + counts.in_progress > 0,
    }
