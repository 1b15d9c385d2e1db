"""What stands around an assessment: attempts, the lead's others, batches, competitors' leads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS

_ATTEMPTS = text("""
SELECT c.name AS check, t.number, t.worker, t.outcome, t.started_at, t.finished_at, t.provider,
       t.error_code, t.error_message, t.cost_usd, t.calls
  FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
 WHERE c.assessment_id = :id ORDER BY t.started_at, t.id
""")
_OTHERS = text(f"""
SELECT id, shown_status AS status, score, grade, {COMPLETENESS}, created_at, finished_at
  FROM assessments a WHERE lead_id = :lead_id AND id <> :id ORDER BY id DESC LIMIT 20
""")  # noqa: S608 - constant text, values are bound
_BATCHES = text("""
SELECT b.id, b.name FROM batch_leads m JOIN batches b ON b.id = m.batch_id
 WHERE m.assessment_id = :id ORDER BY b.id
""")

_BESIDE = text("""
SELECT a.id, l.name FROM assessment_rivals r
  JOIN assessments a ON a.id = r.assessment_id JOIN leads l ON l.id = a.lead_id
 WHERE r.rival_assessment_id = :id ORDER BY a.id DESC LIMIT 20
""")


def attempts(session: Session, assessment_id: int) -> list[dict[str, Any]]:
    """Return every try of every check, in order of time."""
    return [dict(row) for row in session.execute(_ATTEMPTS, {"id": assessment_id}).mappings()]


def others(session: Session, assessment_id: int, lead_id: int) -> list[dict[str, Any]]:
    """Return the lead's other assessments, newest first."""
    values = {"id": assessment_id, "lead_id": lead_id}
    return [dict(row) for row in session.execute(_OTHERS, values).mappings()]


def batches_of(session: Session, assessment_id: int) -> list[dict[str, Any]]:
    """Return the batches this assessment serves."""
    return [dict(row) for row in session.execute(_BATCHES, {"id": assessment_id}).mappings()]


def beside(session: Session, assessment_id: int) -> list[dict[str, Any]]:
    """Return the newest assessments whose reports show this competitor's: {id, name}."""
    return [dict(row) for row in session.execute(_BESIDE, {"id": assessment_id}).mappings()]
