"""Reviews and dismissed findings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lfassess.db.models import FindingDismissal, Review

_OPEN = text("""
INSERT INTO reviews (assessment_id, state, reasons, decided_by, decided_at)
VALUES (:id, :state, CAST(:reasons AS jsonb), CAST(:by AS text),
        CASE WHEN CAST(:by AS text) IS NOT NULL THEN clock_timestamp() END)
ON CONFLICT (assessment_id) DO NOTHING
""")
_APPROVE = text("""
UPDATE reviews SET state = 'approved', note = :note, decided_by = :by,
       decided_at = clock_timestamp()
 WHERE assessment_id = :id AND state = 'needs_review' RETURNING assessment_id
""")
_ISSUE = text("""
UPDATE reviews SET state = 'issued', issued_at = clock_timestamp()
 WHERE assessment_id = :id AND state = 'approved' RETURNING assessment_id
""")
_DISMISS = text("""
INSERT INTO finding_overrules (assessment_id, check_name, code, note, decided_by)
VALUES (:id, :check, :code, :note, :by)
ON CONFLICT (assessment_id, check_name, code)
DO UPDATE SET note = excluded.note, decided_by = excluded.decided_by, created_at = now()
""")
_LISTING = text("""
SELECT r.assessment_id, l.name AS lead,
       coalesce(a.site_url, l.website) AS website, r.state, r.reasons, a.score, a.grade,
       a.completeness, a.sandbox, r.decided_by, r.decided_at, r.note
  FROM reviews r JOIN assessments a ON a.id = r.assessment_id JOIN leads l ON l.id = a.lead_id
 WHERE r.state = :state ORDER BY r.assessment_id LIMIT :limit
""")


def open_review(
    session: Session, assessment_id: int, *, state: str, reasons: Sequence[str], by: str | None
) -> None:
    """Note what an audit's review starts from; one that was opened before stays as it is."""
    values = {"id": assessment_id, "state": state, "reasons": json.dumps(list(reasons)), "by": by}
    session.execute(_OPEN, values)


def review(session: Session, assessment_id: int) -> Review | None:
    """Return an assessment's review, once it has ended."""
    return session.get(Review, assessment_id, populate_existing=True)


def dismissals(session: Session, assessment_id: int) -> list[FindingDismissal]:
    """Return an assessment's dismissed findings, oldest first."""
    found = select(FindingDismissal).where(FindingDismissal.assessment_id == assessment_id)
    return list(session.scalars(found.order_by(FindingDismissal.id)))


def approve(session: Session, assessment_id: int, *, by: str, note: str | None) -> bool:
    """Turn needs_review into approved; False if it isn't in that state."""
    values = {"id": assessment_id, "by": by, "note": note}
    return session.execute(_APPROVE, values).one_or_none() is not None


def issue(session: Session, assessment_id: int) -> bool:
    """Turn approved into issued; False if it isn't in that state."""
    return session.execute(_ISSUE, {"id": assessment_id}).one_or_none() is not None


def dismiss(
    session: Session, assessment_id: int, check: str, code: str, *, note: str, by: str
) -> None:
    """Note that a finding counts no more; said again, the later note stands."""
    values = {"id": assessment_id, "check": check, "code": code, "note": note, "by": by}
    session.execute(_DISMISS, values)


def listing(session: Session, state: str, *, limit: int) -> list[dict[str, Any]]:
    """Return audits in this state with their leads, oldest first."""
    rows = session.execute(_LISTING, {"state": state, "limit": limit}).mappings()
    return [dict(row) for row in rows]
