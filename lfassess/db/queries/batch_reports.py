"""The audits of a batch that have a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from lfassess.db.database import ConnectionLike

# What a report says changes with its audit's end, a rescore, a dismissal and an approval.
_ENDED = text("""
SELECT a.id AS assessment_id, m.lead_id, l.name, l.do_not_contact,
       greatest(a.finished_at, r.decided_at, o.ranked_at) AS changed_at
  FROM batch_leads m
  JOIN leads l ON l.id = m.lead_id
  JOIN assessments a ON a.id = m.assessment_id AND a.status = 'completed'
  LEFT JOIN reviews r ON r.assessment_id = a.id
  LEFT JOIN opportunities o ON o.assessment_id = a.id
 WHERE m.batch_id = :batch_id
 ORDER BY m.line NULLS LAST, m.lead_id
""")


@dataclass(frozen=True, slots=True)
class ReportDue:
    """An audit of a batch that has a report."""

    assessment_id: int
    lead_id: int
    name: str
    do_not_contact: bool
    changed_at: datetime | None  # when what it says last changed


def reports_of(session: ConnectionLike, batch_id: int) -> list[ReportDue]:
    """Return the batch's completed audits in the order of its list."""
    rows = session.execute(_ENDED, {"batch_id": batch_id}).mappings()
    return [ReportDue(**row) for row in rows]
