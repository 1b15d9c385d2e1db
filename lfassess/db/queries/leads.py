"""The lead store, a page at a time."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.queries.search import like

PAGE_SIZE: Final = 50

_MATCH = """
 WHERE CAST(:pattern AS text) IS NULL
    OR concat_ws(' ', l.name, l.website, l.phone, l.address) ILIKE :pattern
"""
_TOTAL = text(f"SELECT count(*) FROM leads l {_MATCH}")  # noqa: S608 - constant text, values are bound
# The page is cut before the newest assessments are looked up.
_PAGE = text(f"""
SELECT l.*, newest.id AS assessment_id, newest.shown_status AS status, newest.score, newest.grade,
       newest.sandbox, newest.finished_at
  FROM (SELECT id, name, website, phone, address, country FROM leads l {_MATCH}
         ORDER BY id DESC LIMIT :limit OFFSET :offset) l
  LEFT JOIN LATERAL (SELECT * FROM assessments a WHERE a.lead_id = l.id
                      ORDER BY a.id DESC LIMIT 1) newest ON true
 ORDER BY l.id DESC
""")  # noqa: S608 - constant text, values are bound


def leads(session: Session, search: str, page: int) -> tuple[int, list[dict[str, Any]]]:
    """Return (how many match, one page of them), newest first."""
    values = {"pattern": like(search), "limit": PAGE_SIZE, "offset": PAGE_SIZE * (page - 1)}
    rows = session.execute(_PAGE, values).mappings()
    return int(session.scalar(_TOTAL, values) or 0), [dict(row) for row in rows]
