"""The reconciler: looks in Postgres for work that no message speaks of any more."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from lfassess.assessment.execution import completion, enqueue, provider_gateway, spool
from lfassess.assessment.execution.completion import CheckOutcome
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.recovery.operations import pause_if_failing
from lfassess.db.commands import check_runs, provider_calls, recovery
from lfassess.db.commands.check_runs import CheckResult, FanInResult
from lfassess.db.models import Outcome, Status
from lfassess.errors import WorkerLostError
from lfassess.timings import TIMINGS

logger = logging.getLogger(__name__)

MAX_RESCUES = 3


def reconcile_if_due(orchestrator: Orchestrator) -> int:
    """Reconcile, unless another worker has done so just now: many need no more than one does."""
    with orchestrator.runtime.database.autocommit() as session:
        our_turn = recovery.claim_turn(session, pause_s=TIMINGS.repair_pause)
    return reconcile(orchestrator) if our_turn else 0


def reconcile(
    orchestrator: Orchestrator, queue_length: Callable[[str], int | None] | None = None
) -> int:
    """Requeue, re-send and close what was left behind; returns how many things were done.

    One reconciler works at a time; the others return at once. What Redis stored while Postgres was
    down is written first: work that is done must not be taken for lost.
    """
    queue_length = queue_length or partial(enqueue.queue_length, app=orchestrator.runtime.broker)
    written = flush_spool(orchestrator)
    waiting = _waiting(orchestrator)
    lengths = {queue: queue_length(queue) for queue in waiting}
    empty = [queue for queue, length in lengths.items() if length == 0]
    short = [q for q, length in lengths.items() if length is not None and length < waiting[q]]
    coordinates_lost = queue_length("high_priority") == 0
    with orchestrator.runtime.database.session() as session:
        if not recovery.is_only_reconciler(session):
            return written
        lost, ended = _rescue(session)
        ended += recovery.end_overdue(session)
        provider_calls.reap(session)
        pause_if_failing(session, orchestrator.runtime.settings.pause_above)
        unsent = recovery.claim_unsent(
            session, timings=TIMINGS, short_queues=short, empty_queues=empty
        )
        unclosed = recovery.unclosed(session)
    for end in ended:
        orchestrator.advance(end)
    orchestrator.send(enqueue.check(name, lead, aid, queue) for lead, aid, name, queue in unsent)
    for assessment_id in unclosed:
        orchestrator.finalise(assessment_id)
    admitted = orchestrator.start_pending(
        resend=TIMINGS.message_grace if coordinates_lost else TIMINGS.resend
    )
    return written + lost + len(unsent) + len(unclosed) + admitted


def flush_spool(orchestrator: Orchestrator) -> int:
    """Write to Postgres what Redis stored while it was down; returns how much that was."""

    def write_end(values: dict[str, Any]) -> None:
        ended = completion.write(orchestrator.runtime.database, CheckOutcome.from_json(values))
        if ended is not None:
            orchestrator.advance(ended)

    return spool.replay_into(
        {
            "end": write_end,
            "call": partial(provider_gateway.book, orchestrator.runtime.database),
            "release": partial(completion.release, orchestrator.runtime.database),
        },
        orchestrator.runtime.broker,
    )


def _rescue(session: Session) -> tuple[int, list[FanInResult]]:
    """Put lost checks back; end those that were lost too often. Returns (lost, ended)."""
    lost = recovery.expired_leases(session)
    if lost:
        logger.warning("Requeued %s checks whose worker was lost.", len(lost))
    recovery.requeue_expired(
        session, [r.check_run_id for r in lost if r.lease_losses < MAX_RESCUES]
    )
    ends = [
        check_runs.end(
            session,
            check_run_id=run.check_run_id,
            token=run.token,
            status=Status.FAILED,
            outcome=Outcome.FAILED,
            result=CheckResult(
                error_code=WorkerLostError.code,
                error_message=f"Workers died on this check {MAX_RESCUES + 1} times.",
                fingerprint=WorkerLostError.code,
            ),
        )
        for run in lost
        if run.lease_losses >= MAX_RESCUES
    ]
    return len(lost), [end for end in ends if end is not None]


def _waiting(orchestrator: Orchestrator) -> dict[str, int]:
    with orchestrator.runtime.database.session() as session:
        return recovery.waiting(session)
