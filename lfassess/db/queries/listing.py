"""Lists for callers who page through them: newest first, from an id downwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS, COUNTED, NOT_OF_A_RIVAL, REPORTS_LEFT
from lfassess.db.models import StoredArtefact

Row = dict[str, Any]

# A stored report tells what was found before it expired; one made afterwards does not.
STALE_REPORT = """
f.name LIKE 'report.%' AND EXISTS (
    SELECT FROM check_runs c
     WHERE c.assessment_id = f.assessment_id
       AND (c.content_expires_at <= clock_timestamp() OR f.created_at <= c.content_expired_at))
"""


def _rows(session: Session, sql: str, **values: Any) -> list[Row]:
    return [dict(row) for row in session.execute(text(sql), values).mappings()]


_LEADS = """
SELECT l.id, l.name, l.website, l.phone, l.address, l.country, l.created_at,
       newest.id AS assessment_id, newest.status, newest.score, newest.grade,
       newest.finished_at AS assessed_at
  FROM leads l
  LEFT JOIN LATERAL (SELECT a.id, a.shown_status AS status, a.score, a.grade, a.finished_at
                       FROM assessments a
                      WHERE a.lead_id = l.id ORDER BY a.id DESC LIMIT 1) newest ON true
"""


def lead(session: Session, lead_id: int) -> Row | None:
    found = _rows(session, _LEADS + " WHERE l.id = :id AND NOT l.rival", id=lead_id)
    return found[0] if found else None


_ASSESSMENTS = f"""
SELECT a.id, a.lead_id, l.name AS lead_name, l.website,
       coalesce(a.site_url, l.website) AS site, a.batch_id,
       a.shown_status AS status, {COMPLETENESS}, a.score, a.grade, a.sandbox,
       a.created_at, a.started_at, a.finished_at
  FROM assessments a JOIN leads l ON l.id = a.lead_id
 WHERE NOT a.rival AND (CAST(:before AS bigint) IS NULL OR a.id < :before)
   AND (CAST(:status AS text) IS NULL OR a.shown_status = :status)
   AND (CAST(:lead_id AS bigint) IS NULL OR a.lead_id = :lead_id)
   AND (CAST(:batch_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM batch_leads b WHERE b.batch_id = :batch_id AND b.assessment_id = a.id))
 ORDER BY a.id DESC LIMIT :limit
"""  # noqa: S608 - constant text, values are bound


def assessments(
    session: Session,
    *,
    before: int | None,
    limit: int,
    status: str | None,
    lead_id: int | None,
    batch_id: int | None,
) -> list[Row]:
    """Return assessments; what is None does not narrow."""
    return _rows(
        session,
        _ASSESSMENTS,
        before=before,
        limit=limit,
        status=status,
        lead_id=lead_id,
        batch_id=batch_id,
    )


# Each batch is counted by itself, so that only those shown are.
_BATCHES = f"""
SELECT b.id, b.name, b.created_at, n.started_at, b.finished_at, b.cancelled_at, b.budget_usd,
       b.spent_usd, n.leads, n.pending, n.in_progress, n.completed, n.failed, n.cancelled,
       n.not_submitted,
       (SELECT count(*) {REPORTS_LEFT} AND m.batch_id = b.id) AS reports_left,
       (SELECT count(*) FROM batch_rejects r WHERE r.batch_id = b.id) AS rejected
  FROM (SELECT * FROM batches
         WHERE (CAST(:before AS bigint) IS NULL OR id < :before)
           AND (CAST(:id AS bigint) IS NULL OR id = :id)
         ORDER BY id DESC LIMIT :limit) b
 CROSS JOIN LATERAL (
    SELECT count(*) AS leads, {COUNTED},
           count(*) FILTER (WHERE a.id IS NULL) AS not_submitted,
           min(a.started_at) AS started_at
      FROM batch_leads m LEFT JOIN assessments a ON a.id = m.assessment_id
     WHERE m.batch_id = b.id) n
 ORDER BY b.id DESC
"""  # noqa: S608 - constant text, values are bound


def batches(session: Session, *, before: int | None, limit: int) -> list[Row]:
    return _rows(session, _BATCHES, before=before, limit=limit, id=None)


def batch(session: Session, batch_id: int) -> Row | None:
    found = _rows(session, _BATCHES, before=None, limit=1, id=batch_id)
    return found[0] if found else None


_REJECTS = """
SELECT line, reason, excerpt FROM batch_rejects
 WHERE batch_id = :batch_id AND line > :after ORDER BY line LIMIT :limit
"""


def rejects(session: Session, batch_id: int, *, after: int, limit: int) -> list[Row]:
    """Return the batch's refused rows in file order, those after a line."""
    return _rows(session, _REJECTS, batch_id=batch_id, after=after, limit=limit)


_FAILED_ATTEMPTS = f"""
SELECT t.id, c.assessment_id, c.lead_id, c.name AS check, t.number, t.outcome, t.provider,
       t.error_code AS code, t.error_message AS message, t.worker, t.started_at, t.finished_at
  FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
 WHERE t.outcome IN ('failed', 'retry', 'lost') AND {NOT_OF_A_RIVAL}
   AND (CAST(:before AS bigint) IS NULL OR t.id < :before)
   AND (CAST(:code AS text) IS NULL OR t.error_code = :code)
   AND (CAST(:check AS text) IS NULL OR c.name = :check)
   AND (CAST(:batch_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM batch_leads b WHERE b.batch_id = :batch_id
           AND b.assessment_id = c.assessment_id))
 ORDER BY t.id DESC LIMIT :limit
"""  # noqa: S608 - constant text, values are bound


def failed_attempts(
    session: Session,
    *,
    before: int | None,
    limit: int,
    code: str | None,
    check: str | None,
    batch_id: int | None,
) -> list[Row]:
    """Return attempts that failed; what is None does not narrow."""
    return _rows(
        session,
        _FAILED_ATTEMPTS,
        before=before,
        limit=limit,
        code=code,
        check=check,
        batch_id=batch_id,
    )


_ARTEFACT = text(f"""
SELECT f.* FROM artefacts f
 WHERE f.assessment_id = :assessment_id AND f.name = :name AND NOT ({STALE_REPORT})
""")  # noqa: S608 - constant text, values are bound


def artefact(session: Session, assessment_id: int, name: str) -> StoredArtefact | None:
    """Return the row of one file; the name is looked up, never made into a path.

    A report that tells what has expired is there no more.
    """
    found: StoredArtefact | None = session.scalar(
        select(StoredArtefact).from_statement(_ARTEFACT),
        {"assessment_id": assessment_id, "name": name},
    )
    return found


# What runs may have changed at any time; what has ended did so at its end.
_CHANGED = """
SELECT a.id, GREATEST(a.created_at, a.started_at, a.finished_at, c.changed_at) AS changed_at
  FROM batch_leads b JOIN assessments a ON a.id = b.assessment_id
  LEFT JOIN LATERAL (SELECT max(GREATEST(r.started_at, r.finished_at)) AS changed_at
                       FROM check_runs r WHERE r.assessment_id = a.id) c ON true
 WHERE b.batch_id = :batch_id AND (a.status = 'in_progress' OR a.finished_at >= :since)
   AND GREATEST(a.created_at, a.started_at, a.finished_at, c.changed_at) >= :since
 ORDER BY changed_at, a.id
"""


def changed(session: Session, batch_id: int, since: datetime) -> list[tuple[int, datetime]]:
    """Return [(assessment id, when)] of a batch's assessments that changed since then."""
    rows = session.execute(text(_CHANGED), {"batch_id": batch_id, "since": since})
    return [(row.id, row.changed_at) for row in rows]
