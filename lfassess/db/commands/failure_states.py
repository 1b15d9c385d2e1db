"""Writes what people say of patterns of failures: acknowledged, resolved."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

ModelReply = Literal["acknowledged", "resolved"]

_MARK = text("""
INSERT INTO failure_states (check_name, fingerprint, state, note, changed_by, changed_at)
SELECT check_name, fingerprint, CAST(:state AS text), CAST(:note AS text), CAST(:by AS text),
       clock_timestamp()
  FROM (SELECT DISTINCT c.name AS check_name,
               COALESCE(t.fingerprint, t.error_code) AS fingerprint
          FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
         WHERE t.error_code IS NOT NULL AND t.outcome IN ('failed', 'retry', 'lost')
           AND (t.error_code = CAST(:what AS text) OR (c.name = :check
                AND COALESCE(t.fingerprint, t.error_code) = :fingerprint))) seen
    ON CONFLICT (check_name, fingerprint) DO UPDATE
       SET state = excluded.state, note = excluded.note, changed_by = excluded.changed_by,
           changed_at = excluded.changed_at
RETURNING check_name || ':' || fingerprint
""")


def mark(session: Session, what: str, state: ModelReply, *, by: str, note: str | None) -> list[str]:
    """Set the state of one pattern, or of all patterns of an error code.

    Args:
        session: the open transaction.
        what: a pattern's id ("gbp:places:rate_limited") or an error code.
        state: what is said of it.
        by: who says it.
        note: why, for the others.

    Returns:
        The patterns' ids; none if nothing has failed that way.
    """
    check, _, fingerprint = what.partition(":")
    values = {"what": what, "check": check, "fingerprint": fingerprint}
    rows = session.scalars(_MARK, {**values, "state": state, "note": note, "by": by})
    return sorted(rows)
