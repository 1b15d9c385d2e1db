"""Opportunities: stored when an audit ends or changes, read in their order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import TextClause, text

from lfassess.db.database import ConnectionLike

_SAVE = text("""
INSERT INTO opportunities (lead_id, assessment_id, version, score, need, worth, reach, out, why,
                           findings, parts, codes, technologies)
SELECT a.lead_id, a.id, :version, :score, :need, :worth, :reach, :out, :why,
       CAST(:findings AS jsonb), CAST(:parts AS jsonb), :codes, :technologies
  FROM assessments a
 WHERE a.id = :assessment_id
   AND NOT EXISTS (SELECT FROM assessments later
                    WHERE later.lead_id = a.lead_id AND later.id > a.id
                      AND later.status = 'completed')
ON CONFLICT (lead_id) DO UPDATE
   SET assessment_id = excluded.assessment_id, version = excluded.version,
       score = excluded.score, need = excluded.need, worth = excluded.worth,
       reach = excluded.reach, out = excluded.out, why = excluded.why,
       findings = excluded.findings, parts = excluded.parts, codes = excluded.codes,
       technologies = excluded.technologies, ranked_at = clock_timestamp()
""")
# The newest completed audit of each lead, where it is not ranked by today's rules.
_DUE = text("""
SELECT max(a.id) FROM assessments a
 WHERE a.status = 'completed'
 GROUP BY a.lead_id
HAVING NOT EXISTS (SELECT FROM opportunities o
                    WHERE o.lead_id = a.lead_id AND o.assessment_id = max(a.id)
                      AND o.version = :version)
 ORDER BY 1
""")
_RANKED: Final = """
SELECT o.lead_id, o.assessment_id, l.name, coalesce(a.site_url, l.website) AS website, l.phone,
       a.score AS audit_score, a.grade, a.sandbox, a.finished_at, o.score, o.need, o.worth,
       o.reach, o.why, o.findings, o.parts, o.version
  FROM opportunities o
  JOIN assessments a ON a.id = o.assessment_id
  JOIN leads l ON l.id = o.lead_id
 WHERE o.out IS NULL {conditions}
 ORDER BY o.score DESC, o.need DESC, o.lead_id
 LIMIT :limit OFFSET :offset
"""
_TOTALS: Final = """
SELECT o.out, count(*) AS leads FROM opportunities o WHERE true {conditions} GROUP BY o.out
"""
_IN_BATCH: Final = " AND o.lead_id IN (SELECT lead_id FROM batch_leads WHERE batch_id = :batch_id)"
_WITH_CODES: Final = " AND o.codes @> CAST(:codes AS varchar[])"


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


def save(
    session: ConnectionLike,
    assessment_id: int,
    made: dict[str, Any],
    *,
    codes: Sequence[str],
    technologies: Sequence[str],
) -> None:
    """Store what ranking made of an audit; one that a later audit has replaced is left alone.

    Args:
        session: the open transaction.
        assessment_id: which audit.
        made: {version, score, need, worth, reach, out, why, findings, parts}.
        codes: of all its findings to fix.
        technologies: that its website uses, by name.
    """
    values = {
        **made,
        "assessment_id": assessment_id,
        "findings": json.dumps(made["findings"]),
        "parts": json.dumps(made["parts"]),
        "codes": sorted(set(codes)),
        "technologies": sorted(set(technologies)),
    }
    session.execute(_SAVE, values)


def due(session: ConnectionLike, version: str) -> list[int]:
    """Return the newest audits of leads that are not ranked by this version of the rules."""
    return list(session.execute(_DUE, {"version": version}).scalars())


def ranked(
    session: ConnectionLike, chosen: RankFilter, *, limit: int, offset: int = 0
) -> list[RankedLead]:
    """Return the leads to call first; of equal scores more need goes first, then the older lead."""
    values = {**chosen.values(), "limit": limit, "offset": offset}
    return [RankedLead(**row) for row in session.execute(chosen.apply(_RANKED), values).mappings()]


def totals(session: ConnectionLike, chosen: RankFilter) -> dict[str | None, int]:
    """Return how many leads are in the ranking (None) and out of it, by why."""
    rows = session.execute(chosen.apply(_TOTALS), chosen.values())
    return {row.out: row.leads for row in rows}
