"""Leads in the order in which a call is worth most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from lfassess.db.database import ConnectionLike
from lfassess.db.models import Opportunity

# The newest completed audit of each lead, where it is not ranked by today's rules.
_DUE = text("""
SELECT max(a.id) FROM assessments a
 WHERE a.status = 'completed' AND NOT a.rival
 GROUP BY a.lead_id
HAVING NOT EXISTS (SELECT FROM opportunities o
                    WHERE o.lead_id = a.lead_id AND o.assessment_id = max(a.id)
                      AND o.version = :version)
 ORDER BY 1 LIMIT :limit
""")
_RANKED: Final = """
SELECT o.lead_id, o.assessment_id, l.name, coalesce(a.site_url, l.website) AS website, l.phone,
       a.score AS audit_score, a.grade, a.sandbox, a.finished_at, o.score, o.need, o.worth,
       o.reach, o.why, o.findings, o.parts, o.version
  FROM opportunities o
  JOIN assessments a ON a.id = o.assessment_id
  JOIN leads l ON l.id = o.lead_id
 WHERE o.out IS NULL AND NOT l.do_not_contact {conditions}
 ORDER BY o.score DESC, o.need DESC, o.lead_id
 LIMIT :limit OFFSET :offset
"""
_TOTALS: Final = """
SELECT CASE WHEN l.do_not_contact THEN 'do_not_contact' ELSE o.out END AS out, count(*) AS leads
  FROM opportunities o JOIN leads l ON l.id = o.lead_id
 WHERE true {conditions} GROUP BY 1
"""
_IN_BATCH: Final = " AND o.lead_id IN (SELECT lead_id FROM batch_leads WHERE batch_id = :batch_id)"
_WITH_CODES: Final = " AND o.codes @> CAST(:codes AS varchar[])"


_OUTCOMES: Final = """
SELECT o.score, l.extra ->> :column AS outcome FROM opportunities o JOIN leads l ON l.id = o.lead_id
 WHERE l.extra ? :column {conditions}
"""


@dataclass(frozen=True, slots=True)
class RankedLead:
    """A lead in the order of opportunity."""

    lead_id: int
    assessment_id: int
    name: str
    website: str | None
    phone: str | None
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


@dataclass(frozen=True, slots=True)
class RankFilter:
    """Which leads a ranking is of."""

    batch_id: int | None = None
    codes: tuple[str, ...] = ()  # of findings, all of which a lead must have

    def apply(self, statement: str) -> TextClause:
        """Return a statement with the conditions of this filter in its place for them."""
        parts = (_IN_BATCH if self.batch_id is not None else "", _WITH_CODES if self.codes else "")
        return text(statement.format(conditions="".join(parts)))

    def values(self) -> dict[str, Any]:
        given = {"batch_id": self.batch_id, "codes": list(self.codes) or None}
        return {name: value for name, value in given.items() if value is not None}


def due(session: ConnectionLike, version: str, *, limit: int | None = None) -> list[int]:
    """Return the newest audits of leads that are not ranked by this version of the rules."""
    return list(session.execute(_DUE, {"version": version, "limit": limit}).scalars())


def ranked(
    session: ConnectionLike, chosen: RankFilter, *, limit: int, offset: int = 0
) -> list[RankedLead]:
    """Return the leads to call first; of equal scores more need goes first, then the older lead."""
    values = {**chosen.values(), "limit": limit, "offset": offset}
    return [RankedLead(**row) for row in session.execute(chosen.apply(_RANKED), values).mappings()]


def of(session: Session, lead_id: int) -> Opportunity | None:
    """Return what ranking made of a lead, None where it has no completed audit."""
    return session.get(Opportunity, lead_id)


def outcomes(session: ConnectionLike, chosen: RankFilter, column: str) -> list[tuple[float, str]]:
    """Return (opportunity, what the custom field says) of the leads that have the field."""
    statement = chosen.apply(_OUTCOMES)
    rows = session.execute(statement, {**chosen.values(), "column": column})
    return [(row.score, row.outcome or "") for row in rows]


def totals(session: ConnectionLike, chosen: RankFilter) -> dict[str | None, int]:
    """Return how many leads are in the ranking (None) and out of it, by why."""
    rows = session.execute(chosen.apply(_TOTALS), chosen.values())
    return {row.out: row.leads for row in rows}
