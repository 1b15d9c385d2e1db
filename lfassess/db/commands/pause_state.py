"""Whether new assessments may start, and what the decision rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import FOREVER_SQL


@dataclass(frozen=True, slots=True)
class Switch:
    """The state of the one row; ``by_rule`` is said of the last pause, also when it is over."""

    paused: bool
    reason: str | None
    by_rule: bool
    changed_at: datetime | None


_SET = text("""
INSERT INTO control (id, paused, reason, by_rule, changed_at)
VALUES (1, :paused, :reason, :by_rule, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET paused = excluded.paused, reason = excluded.reason,
       by_rule = CASE WHEN excluded.paused THEN excluded.by_rule ELSE control.by_rule END,
       changed_at = excluded.changed_at
""")


def switch(session: Session) -> Switch:
    """Return whether new assessments may start."""
    row = session.execute(
        text("SELECT paused, reason, by_rule, changed_at FROM control")
    ).one_or_none()
    return (
        Switch(*row)
        if row is not None
        else Switch(paused=False, reason=None, by_rule=False, changed_at=None)
    )


def set_paused(
    session: Session, *, paused: bool, reason: str | None = None, by_rule: bool = False
) -> None:
    """Stop or let go on; assessments in progress are not touched."""
    session.execute(_SET, {"paused": paused, "reason": reason, "by_rule": by_rule})


# No clock_timestamp(): what may change within a statement is compared with every row, by no index.
# A website that is down or blocks us is a result of the audit; these are our and the providers'.
_RECENT = text("""
SELECT count(*) AS ended,
       count(*) FILTER (WHERE status = 'failed' AND error_code NOT LIKE 'target_%'
                          AND error_code NOT IN ('invalid_target', 'no_web_page')) AS failed
  FROM check_runs
 WHERE status IN ('completed', 'failed')
   AND finished_at > statement_timestamp() - make_interval(secs => :period)
   AND finished_at > COALESCE((SELECT changed_at FROM control), '-infinity')
""")


def recent_failures(session: Session, *, period_s: float) -> tuple[int, int]:
    """Return (checks that ended, checks that failed by our or a provider's fault) lately.

    Counts from the last pause or resume on, so that a resume gets a fair try.
    """
    row = session.execute(_RECENT, {"period": period_s}).one()
    return row.ended, row.failed


_RESUME_DEFERRED = text(f"""
UPDATE check_runs c SET next_attempt_at = NULL, sent_at = NULL, deferred_code = NULL,
       deferred_reason = NULL
  FROM assessments a
 WHERE a.id = c.assessment_id AND c.status = 'pending'
   AND c.next_attempt_at = {FOREVER_SQL}
   AND (CAST(:batch_id AS bigint) IS NULL OR a.batch_id = :batch_id)
""")  # noqa: S608 - constant text, values are bound


def resume_deferred(session: Session, batch_id: int | None = None) -> int:
    """Let checks go on that were deferred until somebody acts; returns how many."""
    result = session.execute(_RESUME_DEFERRED, {"batch_id": batch_id})
    return int(getattr(result, "rowcount", 0))


def set_budget(session: Session, batch_id: int, usd: float | None) -> None:
    """Set what the batch may cost."""
    session.execute(
        text("UPDATE batches SET budget_usd = :usd WHERE id = :id"), {"usd": usd, "id": batch_id}
    )
