"""Parts that several SQL statements share, and what they mean in Python."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

# A deferred check has this in ``next_attempt_at`` where it waits until somebody acts.
FOREVER_SQL: Final = "timestamptz 'infinity'"
# Python has no such date: connections read it as this one, see db/session.py. Not datetime.max,
# which no other time zone can express.
FOREVER: Final = datetime(9999, 12, 31, tzinfo=UTC)

# "5/6": checks with a result of all, skipped ones too; NULL until the assessment has ended.
COMPLETENESS: Final = "a.checks_completed || '/' || a.checks_total AS completeness"

# Of assessments a: how many stand how, from the index that has their shown status.
COUNTED: Final = ", ".join(
    f"count(*) FILTER (WHERE a.shown_status = '{status}') AS {status}"
    for status in ("pending", "in_progress", "completed", "failed", "cancelled")
)

# Of check runs c: not of a competitor that was measured beside a lead. With NOT IN, Postgres takes
# looking a few check runs up by their ids for expensive, and reads all of them.
NOT_OF_A_RIVAL: Final = (
    "NOT EXISTS (SELECT FROM assessments beside WHERE beside.rival AND beside.id = c.assessment_id)"
)

# Reports w of batches' leads m that are still to be written with competitors: while these are
# measured, and until somebody writes them. One that can't be stored holds no batch up.
REPORTS_LEFT: Final = """
  FROM batch_leads m JOIN assessments w ON w.id = m.assessment_id
 WHERE w.rivals_asked > 0 AND w.report_due_at IS NOT NULL AND w.status IN ('completed', 'failed')
   AND (w.report_due_at <= clock_timestamp() OR EXISTS (
        SELECT FROM assessment_rivals r JOIN assessments t ON t.id = r.rival_assessment_id
         WHERE r.assessment_id = w.id AND t.status IN ('pending', 'in_progress')))
"""


# Of assessments a: when their report files are to be written: at once where there are some, which
# would say what held before; a time that is set already stays.
REPORT_DUE_AGAIN: Final = """
CASE WHEN a.report_due_at IS NULL AND EXISTS (
          SELECT FROM artefacts f
           WHERE f.assessment_id = a.id AND f.name IN ('report.html', 'report.json'))
     THEN clock_timestamp() ELSE a.report_due_at END
"""


def waits_for_someone(next_attempt_at: datetime | None) -> bool:
    """Return whether a check with this ``next_attempt_at`` waits until somebody acts."""
    return next_attempt_at is not None and next_attempt_at >= FOREVER


def like(typed: str) -> str | None:
    r"""Return an ILIKE pattern for text that holds what was typed, or None where nothing was."""
    text = typed.strip()
    if not text:
        return None
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
