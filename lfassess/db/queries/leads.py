"""The lead store: lists, pages, and what was done for one lead."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS, like
from lfassess.db.models import Lead
from lfassess.errors import NotFoundError

PAGE_SIZE: Final = 50

_MATCH = """
 WHERE NOT l.rival
   AND (CAST(:pattern AS text) IS NULL
        OR concat_ws(' ', l.name, l.website, l.phone, l.address) ILIKE :pattern)
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


@dataclass(frozen=True, slots=True)
class Listed:
    """A lead with how its newest assessment stands."""

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


_LISTED = """
SELECT l.id, l.name, l.website, l.phone, l.address, l.country, newest.status, newest.score,
       newest.grade, newest.finished_at AS assessed_at, l.extra
  FROM leads l
  LEFT JOIN LATERAL (SELECT a.shown_status AS status, a.score, a.grade, a.finished_at
                       FROM assessments a
                      WHERE a.lead_id = l.id ORDER BY a.id DESC LIMIT 1) newest ON true
"""
_NEWEST = text(f"""{_LISTED}
 WHERE NOT l.rival
   AND (CAST(:pattern AS text) IS NULL
        OR concat_ws(' ', l.name, l.website, l.phone, l.address) ILIKE :pattern)
   AND l.extra @> CAST(:custom AS jsonb)
 ORDER BY l.id DESC LIMIT :limit
""")
_ALL = text(f"""{_LISTED}
 WHERE l.extra @> CAST(:custom AS jsonb) AND NOT l.do_not_contact AND NOT l.rival ORDER BY l.id
""")


def newest(
    session: Session,
    *,
    limit: int,
    search: str | None = None,
    custom: Mapping[str, str] | None = None,
) -> list[Listed]:
    """Return the newest leads.

    Args:
        session: to read from.
        limit: at most so many.
        search: only those that have this in a field, whatever its case.
        custom: only those whose custom fields have these values.
    """
    values = {
        "pattern": like(search or ""),
        "limit": limit,
        "custom": json.dumps(dict(custom or {})),
    }
    rows = session.execute(_NEWEST, values).mappings()
    return [Listed(**row) for row in rows]


def everything(session: Session, custom: Mapping[str, str] | None = None) -> Iterator[Listed]:
    """Yield all leads that may be contacted, or those with these custom fields, oldest first.

    They are read as they are asked for.
    """
    values = {"custom": json.dumps(dict(custom or {}))}
    rows = session.execute(_ALL, values, execution_options={"yield_per": 1_000}).mappings()
    return (Listed(**row) for row in rows)


def custom_fields(session: Session) -> list[str]:
    """Return the names of all custom fields that leads have."""
    query = text("SELECT DISTINCT jsonb_object_keys(extra) AS name FROM leads ORDER BY name")
    return list(session.scalars(query))


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
