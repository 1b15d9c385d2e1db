"""Audits that a person must look at."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

PAGE_SIZE: Final = 50
STATES: Final = ("needs_review", "approved", "issued")

_PAGE = text("""
SELECT r.assessment_id AS id, r.state, r.reasons, r.note, r.decided_by, r.decided_at,
       a.status, a.score, a.grade, a.completeness, a.sandbox, a.finished_at, l.name,
       coalesce(a.site_url, l.website) AS website
  FROM (SELECT * FROM reviews WHERE state = :state ORDER BY assessment_id
         LIMIT :limit OFFSET :offset) r
  JOIN assessments a ON a.id = r.assessment_id JOIN leads l ON l.id = a.lead_id
 ORDER BY r.assessment_id
""")
_TOTALS = text("SELECT state, count(*) AS audits FROM reviews GROUP BY state")
_NEXT = text("""
SELECT min(assessment_id) FROM reviews WHERE state = 'needs_review' AND assessment_id > :id
""")


def reviews(session: Session, state: str, page: int) -> list[dict[str, Any]]:
    """Return one page of the audits in this state, oldest first."""
    values = {"state": state, "limit": PAGE_SIZE, "offset": PAGE_SIZE * (page - 1)}
    return [dict(row) for row in session.execute(_PAGE, values).mappings()]


def totals(session: Session) -> dict[str, int]:
    """Return how many audits are in each state."""
    found = {row.state: row.audits for row in session.execute(_TOTALS)}
    return {state: found.get(state, 0) for state in STATES}


def next_to_review(session: Session, after: int) -> int | None:
    """Return the next audit that waits for a person."""
    found: int | None = session.scalar(_NEXT, {"id": after})
    return found
