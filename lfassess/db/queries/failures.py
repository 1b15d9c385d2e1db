"""The check runs behind a pattern of failures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.failures import MATCH, Which

# The latest failed attempt of each check run.
_BEHIND = text(f"""
SELECT * FROM (
    SELECT DISTINCT ON (c.id) c.id AS check_run_id, c.assessment_id, c.name AS check,
           c.status, l.id AS lead_id, l.name,
           coalesce(a.site_url, l.website) AS website, t.number, t.worker, t.outcome,
           t.finished_at, t.provider, t.error_code, t.error_message, t.fingerprint
      FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
      JOIN leads l ON l.id = c.lead_id JOIN assessments a ON a.id = c.assessment_id {MATCH}
     ORDER BY c.id, t.number DESC) last
 ORDER BY finished_at DESC LIMIT :limit OFFSET :offset
""")  # noqa: S608 - constant text, values are bound
_HOW_MANY = text(f"""
SELECT count(DISTINCT c.id) FROM attempts t JOIN check_runs c ON c.id = t.check_run_id {MATCH}
""")  # noqa: S608 - constant text, values are bound


def behind(
    session: Session, which: Which, *, limit: int, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """Return (how many check runs, one page of them), latest failure first."""
    values = {**which.values(), "limit": limit, "offset": offset}
    rows = session.execute(_BEHIND, values).mappings()
    return int(session.scalar(_HOW_MANY, values) or 0), [dict(row) for row in rows]
