"""The check runs behind a pattern of failures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.failures import JOIN, OF_CHECK, FailureFilter, failed

# The latest failed attempt of each check run. Read from the latest backwards, so that a page costs
# what it shows.
_BEHIND = text(f"""
SELECT c.id AS check_run_id, c.assessment_id, c.name AS check, c.status, l.id AS lead_id, l.name,
       coalesce(a.site_url, l.website) AS website, t.number, t.worker, t.outcome,
       t.finished_at, t.provider, t.error_code, t.error_message, t.fingerprint
  FROM attempts t {JOIN}
  JOIN leads l ON l.id = c.lead_id JOIN assessments a ON a.id = c.assessment_id
 WHERE {failed("t")} {OF_CHECK}
   AND NOT EXISTS (SELECT FROM attempts later
                    WHERE later.check_run_id = t.check_run_id AND later.number > t.number
                      AND {failed("later")})
 ORDER BY t.finished_at DESC LIMIT :limit OFFSET :offset
""")  # noqa: S608 - constant text, values are bound
_HOW_MANY = """
SELECT count(*) FROM (
    SELECT DISTINCT t.check_run_id FROM attempts t {source} WHERE {failed} {of_check}) each
"""
_ALL_HOW_MANY = text(_HOW_MANY.format(source="", failed=failed("t"), of_check=""))
_SOME_HOW_MANY = text(_HOW_MANY.format(source=JOIN, failed=failed("t"), of_check=OF_CHECK))


def behind(
    session: Session, which: FailureFilter, *, limit: int, offset: int = 0
) -> tuple[int, list[dict[str, Any]]]:
    """Return (how many check runs, one page of them), latest failure first."""
    values = {**which.values(), "limit": limit, "offset": offset}
    rows = session.execute(_BEHIND, values).mappings()
    how_many = _SOME_HOW_MANY if which.names_checks else _ALL_HOW_MANY
    return int(session.scalar(how_many, values) or 0), [dict(row) for row in rows]
