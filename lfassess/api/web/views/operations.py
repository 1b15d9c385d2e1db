"""What an operator does from the pages: send again, cancel, pause, go on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Form
from starlette.responses import Response

from lfassess.api.dependencies import Connected, Work
from lfassess.api.web.views.common import Id, back_to, new_router
from lfassess.api.web.views.failures import period_of
from lfassess.assessment.recovery import operations
from lfassess.db.commands import failure_states
from lfassess.db.commands.requeue import RequeueSelection

router = new_router()

_Text = Annotated[str, Form(max_length=200)]
_State = Annotated[Literal["acknowledged", "resolved"], Form()]
_OptionalId = Annotated[int | None, Form(ge=1, le=2**63 - 1)]


@router.post("/errors/retry")
def retry(
    *,
    work: Work,
    since: _Text = "24h",
    batch: _OptionalId = None,
    lead: _OptionalId = None,
    check: _Text = "",
    code: _Text = "",
    fingerprint: _Text = "",
) -> Response:
    which = RequeueSelection(
        code=code or None,
        check=check or None,
        batch_id=batch,
        lead_id=lead,
        fingerprint=fingerprint or None,
        since=datetime.now(UTC) - period_of(since),
    )
    sent = operations.retry_failures(work, which)
    said = "retried" if sent.checks else "nothing"
    return back_to(
        "/errors", said, since=since, batch=batch, check=check, code=code, fingerprint=fingerprint
    )


@router.post("/errors/state")
def set_state(
    *,
    database: Connected,
    what: _Text,
    state: _State,
    since: _Text = "24h",
    batch: _OptionalId = None,
) -> Response:
    with database.session() as session:
        marked = failure_states.mark(session, what, state, by="pages", note=None)
    return back_to("/errors", state if marked else "unknown", since=since, batch=batch)


@router.post("/batches/{batch_id}/cancel")
def cancel(work: Work, batch_id: Id) -> Response:
    operations.cancel_batch(work, batch_id)
    return back_to(f"/batches/{batch_id}", "cancelled")


@router.post("/system/pause")
def pause(database: Connected, reason: _Text = "") -> Response:
    operations.pause(database, reason.strip() or None)
    return back_to("/system", "paused")


@router.post("/system/resume")
def resume(work: Work) -> Response:
    operations.resume(work)
    return back_to("/system", "resumed-work")
