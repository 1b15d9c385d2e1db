"""What became of leads that were audited again."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Connected
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import OptionalId, PageNumber, Pager, Word, new_router
from lfassess.assessment.completion import changes
from lfassess.assessment.completion.changes import Which
from lfassess.assessment.export.tables import write_rows
from lfassess.db.database import Database
from lfassess.errors import UsageError

router = new_router()

_DAY_S: Final = 86_400.0
_PERIODS: Final = {"7d": 7, "30d": 30, "90d": 90, "365d": 365, "all": None}  # days
_PAGE: Final = 50
_LOOKED_AT: Final = 2_000  # leads with two audits: as many as a second is enough for


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for."""

    since: Word = "30d"
    before: OptionalId = None
    after: OptionalId = None
    only: Word = ""

    @property
    def period(self) -> str:
        return self.since if self.since in _PERIODS else "30d"

    @property
    def query(self) -> dict[str, Any]:
        of_time = {"since": self.period} if self.batches is None else {}
        return {**of_time, "before": self.before, "after": self.after, "only": self.only}

    @property
    def batches(self) -> tuple[int, int] | None:
        if (self.before is None) != (self.after is None):
            raise UsageError("Two batches are compared: give the earlier and the later one.")
        return (self.before, self.after) if self.before and self.after else None

    def found(self, database: Database, most: int | None) -> tuple[list[dict[str, Any]], bool]:
        days = _PERIODS[self.period] if self.batches is None else None
        which = Which(days and days * _DAY_S, self.batches, changes.kinds_of(self.only))
        with database.session() as session:
            return changes.listed(session, which, most=most)


Asked = Annotated[_Asked, Depends()]


@router.get("/leads/changed")
def changed_page(
    request: Request, database: Connected, asked: Asked, page: PageNumber = 1
) -> Response:
    """List changes, what matters most first; the address holds the filter."""
    rows, whole = asked.found(database, _LOOKED_AT)
    pager = Pager("/leads/changed", asked.query, page, _PAGE, len(rows))
    csv_query = urlencode({k: v for k, v in asked.query.items() if v})
    values = {
        "rows": rows[_PAGE * (page - 1) : _PAGE * page],
        "words": {**changes.WORDS, changes.NEW: "With a new finding"},
        "incomparable": changes.INCOMPARABLE,
        "counts": {kind: sum(row["change"] == kind for row in rows) for kind in changes.WORDS},
        "asked": asked,
        "periods": {"7d": "7 days", "30d": "30 days", "90d": "90 days", "365d": "a year",
                    "all": "any time"},
        "pager": pager,
        "looked_at": None if whole else _LOOKED_AT,
        "csv": f"/leads/changed.csv?{csv_query}",
    }  # fmt: skip
    return render(request, "changed.html.j2", values)


@router.get("/leads/changed.csv")
def changed_csv(database: Connected, asked: Asked) -> Response:
    """Answer what the page lists, as `lfassess leads changed --csv` does."""
    out = io.StringIO()
    write_rows(out, changes.COLUMNS, map(changes.csv_row, asked.found(database, None)[0]))
    headers = {"Content-Disposition": 'attachment; filename="changed-leads.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
