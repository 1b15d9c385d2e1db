"""What Prometheus reads, counted in Postgres: the same figures from every process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import NOT_OF_A_RIVAL
from lfassess.db.queries.calls import Calls, counted

# Seconds: checks end within minutes, whole assessments within their deadline.
BOUNDS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)

_QUEUES = text("""
SELECT c.queue,
       count(*) FILTER (WHERE c.status = 'pending' AND c.runnable_at IS NOT NULL
                          AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= now())) AS waiting,
       count(*) FILTER (WHERE c.status = 'in_progress') AS in_flight,
       count(*) FILTER (WHERE c.status = 'pending' AND c.next_attempt_at > now()) AS deferred,
       COALESCE(extract(epoch FROM now()
           - min(GREATEST(c.runnable_at, c.next_attempt_at, a.started_at))
           FILTER (WHERE c.status = 'pending' AND c.runnable_at IS NOT NULL
                     AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= now()))), 0)::float8
           AS oldest_s
  FROM assessments a JOIN check_runs c ON c.assessment_id = a.id
 WHERE a.status = 'in_progress' AND c.status IN ('pending', 'in_progress') GROUP BY c.queue
""")

_ASSESSMENTS = text("""
SELECT shown_status AS status, count(*) AS n FROM assessments WHERE NOT rival GROUP BY 1
""")

# The second condition is the index's, where they stand in the order they came.
_OLDEST_LEAD = text("""
SELECT extract(epoch FROM now() - created_at)::float8 FROM assessments
 WHERE status = 'pending' AND status <> 'completed' AND NOT rival ORDER BY id LIMIT 1
""")

_ATTEMPTS = text(f"""
SELECT c.name AS check, t.outcome, COALESCE(t.error_code, '') AS code,
       width_bucket(extract(epoch FROM t.finished_at - t.started_at)::float8,
                    CAST(:bounds AS float8[])) AS bucket,
       count(*) AS n,
       COALESCE(sum(extract(epoch FROM t.finished_at - t.started_at)), 0)::float8 AS seconds
  FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
 WHERE t.finished_at IS NOT NULL AND {NOT_OF_A_RIVAL}
 GROUP BY 1, 2, 3, 4
""")  # noqa: S608 - constant text, values are bound

_DURATIONS = text("""
SELECT width_bucket(extract(epoch FROM finished_at - started_at)::float8,
                    CAST(:bounds AS float8[])) AS bucket,
       count(*) AS n,
       COALESCE(sum(extract(epoch FROM finished_at - started_at)), 0)::float8 AS seconds
  FROM assessments WHERE finished_at IS NOT NULL AND started_at IS NOT NULL AND NOT rival
 GROUP BY 1
""")

_STATES = text("""
SELECT provider, day, day_calls, balance_units,
       COALESCE(open_until > now(), false) AS breaker_open
  FROM provider_states
""")

_OTHER = text("""
SELECT (SELECT paused FROM control) AS paused,
       (SELECT count(*) FROM webhook_deliveries WHERE next_try_at IS NOT NULL) AS webhooks_waiting,
       (SELECT count(*) FROM webhook_deliveries
         WHERE next_try_at IS NULL AND delivered_at IS NULL) AS webhooks_given_up
""")

Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Present:
    """How things stand now; quick to count."""

    queues: Rows  # queue, waiting, in_flight, deferred, oldest_s
    assessments: dict[str, int]  # by status
    oldest_lead_s: float
    states: Rows  # provider, day, day_calls, balance_units, breaker_open
    paused: bool
    webhooks_waiting: int
    webhooks_given_up: int


@dataclass(frozen=True, slots=True)
class Past:
    """What has been so far; takes seconds once there are millions of attempts.

    ``bucket`` n means: below BOUNDS_S[n], the last one: not below any.
    """

    attempts: Rows  # check, outcome, code, bucket, n, seconds
    durations: Rows  # bucket, n, seconds
    calls: Sequence[Calls]


def _rows(session: Session, statement: Any, **values: Any) -> Rows:
    return [dict(row) for row in session.execute(statement, values).mappings()]


def present(session: Session) -> Present:
    other = _rows(session, _OTHER)[0]
    return Present(
        queues=_rows(session, _QUEUES),
        assessments={row["status"]: row["n"] for row in _rows(session, _ASSESSMENTS)},
        oldest_lead_s=float(session.scalar(_OLDEST_LEAD) or 0),
        states=_rows(session, _STATES),
        paused=bool(other["paused"]),
        webhooks_waiting=other["webhooks_waiting"],
        webhooks_given_up=other["webhooks_given_up"],
    )


def past(session: Session) -> Past:
    bounds = list(BOUNDS_S)
    return Past(
        attempts=_rows(session, _ATTEMPTS, bounds=bounds),
        durations=_rows(session, _DURATIONS, bounds=bounds),
        calls=counted(session),
    )
