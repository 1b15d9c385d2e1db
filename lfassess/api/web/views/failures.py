"""Error patterns: what fails, since when, and sending it again."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected
from lfassess.api.web import charts
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import OptionalId, PageNumber, Pager, Word, new_router
from lfassess.assessment.completion.failure_export import FAILED_CHECK
from lfassess.assessment.export.tables import write_rows
from lfassess.db.commands import requeue
from lfassess.db.queries import failures
from lfassess.db.queries.failures import FailureFilter
from lfassess.errors import advice_for, cause_of

router = new_router()

_PERIODS: Final = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
_PLACES: Final = 30  # bars in the chart
_ROWS: Final = 25
_EXPORTED: Final = 100_000
_PATTERNS: Final = 15  # shown; the rest are rare ones


def period_of(since: str) -> timedelta:
    """Return how far to look back; a day where the word is unknown."""
    return _PERIODS.get(since, _PERIODS["24h"])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    since: str
    batch: int | None
    check: str
    code: str
    fingerprint: str
    page: int

    @property
    def period(self) -> timedelta:
        return period_of(self.since)

    @property
    def narrowed(self) -> bool:
        return bool(self.check or self.code or self.fingerprint)

    def which(self, start: datetime) -> FailureFilter:
        return FailureFilter(
            start, self.batch, self.check or None, self.code or None, self.fingerprint or None
        )


@router.get("/errors")
def errors_page(
    *,
    request: Request,
    database: Connected,
    since: Word = "24h",
    batch: OptionalId = None,
    check: Word = "",
    code: Word = "",
    fingerprint: Word = "",
    page: PageNumber = 1,
) -> Response:
    asked = Asked(since if since in _PERIODS else "24h", batch, check, code, fingerprint, page)
    with database.session() as session:
        values = _read(session, asked)
    return render(request, "errors.html.j2", values)


@router.get("/errors/leads.csv")
def leads_csv(
    *,
    database: Connected,
    since: Word = "24h",
    batch: OptionalId = None,
    check: Word = "",
    code: Word = "",
    fingerprint: Word = "",
) -> Response:
    """Answer the failed checks with their leads, as `lfassess errors list --csv` does."""
    which = requeue.RequeueSelection(
        code=code or None,
        check=check or None,
        batch_id=batch,
        fingerprint=fingerprint or None,
        since=datetime.now(UTC) - period_of(since),
    )
    out = io.StringIO()
    with database.session() as session:
        letters = requeue.dead_letters(session, which, limit=_EXPORTED)
    write_rows(out, FAILED_CHECK, map(asdict, letters))
    headers = {"Content-Disposition": 'attachment; filename="failed-leads.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _read(session: Session, asked: Asked) -> dict[str, Any]:
    now = datetime.now(UTC)
    start, width = now - asked.period, asked.period / _PLACES
    which = asked.which(start)
    found = failures.report(session, which, now=now)
    total, rows = failures.behind(session, which, limit=_ROWS, offset=_ROWS * (asked.page - 1))
    over_time = failures.over_time(session, which, width=width)
    return {
        "asked": asked,
        "periods": tuple(_PERIODS),
        "patterns": found.patterns[:_PATTERNS],
        "more": max(len(found.patterns) - _PATTERNS, 0),
        "shares": found.shares,
        "failure_share": found.failure_share,
        "still_failed": sum(p.still_failed for p in found.patterns),
        "chart": charts.by_code(over_time, since=start, width=width, places=_PLACES),
        "rows": rows,
        "advice_for": advice_for,
        "cause_of": cause_of,
        "pager": _pager(asked, total),
    }


def _pager(asked: Asked, total: int) -> Pager:
    query = {
        "since": asked.since,
        "batch": asked.batch,
        "check": asked.check,
        "code": asked.code,
        "fingerprint": asked.fingerprint,
        "page": asked.page,
    }
    return Pager("/errors", query, asked.page, _ROWS, total)
