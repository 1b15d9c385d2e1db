"""The reconciler: looks in Postgres for work that no message speaks of any more."""

from __future__ import annotations

import logging
from collections.abc import Callable

from lfassess.assessment import enqueue
from lfassess.assessment.orchestrator import RESEND_S, Orchestrator
from lfassess.db import check_runs, recovery
from lfassess.db.check_runs import Ended
from lfassess.db.session import session_scope
from lfassess.errors import WorkerLostError
from lfassess.models import Outcome, Status

logger = logging.getLogger(__name__)

MAX_RESCUES = 3
_PATIENCE_S = 4.0  # how long a message may be unseen while its queue is empty


def reconcile(
    orchestrator: Orchestrator, queue_length: Callable[[str], int | None] = enqueue.queue_length
) -> int:
    """Rescue, re-send and close what was left behind; returns how many things were done.

    One reconciler works at a time; the others return at once.
    """
    waiting = _waiting(orchestrator)
    lengths = {queue: queue_length(queue) for queue in waiting}
    empty = [queue for queue, length in lengths.items() if length == 0]
    short = [q for q, length in lengths.items() if length is not None and length < waiting[q]]
    coordinates_lost = queue_length("high_priority") == 0
    ended: list[Ended] = []
    with session_scope(orchestrator.database_url) as session:
        if not recovery.is_only_reconciler(session):
            return 0
        lost = recovery.lost_runs(session)
        hopeless = [run for run in lost if run.rescues >= MAX_RESCUES]
        recovery.rescue(session, [r.check_run_id for r in lost if r.rescues < MAX_RESCUES])
        for run in hopeless:
            end = check_runs.end(
                session,
                check_run_id=run.check_run_id,
                token=run.token,
                status=Status.FAILED.value,
                outcome=Outcome.LOST.value,
                error_code=WorkerLostError.code,
                error_message=f"Workers died on this check {MAX_RESCUES + 1} times.",
                fingerprint=WorkerLostError.code,
            )
            if end is not None:
                ended.append(end)
        unsent = recovery.unsent(session, resend=RESEND_S, short_queues=short, empty_queues=empty)
        unclosed = recovery.unclosed(session)
    if lost:
        logger.warning("Rescued %s checks whose worker was lost.", len(lost))
    for end in ended:
        orchestrator.advance(end)
    orchestrator.send(enqueue.check(name, lead, aid, queue) for lead, aid, name, queue in unsent)
    for assessment_id in unclosed:
        orchestrator.finalise(assessment_id)
    admitted = orchestrator.admit(resend=_PATIENCE_S if coordinates_lost else RESEND_S)
    return len(lost) + len(unsent) + len(unclosed) + admitted


def _waiting(orchestrator: Orchestrator) -> dict[str, int]:
    with session_scope(orchestrator.database_url) as session:
        return recovery.waiting(session)
