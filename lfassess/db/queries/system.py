"""Workers, queues, providers: what runs, what waits, what is left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import FOREVER_SQL
from lfassess.db.queries import calls

# A worker shows itself by its attempts; between two of them it is idle, or gone.
_WORKERS = text("""
SELECT worker, count(*) FILTER (WHERE outcome = 'running') AS running,
       count(*) FILTER (WHERE outcome = 'succeeded') AS succeeded,
       count(*) FILTER (WHERE outcome IN ('failed', 'retry')) AS failed,
       count(*) FILTER (WHERE outcome = 'lost') AS lost,
       max(COALESCE(finished_at, started_at)) AS last_seen
  FROM attempts
 WHERE (finished_at >= now() - interval '1 hour' OR finished_at IS NULL)
   AND started_at >= now() - interval '1 hour' AND worker <> ''  -- '': nobody came to it
 GROUP BY worker ORDER BY last_seen DESC LIMIT 100
""")
# Of leads that have been let in: those that wait have checks by the hundred thousand.
# How long a check waits for a slot shows in first attempts alone: a later one waits on purpose.
_QUEUES = text("""
WITH recent AS (
    SELECT c.queue, t.started_at - GREATEST(c.runnable_at, a.started_at) AS waited
      FROM (SELECT check_run_id, number, started_at FROM attempts ORDER BY id DESC LIMIT 500) t
      JOIN check_runs c ON c.id = t.check_run_id JOIN assessments a ON a.id = c.assessment_id
     WHERE t.number = 1 AND t.started_at > now() - interval '1 hour'
), waits AS (
    SELECT queue, percentile_cont(0.5) WITHIN GROUP (
               ORDER BY GREATEST(extract(epoch FROM waited), 0))::float8 AS wait_s
      FROM recent GROUP BY queue
)
SELECT c.queue, (SELECT wait_s FROM waits WHERE waits.queue = c.queue),
       count(*) FILTER (WHERE c.status = 'pending' AND c.runnable_at IS NOT NULL
                          AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= now())) AS waiting,
       count(*) FILTER (WHERE c.status = 'in_progress') AS running,
       count(*) FILTER (WHERE c.status = 'pending' AND c.next_attempt_at > now()) AS deferred,
       min(COALESCE(c.next_attempt_at, c.runnable_at)) FILTER (
           WHERE c.status = 'pending' AND c.runnable_at IS NOT NULL) AS oldest
  FROM assessments a JOIN check_runs c ON c.assessment_id = a.id
 WHERE a.status = 'in_progress' AND c.status IN ('pending', 'in_progress')
 GROUP BY c.queue ORDER BY c.queue
""")
_DEFERRED = text(f"""
SELECT deferred_reason AS reason, count(*) AS checks,
       -- NULL: until someone acts
       min(next_attempt_at) FILTER (WHERE next_attempt_at < {FOREVER_SQL}) AS next_at
  FROM check_runs WHERE status = 'pending' AND deferred_reason IS NOT NULL
 GROUP BY deferred_reason ORDER BY checks DESC LIMIT 20
""")  # noqa: S608 - constant text
_STATES = text("SELECT * FROM provider_states ORDER BY provider")
_IN_FLIGHT = text("""
SELECT provider, count(*) AS calls FROM provider_calls
 WHERE finished_at IS NULL AND expires_at > now() GROUP BY provider
""")
_CONTROL = text("SELECT paused, reason, by_rule, changed_at FROM control WHERE paused")


def workers(session: Session) -> list[dict[str, Any]]:
    """Return what each worker process did in the last hour."""
    return [dict(row) for row in session.execute(_WORKERS).mappings()]


def queues(session: Session) -> list[dict[str, Any]]:
    """Return per queue: checks that wait, run, are deferred; since when the oldest waits.

    ``wait_s`` is what a check waited for a slot, in seconds: the median of first attempts among the
    last 500 attempts, of the last hour; None when there was none.
    """
    return [dict(row) for row in session.execute(_QUEUES).mappings()]


def deferred(session: Session) -> list[dict[str, Any]]:
    """Return why checks are deferred, how many, and when the next of them goes on."""
    return [dict(row) for row in session.execute(_DEFERRED).mappings()]


def providers(session: Session) -> dict[str, dict[str, Any]]:
    """Return per provider its shared state, its calls of the last 24 hours, calls under way."""
    found: dict[str, dict[str, Any]] = {}
    for row in session.execute(_STATES).mappings():
        found.setdefault(row["provider"], {})["state"] = dict(row)
    for name, day in calls.by_provider(session, calls.DAY).items():
        found.setdefault(name, {})["day"] = day
    for row in session.execute(_IN_FLIGHT).mappings():
        found.setdefault(row["provider"], {})["in_flight"] = row["calls"]
    return found


def pause(session: Session) -> dict[str, Any] | None:
    """Return {reason, by_rule, changed_at} while everything is paused, else None."""
    row = session.execute(_CONTROL).mappings().one_or_none()
    return dict(row) if row else None


_BATCHES = text("""
SELECT b.id, b.name, b.created_at, b.cancelled_at, b.budget_usd, b.spent_usd,
       (SELECT count(*) FROM batch_leads l WHERE l.batch_id = b.id) AS leads
  FROM batches b ORDER BY b.id DESC LIMIT :limit
""")


def newest_batches(session: Session, limit: int = 10) -> list[dict[str, Any]]:
    """Return the newest batches: {id, name, leads, created_at, cancelled_at, budget_usd, ...}."""
    return [dict(row) for row in session.execute(_BATCHES, {"limit": limit}).mappings()]
