"""What an operator can do about running work: pause, resume, cancel, send failures again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from lfassess.assessment.completion.batch_end import finish_batches
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.db.commands import batches, pause_state, requeue, rivals
from lfassess.db.commands.pause_state import Switch
from lfassess.db.commands.requeue import RequeueSelection
from lfassess.db.database import Database
from lfassess.errors import NotFoundError

logger = logging.getLogger(__name__)

_LIMIT: Final = 100_000
_PERIOD_S: Final = 600.0  # that the failure rate is looked at over
_ENOUGH: Final = 40  # checks that must have ended before a rate says anything


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a retry has put back to work."""

    checks: int
    assessments: int


def retry_failures(
    orchestrator: Orchestrator, which: RequeueSelection, *, limit: int | None = None
) -> Replayed:
    """Send failed checks again; what the other checks of their leads brought stays."""
    with orchestrator.runtime.database.session() as session:
        replayed = Replayed(*requeue.replay(session, which, limit=limit or _LIMIT))
    orchestrator.start_pending()
    return replayed


def cancel_batch(orchestrator: Orchestrator, batch_id: int) -> int:
    """Give up what still waits in the batch, competitors too; returns how many leads that were.

    Raises:
        NotFoundError: there is no such batch.
    """
    settings = orchestrator.runtime.settings
    with orchestrator.runtime.database.session() as session:
        batches.get(session, batch_id)
        cancelled = requeue.cancel(session, batch_id=batch_id)
        rivals.ended(session, requeue.cancel_rivals(session, batch_id=batch_id))
        finish_batches(session, settings, cancelled, batch_id=batch_id)
    orchestrator.start_pending()
    return len(cancelled)


def cancel_lead(orchestrator: Orchestrator, lead_id: int) -> None:
    """Give up what still waits of the lead's open assessment, and of competitors beside it.

    Raises:
        NotFoundError: nothing of it waits.
    """
    settings = orchestrator.runtime.settings
    with orchestrator.runtime.database.session() as session:
        cancelled = requeue.cancel(session, lead_id=lead_id)
        given_up = requeue.cancel_rivals(session, lead_id=lead_id)
        rivals.ended(session, given_up)
        finish_batches(session, settings, cancelled)
    if not (cancelled or given_up):
        raise NotFoundError(f"Lead {lead_id} has no open assessment.")
    orchestrator.start_pending()


def pause(database: Database, reason: str | None = None) -> None:
    """Let no batch's lead start any more; what runs is finished, `run` still works."""
    with database.session() as session:
        pause_state.set_paused(session, paused=True, reason=reason or "by an operator")


def resume(
    orchestrator: Orchestrator, *, batch_id: int | None = None, budget_usd: float | None = None
) -> int:
    """Let leads start again, and checks go on that waited for somebody; returns how many.

    Raises:
        NotFoundError: there is no such batch.
    """
    with orchestrator.runtime.database.session() as session:
        if batch_id is not None:
            batches.get(session, batch_id)
            if budget_usd is not None:
                pause_state.set_budget(session, batch_id, budget_usd)
        pause_state.set_paused(session, paused=False)
        resumed = pause_state.resume_deferred(session, batch_id)
    orchestrator.start_pending()
    return resumed


def switch(database: Database) -> Switch:
    """Return whether new leads may start."""
    with database.session() as session:
        return pause_state.switch(session)


def pause_if_failing(session: Session, limit: float) -> None:
    """Pause when more than ``limit`` (0 to 1) of the checks of the last ten minutes failed."""
    if pause_state.switch(session).paused:
        return
    ended, failed = pause_state.recent_failures(session, period_s=_PERIOD_S)
    if ended >= _ENOUGH and failed / ended > limit:
        reason = f"{failed} of {ended} checks failed in the last {_PERIOD_S / 60:.0f} minutes"
        pause_state.set_paused(session, paused=True, reason=reason, by_rule=True)
        logger.error("No new leads are started: %s. See `lfassess errors report`.", reason)
