"""What the reconciler asks Postgres: who was lost, what was not sent, what is not closed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.commands import check_runs
from lfassess.db.commands.check_runs import CheckResult, FanInResult
from lfassess.db.database import ConnectionLike
from lfassess.db.models import Outcome, Status
from lfassess.errors import DeadlineExceededError
from lfassess.timings import TIMINGS, Timings

# Any number will do as long as it is ours; one reconciler at a time is enough.
_LOCK = 0x1F_2EC0


def is_only_reconciler(session: Session) -> bool:
    """Take the reconciler's lock for this transaction; False when another one holds it."""
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}))


_TURN = text("""
INSERT INTO control (id, reconciled_at) VALUES (1, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET reconciled_at = excluded.reconciled_at
 WHERE control.reconciled_at IS NULL
    OR control.reconciled_at < clock_timestamp() - make_interval(secs => :pause)
RETURNING id
""")


def claim_turn(session: ConnectionLike, *, pause_s: float) -> bool:
    """Return whether nobody has repaired anything for ``pause_s`` seconds; then it is our turn."""
    return session.execute(_TURN, {"pause": pause_s}).one_or_none() is not None


@dataclass(frozen=True, slots=True)
class ExpiredLease:
    """A check run whose lease has run out."""

    check_run_id: int
    name: str
    token: UUID
    lease_losses: int


# While Postgres was down nobody could extend a lease.
_EXPIRED_LEASES = text("""
SELECT id, name, lease_token, lease_losses FROM check_runs
 WHERE status = 'in_progress' AND lease_expires_at < clock_timestamp()
   AND pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => :grace)
 ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED
""")

# The token stays: a result that comes late is welcome while nobody else has claimed the row.
_RESCUE = text("""
WITH back AS (
    UPDATE check_runs SET status = 'pending', lease_losses = lease_losses + 1, sent_at = NULL,
           next_attempt_at = NULL, lease_worker_id = NULL, lease_expires_at = NULL
     WHERE id = ANY(:ids) RETURNING id, attempt_count
)
UPDATE attempts t SET outcome = 'lost', finished_at = clock_timestamp(),
       error_code = 'worker_lost', error_message = 'Its worker died or stalled.',
       fingerprint = 'worker_lost'
  FROM back WHERE t.check_run_id = back.id AND t.number = back.attempt_count
""")


def expired_leases(session: Session) -> list[ExpiredLease]:
    """Lock and return the check runs whose lease has run out."""
    return [
        ExpiredLease(*row)
        for row in session.execute(_EXPIRED_LEASES, {"grace": TIMINGS.restart_grace})
    ]


def requeue_expired(session: Session, check_run_ids: list[int]) -> None:
    """Put lost check runs back to pending, to be sent at once."""
    if check_run_ids:
        session.execute(_RESCUE, {"ids": check_run_ids})


_UNSENT = text("""
WITH due AS (
    SELECT c.id FROM check_runs c JOIN assessments a ON a.id = c.assessment_id
     WHERE c.status = 'pending' AND c.runnable_at IS NOT NULL AND a.status = 'in_progress'
       AND (c.next_attempt_at IS NULL OR c.next_attempt_at
                < clock_timestamp() - make_interval(secs => :retry_grace)
            OR (c.sent_at IS NULL AND c.next_attempt_at <= clock_timestamp()))
       AND (c.sent_at IS NULL
            OR (c.queue = ANY(:short_queues)
                AND c.sent_at < clock_timestamp() - make_interval(secs => :resend))
            OR (c.queue = ANY(:empty_queues)
                AND GREATEST(c.sent_at, c.next_attempt_at)
                    < clock_timestamp() - make_interval(secs => :message_grace)))
     ORDER BY c.id LIMIT 1000 FOR UPDATE OF c SKIP LOCKED
)
UPDATE check_runs c SET sent_at = clock_timestamp() FROM due WHERE c.id = due.id
RETURNING c.lead_id, c.assessment_id, c.name, c.queue
""")


def claim_unsent(
    session: Session, *, timings: Timings, short_queues: list[str], empty_queues: list[str]
) -> list[tuple[int, int, str, str]]:
    """Mark as sent, and return, the check runs whose message is missing.

    Never sent; or sent ``timings.resend`` seconds ago while their queue holds fewer messages than
    checks wait for it; or unclaimed while their queue is empty (a flush, a lost worker). Returns
    [(lead id, assessment id, check, queue)].
    """
    rows = session.execute(
        _UNSENT,
        {
            "resend": timings.resend,
            "retry_grace": timings.retry_grace,
            "message_grace": timings.message_grace,
            "short_queues": short_queues,
            "empty_queues": empty_queues,
        },
    )
    return [(row.lead_id, row.assessment_id, row.name, row.queue) for row in rows]


_WAITING = text("""
SELECT c.queue, count(*) AS checks
  FROM check_runs c JOIN assessments a ON a.id = c.assessment_id
 WHERE c.status = 'pending' AND c.runnable_at IS NOT NULL AND a.status = 'in_progress'
   AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= clock_timestamp())
 GROUP BY c.queue
""")


def waiting(session: Session) -> dict[str, int]:
    """Return how many checks of assessments in progress wait, by queue."""
    return {row.queue: row.checks for row in session.execute(_WAITING)}


_UNCLOSED = text("""
SELECT id FROM assessments
 WHERE status = 'in_progress' AND open_checks = 0
   AND NOT EXISTS (SELECT FROM check_runs c WHERE c.assessment_id = assessments.id
                      AND c.finished_at
                          > clock_timestamp() - make_interval(secs => :close_grace))
 ORDER BY id LIMIT 100
""")


def unclosed(session: Session) -> list[int]:
    """Return assessments whose checks have all ended, but which nobody has closed."""
    return list(session.scalars(_UNCLOSED, {"close_grace": TIMINGS.close_grace}))


# Running checks are left to their own time limits; what still waits has waited long enough.
_OVERDUE = text("""
SELECT c.id, c.lease_token FROM check_runs c JOIN assessments a ON a.id = c.assessment_id
 WHERE a.status = 'in_progress' AND a.deadline_at < clock_timestamp()
   AND c.status = 'pending' AND c.runnable_at IS NOT NULL
 ORDER BY c.id LIMIT 200 FOR UPDATE OF c SKIP LOCKED
""")


_TAKE_OVERDUE = text("""
WITH taken AS (
    UPDATE check_runs SET lease_token = :token, attempt_count = GREATEST(attempt_count, 1)
     WHERE id = :id
    RETURNING id, attempt_count
)
INSERT INTO attempts (check_run_id, number, worker, outcome)
SELECT id, attempt_count, '', 'running' FROM taken
    ON CONFLICT (check_run_id, number) DO NOTHING
""")


def end_overdue(session: Session) -> list[FanInResult]:
    """End the waiting checks of assessments whose deadline has passed.

    One that nothing was ever tried of gets an attempt, so that failures are counted by attempts.
    """
    ends = []
    for row in session.execute(_OVERDUE).all():
        token = uuid4()
        session.execute(_TAKE_OVERDUE, {"token": token, "id": row.id})
        ends.append(
            check_runs.end(
                session,
                check_run_id=row.id,
                token=token,
                status=Status.FAILED,
                outcome=Outcome.FAILED,
                result=CheckResult(
                    error_code=DeadlineExceededError.code,
                    error_message="The lead's deadline passed while this check was waiting.",
                    fingerprint=DeadlineExceededError.code,
                ),
            )
        )
    return [end for end in ends if end is not None]
