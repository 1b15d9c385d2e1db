"""Reviews, and audits that a person must look at."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS
from lfassess.db.models import FindingDismissal, Review

PAGE_SIZE: Final = 50
STATES: Final = ("needs_review", "approved", "issued")

_PAGE = text(f"""
SELECT r.assessment_id AS id, r.state, r.reasons, r.note, r.decided_by, r.decided_at,
       a.status, a.score, a.grade, {COMPLETENESS}, a.sandbox, a.finished_at, l.name,
       coalesce(a.site_url, l.website) AS website
  FROM (SELECT * FROM reviews WHERE state = :state ORDER BY assessment_id
         LIMIT :limit OFFSET :offset) r
  JOIN assessments a ON a.id = r.assessment_id JOIN leads l ON l.id = a.lead_id
 ORDER BY r.assessment_id
""")  # noqa: S608 - constant text, values are bound
_TOTALS = text("SELECT state, count(*) AS audits FROM reviews GROUP BY state")
_NEXT = text("""
SELECT min(assessment_id) FROM reviews WHERE state = 'needs_review' AND assessment_id > :id
""")
_LISTING = text(f"""
SELECT r.assessment_id, l.name AS lead,
       coalesce(a.site_url, l.website) AS website, r.state, r.reasons, a.score, a.grade,
       {COMPLETENESS}, a.sandbox, r.decided_by, r.decided_at, r.note
  FROM reviews r JOIN assessments a ON a.id = r.assessment_id JOIN leads l ON l.id = a.lead_id
 WHERE r.state = :state ORDER BY r.assessment_id LIMIT :limit
""")  # noqa: S608 - constant text, values are bound


def review(session: Session, assessment_id: int) -> Review | None:
    """Return an assessment's review, once it has ended."""
    return session.get(Review, assessment_id, populate_existing=True)


def dismissals(session: Session, assessment_id: int) -> list[FindingDismissal]:
    """Return an assessment's dismissed findings, oldest first."""
    found = select(FindingDismissal).where(FindingDismissal.assessment_id == assessment_id)
    return list(session.scalars(found.order_by(FindingDismissal.id)))


def listing(session: Session, state: str, *, limit: int) -> list[dict[str, Any]]:
    """Return audits in this state with their leads, oldest first."""
    rows = session.execute(_LISTING, {"state": state, "limit": limit}).mappings()
    return [dict(row) for row in rows]


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
