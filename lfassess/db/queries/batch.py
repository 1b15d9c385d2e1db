"""A batch's leads: filtered, sorted, searched and paged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.database import ConnectionLike
from lfassess.db.fragments import COMPLETENESS
from lfassess.db.queries.lead_filter import EVERY, Conditions, LeadFilter
from lfassess.statuses import skip_text

PAGE_SIZE: Final = 50

_ORDER: Final = {
    "line": "m.line NULLS LAST, m.lead_id",
    "name": "lower(l.name), m.lead_id",
    "score": "a.score NULLS LAST, m.lead_id",
    "-score": "a.score DESC NULLS LAST, m.lead_id",
    "-finished": "a.finished_at DESC NULLS LAST, m.lead_id",
}

# Postgres leaves out the joins that neither filter nor order needs; the page's columns come last.
_PAGE = """
WITH page AS (
    SELECT m.lead_id, m.line, m.assessment_id, count(*) OVER () AS total
      FROM batch_leads m
      LEFT JOIN leads l ON l.id = m.lead_id
      LEFT JOIN assessments a ON a.id = m.assessment_id
      LEFT JOIN opportunities o ON o.lead_id = m.lead_id
     WHERE m.batch_id = :batch_id {conditions}
     ORDER BY {order} LIMIT :limit OFFSET :offset
)
{columns}, m.total
  FROM page m JOIN leads l ON l.id = m.lead_id LEFT JOIN assessments a ON a.id = m.assessment_id
 ORDER BY {order}
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
# What a report says changes with its audit's end, a rescore, a dismissal and an approval.
_ENDED = """
SELECT a.id AS assessment_id, l.id AS lead_id, l.name, l.do_not_contact,
       greatest(a.finished_at, r.decided_at, o.ranked_at) AS changed_at
  FROM {found}
  LEFT JOIN reviews r ON r.assessment_id = a.id
  LEFT JOIN opportunities o ON o.assessment_id = a.id
 {order}
"""
_OF_BATCH = """batch_leads m
  JOIN leads l ON l.id = m.lead_id
  JOIN assessments a ON a.id = m.assessment_id AND a.status = 'completed'"""
_ENDED_OF_BATCH = text(
    _ENDED.format(
        found=_OF_BATCH,
        order="WHERE m.batch_id = :batch_id ORDER BY m.line NULLS LAST, m.lead_id",
    )
)
_OF_LEADS = """unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS given(id, place)
  JOIN leads l ON l.id = given.id
  JOIN LATERAL (SELECT * FROM assessments
                 WHERE lead_id = l.id AND status = 'completed'
                 ORDER BY id DESC LIMIT 1) a ON true"""
_ENDED_OF_LEADS = text(_ENDED.format(found=_OF_LEADS, order="ORDER BY given.place"))


ORDERS: Final = tuple(_ORDER)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the batch's leads, and in which order; an order that is unknown is the file's.

    Status, score, grade and review are those of the assessments that serve the batch.
    """

    chosen: LeadFilter = EVERY
    order: str = "line"
    page: int = 1

    @property
    def is_unfiltered(self) -> bool:
        """Whether all leads are selected, in the order of the file."""
        return not self.chosen and self.order not in _ORDER.keys() - {"line"}


_AS_THE_FILE = text(f"""
{_COLUMNS}
  FROM (SELECT * FROM batch_leads WHERE batch_id = :batch_id
         ORDER BY line NULLS LAST, lead_id LIMIT :limit OFFSET :offset) m
  JOIN leads l ON l.id = m.lead_id LEFT JOIN assessments a ON a.id = m.assessment_id
 ORDER BY {_ORDER["line"]}
""")  # noqa: S608 - constant text, values are bound


def leads(
    session: Session, batch_id: int, selection: Selection, *, of: int
) -> tuple[int, list[dict[str, Any]]]:
    """Return (how many there are, one page of them); each with its ``checks`` in order.

    Args:
        session: the open transaction.
        batch_id: the batch.
        selection: which leads.
        of: how many leads the batch has; only asked for without a filter.
    """
    made = Conditions(selection.chosen, of_batch=True)
    values = {
        **made.values,
        "batch_id": batch_id,
        "limit": PAGE_SIZE,
        "offset": PAGE_SIZE * (selection.page - 1),
    }
    if selection.is_unfiltered:  # the page is cut before anything is joined
        rows = [dict(row) for row in session.execute(_AS_THE_FILE, values).mappings()]
        return of, with_checks(session, rows)
    order = _ORDER.get(selection.order, _ORDER["line"])
    statement = text(_PAGE.format(conditions=made.sql, order=order, columns=_COLUMNS))
    rows = [dict(row) for row in session.execute(statement, values).mappings()]
    if not rows and selection.page > 1:  # behind the last page nothing says how many there are
        first = replace(selection, page=1)
        return leads(session, batch_id, first, of=of)[0], []
    total = next((row["total"] for row in rows), 0)
    for row in rows:
        del row["total"]
    return total, with_checks(session, rows)


def each_lead(session: Session, batch_id: int) -> Iterator[dict[str, Any]]:
    """Yield all leads of the batch in the order of its list, as ``leads`` returns them."""
    for page in count(1):
        _, rows = leads(session, batch_id, Selection(page=page), of=0)
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


@dataclass(frozen=True, slots=True)
class ReportDue:
    """An audit that has a report."""

    assessment_id: int
    lead_id: int
    name: str
    do_not_contact: bool
    changed_at: datetime | None  # when what it says last changed


def reports_of(session: ConnectionLike, batch_id: int) -> list[ReportDue]:
    """Return the batch's completed audits in the order of its list."""
    rows = session.execute(_ENDED_OF_BATCH, {"batch_id": batch_id}).mappings()
    return [ReportDue(**row) for row in rows]


def reports_of_leads(session: ConnectionLike, ids: Sequence[int]) -> list[ReportDue]:
    """Return the last completed audit of each lead that has one, in this order."""
    rows = session.execute(_ENDED_OF_LEADS, {"ids": list(ids)}).mappings()
    return [ReportDue(**row) for row in rows]
