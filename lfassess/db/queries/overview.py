"""The overview: counts, batches that move, what ended last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS, COUNTED, NOT_OF_A_RIVAL, REPORTS_LEFT
from lfassess.db.queries import calls


@dataclass(frozen=True, slots=True)
class Counts:
    """How many assessments there are, by status."""

    pending: int
    in_progress: int
    completed: int
    failed: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with its leads counted by how their assessments stand."""

    id: int
    name: str
    created_at: datetime
    finished_at: datetime | None
    cancelled_at: datetime | None
    budget_usd: float | None
    spent_usd: float
    leads: int
    served: int  # leads that have an assessment
    pending: int
    in_progress: int
    completed: int
    failed: int
    cancelled: int
    reports_left: int  # that wait for competitors
    lately: int  # ended in the last five minutes
    first_started: datetime | None
    last_finished: datetime | None

    @property
    def done(self) -> int:
        return self.completed + self.failed + self.cancelled

    @property
    def not_submitted(self) -> int:
        return self.leads - self.served

    @property
    def live(self) -> bool:
        left = self.pending + self.in_progress + self.reports_left
        return left > 0 and self.cancelled_at is None

    @property
    def seconds_left(self) -> float | None:
        """How long it will take yet at the pace of the last five minutes."""
        left = self.pending + self.in_progress
        return left * 300 / self.lately if left and self.lately else None

    @property
    def percentage(self) -> int:
        """Percent of its leads that are done; 100 only when all are."""
        return 100 * self.done // self.leads if self.leads else 100


_COUNTED = f"""{COUNTED},
       count(*) FILTER (WHERE a.finished_at > now() - interval '5 minutes') AS lately,
       min(a.started_at) AS first_started, max(a.finished_at) AS last_finished
"""
_BATCHES = """
SELECT b.id, b.name, b.created_at, b.finished_at, b.cancelled_at, b.budget_usd, b.spent_usd,
       n.leads, n.served
  FROM ({chosen}) b
 CROSS JOIN LATERAL (SELECT count(*) AS leads, count(m.assessment_id) AS served
                       FROM batch_leads m WHERE m.batch_id = b.id) n
 ORDER BY b.id DESC
"""
_PAGE = text(
    _BATCHES.format(chosen="SELECT * FROM batches ORDER BY id DESC LIMIT :limit OFFSET :offset")
)
_ONE = text(_BATCHES.format(chosen="SELECT * FROM batches WHERE id = :id"))
_EVERY = text(f"""
SELECT a.batch_id AS id, count(*) AS served, {_COUNTED} FROM assessments a WHERE NOT a.rival
 GROUP BY a.batch_id
""")  # noqa: S608 - constant text, values are bound
_OWN = text(f"""
SELECT a.batch_id AS id, count(*) AS served, {_COUNTED}
  FROM assessments a WHERE a.batch_id = ANY(:ids) GROUP BY a.batch_id
""")  # noqa: S608 - constant text, values are bound
_SERVING = text(f"""
SELECT m.batch_id AS id, count(m.assessment_id) AS served, {_COUNTED}
  FROM batch_leads m JOIN assessments a ON a.id = m.assessment_id
 WHERE m.batch_id = ANY(:ids) GROUP BY m.batch_id
""")  # noqa: S608 - constant text, values are bound


_REPORTS = text(f"""
SELECT m.batch_id AS id, count(*) AS reports_left {REPORTS_LEFT}
   AND m.batch_id = ANY(:ids) GROUP BY m.batch_id
""")


def everything(session: Session, *, newest: int) -> tuple[Counts, list[BatchRow]]:
    """Return the counts over all assessments, and the newest batches, by one look at the table."""
    rows = {row["id"]: dict(row) for row in session.execute(_EVERY).mappings()}
    fields = Counts.__dataclass_fields__
    counts = Counts(**{name: sum(row[name] for row in rows.values()) for name in fields})
    return counts, _counted(session, _PAGE, {"limit": newest, "offset": 0}, own=rows)


def batches(session: Session, *, limit: int, offset: int = 0) -> list[BatchRow]:
    """Return batches, newest first."""
    return _counted(session, _PAGE, {"limit": limit, "offset": offset})


def batch(session: Session, batch_id: int) -> BatchRow | None:
    found = _counted(session, _ONE, {"id": batch_id})
    return found[0] if found else None


def _counted(
    session: Session,
    chosen: TextClause,
    values: dict[str, Any],
    own: dict[int, dict[str, Any]] | None = None,
) -> list[BatchRow]:
    """Count by the assessments a batch opened, and by its leads only where it reuses others'.

    The first takes a quarter of the time, and a large batch is nearly always of that kind.
    """
    rows = {row["id"]: dict(row) for row in session.execute(chosen, values).mappings()}
    counts = _counts_of(session, _OWN, list(rows)) if own is None else own
    others = [n for n, row in rows.items() if row["served"] != counts.get(n, _NONE)["served"]]
    counts = counts | _counts_of(session, _SERVING, others)
    reports = _counts_of(session, _REPORTS, list(rows))
    counts = {n: {**counts.get(n, {}), **reports.get(n, {})} for n in rows}
    return [BatchRow(**{**_NONE, **row, **counts.get(n, {})}) for n, row in rows.items()]


def _counts_of(session: Session, query: TextClause, ids: list[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    return {row["id"]: dict(row) for row in session.execute(query, {"ids": ids}).mappings()}


_NONE: dict[str, Any] = {
    "served": 0,
    "pending": 0,
    "in_progress": 0,
    "completed": 0,
    "failed": 0,
    "cancelled": 0,
    "reports_left": 0,
    "lately": 0,
    "first_started": None,
    "last_finished": None,
}


def batch_count(session: Session) -> int:
    return int(session.scalar(text("SELECT count(*) FROM batches")) or 0)


_HOURS = text("""
SELECT h.hour, COALESCE(f.completed, 0) AS completed, COALESCE(f.failed, 0) AS failed
  FROM generate_series(date_trunc('hour', now()) - interval '23 hours',
                       date_trunc('hour', now()), interval '1 hour') AS h(hour)
  LEFT JOIN (SELECT date_trunc('hour', finished_at) AS hour,
                    count(*) FILTER (WHERE status = 'completed') AS completed,
                    count(*) FILTER (WHERE shown_status = 'failed') AS failed
               FROM assessments
              WHERE finished_at >= date_trunc('hour', now()) - interval '23 hours'
                AND NOT rival
              GROUP BY 1) f USING (hour)
 ORDER BY h.hour
""")


def hours(session: Session) -> list[dict[str, Any]]:
    """Return the last 24 hours, oldest first: {hour, completed, failed} assessments."""
    return [dict(row) for row in session.execute(_HOURS).mappings()]


_ENDED = text(f"""
SELECT a.id, l.name, coalesce(a.site_url, l.website) AS website,
       a.shown_status AS status, a.score, a.grade, {COMPLETENESS}, a.sandbox,
       a.started_at, a.finished_at
  FROM assessments a JOIN leads l ON l.id = a.lead_id
 WHERE a.finished_at IS NOT NULL AND NOT a.rival
 ORDER BY a.finished_at DESC LIMIT :limit
""")  # noqa: S608 - constant text, values are bound
_RUNNING = text(f"""
SELECT a.id, l.name, coalesce(a.site_url, l.website) AS website,
       a.shown_status AS status, a.score, a.grade, {COMPLETENESS}, a.sandbox,
       a.started_at, a.finished_at
  FROM assessments a JOIN leads l ON l.id = a.lead_id
 WHERE a.status = 'in_progress' AND NOT a.rival ORDER BY a.started_at LIMIT :limit
""")  # noqa: S608 - constant text, values are bound


def latest(session: Session, *, running: int, ended: int) -> list[dict[str, Any]]:
    """Return assessments that run (oldest first), then those that ended last."""
    rows = [
        *session.execute(_RUNNING, {"limit": running}).mappings(),
        *session.execute(_ENDED, {"limit": ended}).mappings(),
    ]
    return [dict(row) for row in rows]


_FAILED_CHECKS = text(f"""
SELECT count(*) FROM check_runs c
 WHERE status = 'failed' AND finished_at >= now() - interval '24 hours' AND {NOT_OF_A_RIVAL}
""")  # noqa: S608 - constant text
_WAITING = text("SELECT count(*) FROM reviews WHERE state = 'needs_review'")


def today(session: Session) -> dict[str, Any]:
    """Return {spent_usd, failed_checks, to_review}: the last 24 hours, and what waits for us."""
    return {
        "spent_usd": sum(c.cost_usd for c in calls.counted(session, calls.DAY)),
        "failed_checks": int(session.scalar(_FAILED_CHECKS) or 0),
        "to_review": int(session.scalar(_WAITING) or 0),
    }
