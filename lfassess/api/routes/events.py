"""A batch's changes, live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lfassess.api.dependencies import BatchId, Connected
from lfassess.api.problems import ProblemError
from lfassess.api.streams import END_ID, BatchStream, start_from, tell
from lfassess.db.commands import batches
from lfassess.db.database import Database
from lfassess.db.queries import progress

router = APIRouter(prefix="/batches", tags=["batches"])

_MAX_STREAMS: Final = 100  # streams open at the same time
_EXAMPLE: Final = (
    'event: progress\ndata: {"batch_id": 3, "leads": 20, "completed": 4, "percentage": 20}\n\n'
)


@router.get(
    "/{batch_id}/events",
    response_class=StreamingResponse,
    summary="A batch's changes, live",
    responses={
        200: {
            "description": "Events `progress`, `assessment` and, at last, `end`.",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        },
        204: {"description": "The client has had the end already, and nothing has changed."},
    },
)
async def events(
    request: Request,
    database: Connected,
    batch_id: BatchId,
    last_event_id: Annotated[str | None, Header(max_length=50)] = None,
) -> Response:
    """Tell of each change of a batch's assessments until the batch ends.

    After a break, Last-Event-ID goes on where the client was; an event may be sent twice.
    """
    ended = await run_in_threadpool(_has_ended, database, batch_id)
    if ended and last_event_id == END_ID:
        return Response(status_code=204)
    stream = BatchStream(database, batch_id, start_from(last_event_id))
    return StreamingResponse(
        _counted(request, tell(stream)),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},  # a proxy in front must not hold events back
    )


def _has_ended(database: Database, batch_id: int) -> bool:
    with database.session() as session:
        batches.get(session, batch_id)
        return progress.totals(session, batch_id).open == 0


def _counted(request: Request, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    state = request.app.state
    if state.streams >= _MAX_STREAMS:
        raise ProblemError(
            503, "too_many_streams", "Too many streams are open.", headers={"Retry-After": "10"}
        )

    async def counted() -> AsyncIterator[bytes]:
        state.streams += 1
        try:
            async for chunk in chunks:
                yield chunk
        finally:
            state.streams -= 1

    return counted()
