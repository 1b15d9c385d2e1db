"""A batch's leads: filtered, sorted, searched and paged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS, like
from lfassess.statuses import skip_text

PAGE_SIZE: Final = 50

_STATUS: Final = {
    "": "",
    "pending": "AND a.status = 'pending'",
    "in_progress": "AND a.status = 'in_progress'",
    "completed": "AND a.status = 'completed'",
    "failed": "AND a.shown_status = 'failed'",
    "cancelled": "AND a.shown_status = 'cancelled'",
    "partial": "AND a.status = 'completed' AND EXISTS (SELECT FROM check_runs c"
    " WHERE c.assessment_id = a.id AND c.status = 'failed')",
    "not_submitted": "AND a.id IS NULL",
}
_ORDER: Final = {
    "line": "m.line NULLS LAST, m.lead_id",
    "name": "lower(l.name), m.lead_id",
    "score": "a.score NULLS LAST, m.lead_id",
    "-score": "a.score DESC NULLS LAST, m.lead_id",
    "-finished": "a.finished_at DESC NULLS LAST, m.lead_id",
}

_FROM = """
  FROM batch_leads m JOIN leads l ON l.id = m.lead_id
  LEFT JOIN assessments a ON a.id = m.assessment_id
 WHERE m.batch_id = :batch_id {status}
   AND (CAST(:pattern AS text) IS NULL OR concat_ws(' ', l.name, l.website) ILIKE :pattern)
"""
_COLUMNS = f"""
SELECT a.id, m.lead_id, m.line, l.name, coalesce(a.site_url, l.website) AS website,
       a.shown_status AS status, a.score, a.grade, {COMPLETENESS}, a.sandbox,
       a.started_at, a.finished_at
"""
_CHECKS = text("""
SELECT assessment_id, name, status, skip_code, skip_reason, score, error_code, next_attempt_at,
       deferred_reason, inconclusive_reason
  FROM check_runs WHERE assessment_id = ANY(:ids) ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which of the batch's leads, and in which order; words that are unknown count as not given."""

    status: str = ""
    order: str = "line"
    search: str = ""
    page: int = 1

    @property
    def is_unfiltered(self) -> bool:
        """Whether all leads are selected, in the order of the file."""
        return not (self.status or self.search.strip()) and self.order == "line"


_AS_THE_FILE = text(f"""
{_COLUMNS}
  FROM (SELECT * FROM batch_leads WHERE batch_id = :batch_id
         ORDER BY line NULLS LAST, lead_id LIMIT :limit OFFSET :offset) m
  JOIN leads l ON l.id = m.lead_id LEFT JOIN assessments a ON a.id = m.assessment_id
 ORDER BY {_ORDER["line"]}
""")  # noqa: S608 - constant text, values are bound


def leads(
    session: Session, batch_id: int, selection: LeadFilter, *, of: int
) -> tuple[int, list[dict[str, Any]]]:
    """Return (how many there are, one page of them); each with its ``checks`` in order.

    Args:
        session: the open transaction.
        batch_id: the batch.
        selection: which leads.
        of: how many leads the batch has.
    """
    values = {
        "batch_id": batch_id,
        "limit": PAGE_SIZE,
        "offset": PAGE_SIZE * (selection.page - 1),
        "pattern": like(selection.search),
    }
    if selection.is_unfiltered:  # the page is cut before anything is joined
        total, page = of, session.execute(_AS_THE_FILE, values)
    else:
        source = _FROM.format(status=_STATUS.get(selection.status, ""))
        order = _ORDER.get(selection.order, _ORDER["line"])
        total = session.scalar(text(f"SELECT count(*) {source}"), values) or 0
        page = session.execute(
            text(f"{_COLUMNS} {source} ORDER BY {order} LIMIT :limit OFFSET :offset"), values
        )
    return total, with_checks(session, [dict(row) for row in page.mappings()])


def each_lead(session: Session, batch_id: int) -> Iterator[dict[str, Any]]:
    """Yield all leads of the batch in the order of its list, as ``leads`` returns them."""
    for page in count(1):
        _, rows = leads(session, batch_id, LeadFilter(page=page), of=0)
        if not rows:
            return
        yield from rows


def with_checks(session: Session, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each row the check runs of its assessment."""
    by_id: dict[int, list[dict[str, Any]]] = {row["id"]: [] for row in rows if row["id"]}
    for check in session.execute(_CHECKS, {"ids": list(by_id)}).mappings():
        by_id[check["assessment_id"]].append(
            {**check, "skip_text": skip_text(check["skip_code"], check["skip_reason"])}
        )
    return [{**row, "checks": by_id.get(row["id"], [])} for row in rows]


_REJECTS = text("""
SELECT line, reason, excerpt, count(*) OVER () AS total
  FROM batch_rejects WHERE batch_id = :batch_id ORDER BY line LIMIT :limit
""")


def rejects(session: Session, batch_id: int, limit: int = 50) -> list[dict[str, Any]]:
    """Return the first refused rows of the file; each says how many there are in ``total``."""
    rows = session.execute(_REJECTS, {"batch_id": batch_id, "limit": limit}).mappings()
    return [dict(row) for row in rows]
