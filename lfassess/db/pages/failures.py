"""Failures over time, and the check runs behind a pattern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.failures import Shares

_MEMBER = """
   AND (CAST(:batch_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM batch_leads b WHERE b.batch_id = :batch_id
           AND b.assessment_id = c.assessment_id))
"""


# Every check that ends has one attempt that says so, so check runs need not be looked at.
_SHARES = """
SELECT count(*) FILTER (WHERE t.outcome <> 'parked') AS attempts,
       count(*) FILTER (WHERE t.outcome IN ('failed', 'retry', 'lost')) AS failed_attempts,
       count(*) FILTER (WHERE t.outcome IN ('succeeded', 'failed')) AS checks_ended,
       count(*) FILTER (WHERE t.outcome = 'failed') AS checks_failed
  FROM attempts t {source} WHERE t.finished_at >= :since {member}
"""
_ALL_SHARES = text(_SHARES.format(source="", member=""))
_BATCH_SHARES = text(
    _SHARES.format(source="JOIN check_runs c ON c.id = t.check_run_id", member=_MEMBER)
)


def shares(session: Session, *, since: datetime, batch_id: int | None = None) -> Shares:
    """Return what the failures are a share of."""
    query = _ALL_SHARES if batch_id is None else _BATCH_SHARES
    values = {"since": since, "batch_id": batch_id}
    return Shares(**session.execute(query, values).mappings().one())


@dataclass(frozen=True, slots=True)
class Which:
    """Which failures; None takes any."""

    since: datetime
    batch_id: int | None = None
    check: str | None = None
    code: str | None = None
    fingerprint: str | None = None

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


_MATCH = f"""
 WHERE t.error_code IS NOT NULL AND t.outcome IN ('failed', 'retry', 'lost')
   AND t.finished_at >= :since {_MEMBER}
   AND (CAST(:check AS text) IS NULL OR c.name = :check)
   AND (CAST(:code AS text) IS NULL OR t.error_code = :code)
   AND (CAST(:fingerprint AS text) IS NULL OR t.fingerprint = :fingerprint)
"""

_OVER_TIME = text(f"""
SELECT floor(extract(epoch FROM t.finished_at - :since) / :width)::int AS place,
       t.error_code AS code, count(*) AS attempts
  FROM attempts t JOIN check_runs c ON c.id = t.check_run_id {_MATCH}
 GROUP BY 1, 2
""")  # noqa: S608 - constant text, values are bound


def over_time(session: Session, which: Which, *, width: timedelta) -> list[tuple[int, str, int]]:
    """Return [(place, error code, failed attempts)]; place 0 begins at ``since``."""
    values = {**which.values(), "width": width.total_seconds()}
    rows = session.execute(_OVER_TIME, values)
    return [(row.place, row.code or "unknown", row.attempts) for row in rows]


# The latest failed attempt of each check run.
_BEHIND = text(f"""
SELECT * FROM (
    SELECT DISTINCT ON (c.id) c.id AS check_run_id, c.assessment_id, c.name AS check,
           c.status, l.id AS lead_id, l.name,
           coalesce(a.site_url, l.website) AS website, t.number, t.worker, t.outcome,
           t.finished_at, t.provider, t.error_code, t.error_message, t.fingerprint
      FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
      JOIN leads l ON l.id = c.lead_id JOIN assessments a ON a.id = c.assessment_id {_MATCH}
     ORDER BY c.id, t.number DESC) last
 ORDER BY finished_at DESC LIMIT :limit OFFSET :offset
""")  # noqa: S608 - constant text, values are bound
_HOW_MANY = text(f"""
SELECT count(DISTINCT c.id) FROM attempts t JOIN check_runs c ON c.id = t.check_run_id {_MATCH}
""")  # noqa: S608 - constant text, values are bound


def behind(
    session: Session, which: Which, *, limit: int, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """Return (how many check runs, one page of them), latest failure first."""
    values = {**which.values(), "limit": limit, "offset": offset}
    rows = session.execute(_BEHIND, values).mappings()
    return int(session.scalar(_HOW_MANY, values) or 0), [dict(row) for row in rows]
