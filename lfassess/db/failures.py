"""Failure patterns: attempts that failed, grouped by what failed and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

Trend = Literal["rising", "falling", "steady"]
_MARKED: Final = 1.5  # times more, or less, in the second half of the period


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of failure."""

    check: str
    provider: str | None
    code: str
    fingerprint: str | None
    attempts: int  # failed attempts, those that were retried included
    checks_failed: int  # check runs that failed for good because of it
    leads: int
    first_seen: datetime
    last_seen: datetime
    earlier: int  # attempts in the first half of the period
    later: int  # attempts in the second half
    message: str
    example_leads: list[int]

    @property
    def trend(self) -> Trend:
        return trend(self.earlier, self.later)


def trend(earlier: int, later: int) -> Trend:
    """Return how the period's second half compares with its first."""
    if later > earlier * _MARKED:
        return "rising"
    return "falling" if later * _MARKED < earlier else "steady"


@dataclass(frozen=True, slots=True)
class Shares:
    """What the failures are a share of."""

    attempts: int
    failed_attempts: int
    checks_ended: int
    checks_failed: int


_MEMBER = """
   AND (CAST(:batch_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM batch_leads b WHERE b.batch_id = :batch_id
           AND b.assessment_id = c.assessment_id))
"""

_PATTERNS = text(f"""
SELECT c.name AS check, t.provider, t.error_code AS code, t.fingerprint,
       count(*) AS attempts,
       count(*) FILTER (WHERE t.outcome = 'failed') AS checks_failed,
       count(DISTINCT c.lead_id) AS leads,
       min(t.finished_at) AS first_seen, max(t.finished_at) AS last_seen,
       count(*) FILTER (WHERE t.finished_at < :middle) AS earlier,
       count(*) FILTER (WHERE t.finished_at >= :middle) AS later,
       (array_agg(t.error_message ORDER BY t.id DESC))[1] AS message,
       (array_agg(DISTINCT c.lead_id))[1:5] AS example_leads
  FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
 WHERE t.outcome IN ('failed', 'retry', 'lost') AND t.error_code IS NOT NULL
   AND t.finished_at >= :since {_MEMBER}
 GROUP BY c.name, t.provider, t.error_code, t.fingerprint
 ORDER BY checks_failed DESC, attempts DESC, c.name
""")  # noqa: S608 - constant text, values are bound

_SHARES = text(f"""
SELECT count(*) AS attempts,
       count(*) FILTER (WHERE t.outcome IN ('failed', 'retry', 'lost')) AS failed_attempts,
       count(DISTINCT c.id) FILTER (WHERE c.status IN ('completed', 'failed')) AS checks_ended,
       count(DISTINCT c.id) FILTER (WHERE c.status = 'failed') AS checks_failed
  FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
 WHERE t.started_at >= :since {_MEMBER}
""")  # noqa: S608 - constant text, values are bound


def patterns(
    session: Session, *, since: datetime, middle: datetime, batch_id: int | None = None
) -> list[Pattern]:
    """Return the failure patterns since then, worst first; ``middle`` splits for the trend."""
    values: dict[str, Any] = {"since": since, "middle": middle, "batch_id": batch_id}
    return [Pattern(**row) for row in session.execute(_PATTERNS, values).mappings()]


def shares(session: Session, *, since: datetime, batch_id: int | None = None) -> Shares:
    """Return the totals over the same period."""
    values = {"since": since, "batch_id": batch_id}
    return Shares(**session.execute(_SHARES, values).mappings().one())
