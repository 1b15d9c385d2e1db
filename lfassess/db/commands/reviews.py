"""Decisions on audits: reviews and dismissed findings."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

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


def open_review(
    session: Session, assessment_id: int, *, state: str, reasons: Sequence[str], by: str | None
) -> None:
    """Note what an audit's review starts from; one that was opened before stays as it is."""
    values = {"id": assessment_id, "state": state, "reasons": json.dumps(list(reasons)), "by": by}
    session.execute(_OPEN, values)


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
