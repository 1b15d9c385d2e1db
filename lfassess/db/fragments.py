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

# Of check runs c: not of a competitor that was measured beside a lead. Those are few, by an index.
NOT_OF_A_RIVAL: Final = "c.assessment_id NOT IN (SELECT id FROM assessments WHERE rival)"


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
