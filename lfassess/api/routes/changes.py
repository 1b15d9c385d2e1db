"""What became of leads that were audited again."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api import cursors
from lfassess.api.dependencies import MAX_BIGINT, Connected, Cursor, Limit
from lfassess.api.problems import ProblemError
from lfassess.api.schemas.common import Page
from lfassess.api.schemas.outreach import Change
from lfassess.assessment.completion import changes
from lfassess.assessment.completion.changes import Which

router = APIRouter(prefix="/leads", tags=["leads"])

_LOOKED_AT: Final = 2_000  # leads with two audits, for one page
_YEARS_S: Final = 10 * 366 * 86_400

_Batch = Annotated[int | None, Query(ge=1, le=MAX_BIGINT)]


@router.get("/changed", summary="What became of leads that were audited again")
def list_changed(
    *,
    request: Request,
    response: Response,
    database: Connected,
    since_s: Annotated[
        int | None, Query(ge=1, le=_YEARS_S, description="Audited again in so many seconds.")
    ] = None,
    before_batch: _Batch = None,
    after_batch: _Batch = None,
    only: Annotated[
        str | None,
        Query(
            max_length=100,
            pattern=r"^[a-z,]*$",
            description="Of gone, worse, back, better, changed, new (with a new finding); several "
            "with commas.",
        ),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Change]:
    """List leads whose last audit differs from the one before, by id.

    With two batches, what the later one found is held against the earlier one. A page may have
    fewer items than the limit, even none, while `next_cursor` says that there are more leads to
    look at.
    """
    if (before_batch is None) != (after_batch is None) or (before_batch and since_s):
        raise ProblemError(
            422, "invalid_comparison", "Give before_batch and after_batch, or since_s."
        )
    pair = (before_batch, after_batch) if before_batch and after_batch else None
    which = Which(since_s, pair, changes.kinds_of(only))
    found: list[dict[str, Any]] = []
    seen, last = 0, cursors.read(cursor) or 0
    with (
        database.session() as session,
        closing(changes.looked_through(session, which, after=last, most=_LOOKED_AT)) as leads,
    ):
        for lead, row in leads:
            seen, last = seen + 1, lead
            found += [row] if row is not None else []
            if len(found) == limit:
                break
    more = len(found) == limit or seen == _LOOKED_AT
    return cursors.page_of(
        request, response, [Change.model_validate(row) for row in found], last if more else None
    )
