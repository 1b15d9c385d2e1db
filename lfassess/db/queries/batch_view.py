"""What a batch's screen says beside the counts: what holds it back, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.database import count_connected_workers
from lfassess.db.fragments import FOREVER_SQL
from lfassess.statuses import SkipCode


@dataclass(frozen=True, slots=True)
class Deferred:
    """Checks that wait for one reason: a rate, a quota, the budget, a breaker."""

    reason: str
    checks: int
    next_at: datetime
    for_good: bool  # until someone acts


@dataclass(frozen=True, slots=True)
class Failing:
    """A provider whose breaker is open."""

    provider: str
    error: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """A batch beside its counts."""

    name: str
    cancelled: bool  # a person gave up what still waited
    paused: str | None  # why no leads are started
    deferred: tuple[Deferred, ...]
    failing: tuple[Failing, ...]
    waiting: int  # checks of all work that could run now and wait for a worker
    running: int
    workers: int  # processes connected to Postgres
    sandbox: bool  # some of its data is emulated


_BATCH = text("""
SELECT COALESCE(max(name), '') AS name,
       COALESCE(bool_or(cancelled_at IS NOT NULL), false) AS given_up
  FROM batches WHERE id = :id
""")
_PAUSED = text("SELECT COALESCE(reason, 'by an operator') FROM control WHERE paused")
_DEFERRED = text(f"""
SELECT c.deferred_reason AS reason, count(*) AS checks, min(c.next_attempt_at) AS next_at,
       bool_and(c.next_attempt_at = {FOREVER_SQL}) AS for_good
  FROM check_runs c JOIN batch_leads b ON b.assessment_id = c.assessment_id AND b.batch_id = :id
 WHERE c.status = 'pending' AND c.deferred_reason IS NOT NULL AND c.next_attempt_at > now()
 GROUP BY c.deferred_reason ORDER BY checks DESC, reason LIMIT 5
""")  # noqa: S608 - constant text, values are bound
_FAILING = text("""
SELECT provider, last_error AS error, open_until AS until FROM provider_states
 WHERE open_until > now() ORDER BY provider
""")
_WORK = text("""
SELECT count(*) FILTER (WHERE c.status = 'in_progress') AS running,
       count(*) FILTER (WHERE c.status = 'pending' AND c.runnable_at IS NOT NULL
                          AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= now())) AS waiting
  FROM check_runs c
  JOIN assessments a ON a.id = c.assessment_id AND a.status = 'in_progress'
 WHERE c.status IN ('pending', 'in_progress')
""")
_SANDBOX = text("""
SELECT EXISTS (SELECT FROM batch_leads b JOIN assessments a ON a.id = b.assessment_id AND a.sandbox
                WHERE b.batch_id = :id)
""")


def situation(session: Session, batch_id: int) -> Situation:
    """Return what holds the batch back, beside its counts."""
    values = {"id": batch_id}
    work = session.execute(_WORK).one()
    batch = session.execute(_BATCH, values).one()
    return Situation(
        name=batch.name,
        cancelled=batch.given_up,
        paused=session.scalar(_PAUSED),
        deferred=tuple(Deferred(*row) for row in session.execute(_DEFERRED, values)),
        failing=tuple(Failing(*row) for row in session.execute(_FAILING)),
        waiting=work.waiting,
        running=work.running,
        workers=count_connected_workers(session),
        sandbox=bool(session.scalar(_SANDBOX, values)),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a batch's leads ended."""

    grades: dict[str, int]  # audits by grade; "" where there is no score
    failures: dict[str, int]  # failed checks by error code, most first
    reports: int  # audits whose report is stored
    example: int | None  # such an assessment, or another that has a report when asked for it
    to_review: int  # audits that wait for a person
    cut_short: int = 0  # audits that lack checks since they were cancelled


_GRADES = text("""
SELECT COALESCE(a.grade, '') AS grade, count(*) AS audits
  FROM batch_leads b JOIN assessments a ON a.id = b.assessment_id
 WHERE b.batch_id = :id AND a.status = 'completed' GROUP BY 1
""")
_FAILURES = text("""
SELECT COALESCE(c.error_code, 'unknown') AS code, count(*) AS checks
  FROM batch_leads b JOIN check_runs c ON c.assessment_id = b.assessment_id
 WHERE b.batch_id = :id AND c.status = 'failed' GROUP BY 1 ORDER BY checks DESC, code
""")
_CUT_SHORT = text(f"""
SELECT count(DISTINCT a.id)
  FROM batch_leads b JOIN assessments a ON a.id = b.assessment_id AND a.status = 'completed'
  JOIN check_runs c ON c.assessment_id = a.id
 WHERE b.batch_id = :id AND c.status = 'skipped' AND c.skip_code = '{SkipCode.CANCELLED}'
""")  # noqa: S608 - constant text, values are bound
_REPORTS = text("""
SELECT count(f.id) AS reports,
       COALESCE(min(f.assessment_id), min(a.id) FILTER (WHERE a.status = 'completed')) AS example
  FROM batch_leads b JOIN assessments a ON a.id = b.assessment_id
  LEFT JOIN artefacts f ON f.assessment_id = a.id AND f.name = 'report.html'
 WHERE b.batch_id = :id
""")
_TO_REVIEW = text("""
SELECT count(*) FROM batch_leads b JOIN reviews r ON r.assessment_id = b.assessment_id
 WHERE b.batch_id = :id AND r.state = 'needs_review'
""")


def outcome(session: Session, batch_id: int) -> Outcome:
    """Return how the batch's leads ended, as far as they have."""
    values = {"id": batch_id}
    reports = session.execute(_REPORTS, values).one()
    return Outcome(
        grades={row.grade: row.audits for row in session.execute(_GRADES, values)},
        failures={row.code: row.checks for row in session.execute(_FAILURES, values)},
        reports=reports.reports,
        example=reports.example,
        to_review=int(session.scalar(_TO_REVIEW, values) or 0),
        cut_short=int(session.scalar(_CUT_SHORT, values) or 0),
    )
