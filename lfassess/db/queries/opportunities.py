"""Leads in the order in which a call is worth most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.database import ConnectionLike
from lfassess.db.models import Opportunity
from lfassess.db.queries.lead_filter import Conditions, LeadFilter

# The newest completed audit of each lead, where it is not ranked by today's rules.
_DUE = text("""
SELECT max(a.id) FROM assessments a
  LEFT JOIN opportunities o ON o.lead_id = a.lead_id AND o.version = :version
 WHERE a.status = 'completed' AND (o.lead_id IS NULL OR o.assessment_id < a.id)
   AND NOT EXISTS (SELECT FROM assessments r WHERE r.id = a.id AND r.rival)
 GROUP BY a.lead_id ORDER BY 1 LIMIT :limit
""")
# Outer joins that no condition needs cost nothing: Postgres leaves them out. Who is on the
# do-not-contact list, and audits that run again, are few and come from indexes of theirs.
_RANKABLE: Final = """
  FROM opportunities o
  LEFT JOIN leads l ON l.id = o.lead_id
  LEFT JOIN assessments a ON a.id = o.assessment_id AND a.status = 'completed'
  LEFT JOIN leads barred ON barred.id = o.lead_id AND barred.do_not_contact
 WHERE NOT EXISTS (SELECT FROM assessments again
                    WHERE again.id = o.assessment_id AND again.status <> 'completed') {conditions}
"""
# Where a filter chooses few, going through the leads in their order until the page is full takes
# longest: they are found first, then put in order. Without a filter an index has the order.
_COLUMNS: Final = """
SELECT o.lead_id, o.assessment_id, l.name, coalesce(a.site_url, l.website) AS website, l.phone,
       l.country, l.extra, a.score AS audit_score, a.grade, a.sandbox, a.finished_at,
       o.score, o.need, o.worth, o.reach, o.why, o.findings, o.parts, o.version"""
_RANKED: Final = """
WITH chosen AS {materialized} (
    SELECT o.lead_id, o.score, o.need {source} AND o.out IS NULL AND barred.id IS NULL
), page AS (
    SELECT * FROM chosen ORDER BY score DESC, need DESC, lead_id LIMIT :limit OFFSET :offset
)
{columns}
  FROM page
  JOIN opportunities o ON o.lead_id = page.lead_id
  JOIN assessments a ON a.id = o.assessment_id
  JOIN leads l ON l.id = o.lead_id
 ORDER BY o.score DESC, o.need DESC, o.lead_id
"""
_OUT: Final = "CASE WHEN barred.id IS NULL THEN o.out ELSE 'do_not_contact' END AS out"
_TOTALS: Final = """
SELECT {out}, count(*) AS leads {source} GROUP BY 1
"""
# Both, from leads that are found once. One row says the totals where the page has none.
_RANKED_AND_TOTALS: Final = """
WITH found AS MATERIALIZED (
    SELECT o.lead_id, o.score, o.need, {out} {source}
), page AS (
    SELECT lead_id FROM found WHERE out IS NULL
     ORDER BY score DESC, need DESC, lead_id LIMIT :limit OFFSET :offset
), totals AS (
    SELECT array_agg(out) AS outs, array_agg(leads) AS counts
      FROM (SELECT out, count(*) AS leads FROM found GROUP BY out) counted
)
{columns}, totals.outs, totals.counts
  FROM totals
  LEFT JOIN page ON true
  LEFT JOIN opportunities o ON o.lead_id = page.lead_id
  LEFT JOIN assessments a ON a.id = o.assessment_id
  LEFT JOIN leads l ON l.id = o.lead_id
 ORDER BY o.score DESC, o.need DESC, o.lead_id
"""
_OUTCOMES: Final = """
SELECT o.score, l.extra ->> :column AS outcome {source} AND l.extra ? :column
"""


@dataclass(frozen=True, slots=True)
class RankedLead:
    """A lead in the order of opportunity."""

    lead_id: int
    assessment_id: int
    name: str
    website: str | None
    phone: str | None
    country: str
    extra: dict[str, str]  # custom fields by name
    audit_score: int | None
    grade: str | None
    sandbox: bool
    finished_at: datetime | None
    score: float
    need: float
    worth: float
    reach: float
    why: str
    findings: list[dict[str, Any]]
    parts: dict[str, dict[str, float | None]]
    version: str


def due(session: ConnectionLike, version: str, *, limit: int | None = None) -> list[int]:
    """Return the newest audits of leads that are not ranked by this version of the rules."""
    return list(session.execute(_DUE, {"version": version, "limit": limit}).scalars())


def ranked(
    session: ConnectionLike, chosen: LeadFilter, *, limit: int, offset: int = 0
) -> list[RankedLead]:
    """Return the leads to call first; of equal scores more need goes first, then the older lead."""
    made = Conditions(chosen)
    values = {**made.values, "limit": limit, "offset": offset}
    source = _RANKABLE.format(conditions=made.sql)
    statement = _RANKED.format(materialized=made.materialized, source=source, columns=_COLUMNS)
    rows = session.execute(text(statement), values)
    return [RankedLead(**row) for row in rows.mappings()]


def of(session: Session, lead_id: int) -> Opportunity | None:
    """Return what ranking made of a lead, None where it has no completed audit."""
    return session.get(Opportunity, lead_id)


def outcomes(session: ConnectionLike, chosen: LeadFilter, column: str) -> list[tuple[float, str]]:
    """Return (opportunity, what the custom field says) of the leads that have the field."""
    made = Conditions(chosen)
    statement = text(_OUTCOMES.format(source=_RANKABLE.format(conditions=made.sql)))
    rows = session.execute(statement, {**made.values, "column": column})
    return [(row.score, row.outcome or "") for row in rows]


def totals(session: ConnectionLike, chosen: LeadFilter) -> dict[str | None, int]:
    """Return how many leads are in the ranking (None) and out of it, by why."""
    made = Conditions(chosen)
    statement = text(_TOTALS.format(out=_OUT, source=_RANKABLE.format(conditions=made.sql)))
    rows = session.execute(statement, made.values)
    return {row.out: row.leads for row in rows}


def ranked_and_totals(
    session: ConnectionLike, chosen: LeadFilter, *, limit: int, offset: int = 0
) -> tuple[list[RankedLead], dict[str | None, int]]:
    """Return what ``ranked`` and ``totals`` do, of a filter in half the time."""
    if not chosen:
        return ranked(session, chosen, limit=limit, offset=offset), totals(session, chosen)
    made = Conditions(chosen)
    source = _RANKABLE.format(conditions=made.sql)
    statement = text(_RANKED_AND_TOTALS.format(out=_OUT, source=source, columns=_COLUMNS))
    values = {**made.values, "limit": limit, "offset": offset}
    rows = [dict(row) for row in session.execute(statement, values).mappings()]
    counted = [(row.pop("outs") or [], row.pop("counts") or []) for row in rows]
    found = [RankedLead(**row) for row in rows if row["lead_id"] is not None]
    return found, dict(zip(*counted[0], strict=True))
