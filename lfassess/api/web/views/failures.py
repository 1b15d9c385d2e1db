"""Error patterns: what fails, since when, and sending it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.web import charts
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import (
    Database,
    OptionalId,
    PageNumber,
    Pager,
    Word,
    new_router,
)
from lfassess.assessment.advice import advice_for
from lfassess.db import failures
from lfassess.db.failures import Pattern
from lfassess.db.pages import failures as queries
from lfassess.db.pages.failures import Which
from lfassess.db.session import session_scope

router = new_router()

_PERIODS: Final = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
_PLACES: Final = 30  # bars in the chart
_ROWS: Final = 25
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

    def which(self, start: datetime) -> Which:
        return Which(
            start, self.batch, self.check or None, self.code or None, self.fingerprint or None
        )


@router.get("/errors")
def errors_page(
    *,
    request: Request,
    database_url: Database,
    since: Word = "24h",
    batch: OptionalId = None,
    check: Word = "",
    code: Word = "",
    fingerprint: Word = "",
    page: PageNumber = 1,
) -> Response:
    asked = Asked(since if since in _PERIODS else "24h", batch, check, code, fingerprint, page)
    with session_scope(database_url) as session:
        values = _read(session, asked)
    return render(request, "errors.html.j2", values)


def _read(session: Session, asked: Asked) -> dict[str, Any]:
    now = datetime.now(UTC)
    start, width = now - asked.period, asked.period / _PLACES
    which = asked.which(start)
    patterns = failures.patterns(
        session, since=start, middle=now - asked.period / 2, batch_id=asked.batch
    )
    total, rows = queries.behind(session, which, limit=_ROWS, offset=_ROWS * (asked.page - 1))
    over_time = queries.over_time(session, which, width=width)
    return {
        "asked": asked,
        "periods": tuple(_PERIODS),
        "patterns": (fitting := [p for p in patterns if _fits(p, asked)])[:_PATTERNS],
        "more": max(len(fitting) - _PATTERNS, 0),
        "shares": queries.shares(session, since=start, batch_id=asked.batch),
        "chart": charts.by_code(over_time, since=start, width=width, places=_PLACES),
        "rows": rows,
        "advice_for": advice_for,
        "pager": _pager(asked, total),
    }


def _fits(pattern: Pattern, asked: Asked) -> bool:
    return (
        asked.check in {"", pattern.check}
        and asked.code in {"", pattern.code}
        and asked.fingerprint in {"", pattern.fingerprint}
    )


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
