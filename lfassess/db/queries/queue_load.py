"""How much work there is for each queue, by the rows in Postgres."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

# Checks of leads not yet let in count as waiting, too: workers take seconds to start. Not while
# leads are held back, and not what is deferred or waits for other checks: no worker would help.
# Of these leads so many are looked at: they ask for more workers than one machine may have.
LOOK_AHEAD: Final = 2_000
_LOAD = text(f"""
WITH held AS (SELECT COALESCE(bool_or(paused), false) AS paused FROM control),
open_leads AS (
    SELECT id, status, started_at FROM assessments WHERE status = 'in_progress'
    UNION ALL
    (SELECT id, status, started_at FROM assessments WHERE status = 'pending'
      ORDER BY priority, id LIMIT {LOOK_AHEAD})
), open_checks AS (
    SELECT c.queue, c.status = 'in_progress' AS running,
           c.status = 'pending' AND a.status = 'in_progress' AND c.runnable_at IS NOT NULL
               AND (c.next_attempt_at IS NULL OR c.next_attempt_at <= now()) AS due,
           c.status = 'pending' AND a.status = 'pending' AND NOT c.depends_on_others
               AND NOT held.paused AS to_come,
           GREATEST(c.runnable_at, c.next_attempt_at, a.started_at) AS since
      FROM open_leads a JOIN check_runs c ON c.assessment_id = a.id CROSS JOIN held
     WHERE c.status IN ('pending', 'in_progress')
)
SELECT queue,
       count(*) FILTER (WHERE due OR to_come) AS waiting,
       count(*) FILTER (WHERE running) AS running,
       COALESCE(extract(epoch FROM now() - min(since) FILTER (WHERE due)), 0)::float8 AS oldest_s
  FROM open_checks GROUP BY queue
""")  # noqa: S608 - constant text

# Where checks take turns, a worker's time per check is what its attempts cover together, each
# second once, over their number; elsewhere an attempt's own length.
_SECONDS = text("""
WITH recent AS (
    SELECT c.queue, t.started_at, t.finished_at, max(t.finished_at) OVER (
               PARTITION BY c.queue, t.worker ORDER BY t.started_at, t.id
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier_end
      FROM (SELECT * FROM attempts
             WHERE started_at > now() - interval '1 hour' AND finished_at IS NOT NULL
             ORDER BY id DESC LIMIT 500) t
      JOIN check_runs c ON c.id = t.check_run_id
)
SELECT queue, avg(extract(epoch FROM CASE WHEN queue = ANY(:in_turn)
           THEN GREATEST(finished_at - GREATEST(started_at, earlier_end), interval '0')
           ELSE finished_at - started_at END))::float8 AS seconds
  FROM recent GROUP BY queue
""")

_BUSY = text("""
SELECT split_part(t.worker, ':', 1) AS host, count(*) AS n
  FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
 WHERE t.outcome = 'running' AND c.status = 'in_progress' AND t.number = c.attempt_count
 GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """One queue's work: checks waiting and running, the longest wait and a check's usual length."""

    waiting: int = 0
    running: int = 0
    oldest_s: float = 0.0
    seconds: float | None = None  # of a slot, or of who takes turns; None: none ended in an hour


def load_by_queue(session: Session, in_turn: Collection[str] = ()) -> dict[str, QueueLoad]:
    """Return the load of each queue that has any.

    Args:
        session: the open transaction.
        in_turn: queues whose checks take turns in their worker, so that they wait for each other.
    """
    rows = session.execute(_SECONDS, {"in_turn": list(in_turn)})
    seconds = {row.queue: float(row.seconds) for row in rows}
    return {
        row.queue: QueueLoad(row.waiting, row.running, row.oldest_s, seconds.get(row.queue))
        for row in session.execute(_LOAD)
    }


def busy_hosts(session: Session) -> dict[str, int]:
    """Return how many checks run on each host; a container's host name is its short id."""
    return {row.host: row.n for row in session.execute(_BUSY)}
