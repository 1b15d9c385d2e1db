"""The lead store: lists, pages, and what was done for one lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS
from lfassess.db.models import Lead
from lfassess.db.queries.lead_filter import EVERY, Conditions, LeadFilter
from lfassess.errors import NotFoundError

PAGE_SIZE: Final = 50

# What a filter's conditions speak of: leads l, their opportunity o, its assessment a.
SOURCE: Final = """
  FROM leads l
  LEFT JOIN opportunities o ON o.lead_id = l.id
  LEFT JOIN assessments a ON a.id = o.assessment_id AND a.status = 'completed'
"""
# A lead's ranked audit (a), its rank (o) and its newest audit, ended or not.
AUDITS: Final = """
  LEFT JOIN opportunities o ON o.lead_id = l.id
  LEFT JOIN assessments a ON a.id = o.assessment_id
  LEFT JOIN LATERAL (SELECT x.id, x.shown_status AS status, x.score, x.grade, x.finished_at,
                            x.sandbox
                       FROM assessments x
                      WHERE x.lead_id = l.id ORDER BY x.id DESC LIMIT 1) newest ON true
"""
# The page is cut before the newest assessments are looked up; see opportunities.py for the rest.
_PAGE: Final = """
WITH chosen AS {materialized} (
    SELECT l.id {source}
     WHERE NOT l.rival AND (CAST(:before AS bigint) IS NULL OR l.id < :before) {conditions}
), page AS (
    SELECT id FROM chosen ORDER BY id DESC LIMIT :limit OFFSET :offset
)
SELECT l.id, l.name, l.website, l.phone, l.address, l.country, newest.status,
       coalesce(a.score, newest.score) AS score, coalesce(a.grade, newest.grade) AS grade,
       coalesce(a.finished_at, newest.finished_at) AS assessed_at, l.extra, l.created_at,
       newest.id AS assessment_id, coalesce(newest.sandbox, false) AS sandbox
  FROM page
  JOIN leads l ON l.id = page.id
{audits}
 ORDER BY l.id DESC
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A lead with how its newest assessment stands, and the score of its last completed one."""

    id: int
    name: str
    website: str | None
    phone: str | None
    address: str | None
    country: str
    status: str | None
    score: int | None
    grade: str | None
    assessed_at: datetime | None
    extra: dict[str, str]  # custom fields by name
    created_at: datetime
    assessment_id: int | None  # the newest
    sandbox: bool


def newest(
    session: Session,
    chosen: LeadFilter = EVERY,
    *,
    limit: int,
    before: int | None = None,
    offset: int = 0,
) -> list[Listed]:
    """Return the newest leads that a filter chooses.

    Args:
        session: to read from.
        chosen: which leads.
        limit: at most so many.
        before: only those that are older than the lead with this id.
        offset: how many of them to pass over.
    """
    made = Conditions(chosen)
    statement = text(
        _PAGE.format(
            source=SOURCE, conditions=made.sql, materialized=made.materialized, audits=AUDITS
        )
    )
    values = {**made.values, "limit": limit, "before": before, "offset": offset}
    return [Listed(**row) for row in session.execute(statement, values).mappings()]


def count(session: Session, chosen: LeadFilter) -> int:
    """Return how many leads a filter chooses."""
    made = Conditions(chosen)
    statement = text(f"SELECT count(*) {SOURCE} WHERE NOT l.rival {made.sql}")
    return int(session.scalar(statement, made.values) or 0)


def get(session: Session, lead_id: int) -> Lead:
    """Return the lead; raises NotFoundError. A competitor is none."""
    lead = session.get(Lead, lead_id)
    if lead is None or lead.rival:
        raise NotFoundError(
            f"There is no lead {lead_id}.", hint="`lfassess leads list` shows those there are."
        )
    return lead


_ASSESSMENTS = text(f"""
SELECT id, shown_status AS status, score, grade, {COMPLETENESS}, sandbox, created_at,
       started_at, finished_at
  FROM assessments a WHERE lead_id = :lead_id ORDER BY id DESC
""")  # noqa: S608 - constant text, values are bound

_ATTEMPTS = """
SELECT c.assessment_id, c.name AS check, t.number, t.outcome, t.worker, t.started_at,
       t.finished_at, t.provider, t.error_code, t.error_message, t.cost_usd, t.calls
  FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
 WHERE {which} ORDER BY t.started_at, t.id
"""
_OF_LEAD = text(_ATTEMPTS.format(which="c.lead_id = :lead_id"))
_OF_ASSESSMENT = text(_ATTEMPTS.format(which="c.assessment_id = :assessment_id"))


def timeline(session: Session, assessment_id: int) -> list[dict[str, Any]]:
    """Return the assessment's attempts in order of time: when, where, how long, what came back."""
    rows = session.execute(_OF_ASSESSMENT, {"assessment_id": assessment_id}).mappings()
    return [{k: v for k, v in row.items() if k != "assessment_id"} for row in rows]


def history(session: Session, lead_id: int) -> list[dict[str, Any]]:
    """Return the lead's assessments, newest first, each with its attempts in order of time."""
    assessments = [
        {**row, "attempts": []}
        for row in session.execute(_ASSESSMENTS, {"lead_id": lead_id}).mappings()
    ]
    by_id = {a["id"]: a["attempts"] for a in assessments}
    for row in session.execute(_OF_LEAD, {"lead_id": lead_id}).mappings():
        attempt = dict(row)
        if (attempts := by_id.get(attempt.pop("assessment_id"))) is not None:
            attempts.append(attempt)
    return assessments
