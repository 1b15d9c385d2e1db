"""Scores of the store's audits, to compare one audit with; and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import REPORT_DUE_AGAIN
from lfassess.db.models.assessment import AREAS

# A lead counts once, with its latest audit of the scoring version; emulated audits are a world of
# their own. The index ix_assessments_scored has all of it. ``least`` is of how many areas a score
# must rest on.
_COUNTED = """
latest AS (
    SELECT DISTINCT ON (lead_id) id, lead_id, score, category, area_scores
      FROM assessments
     WHERE status = 'completed' AND score IS NOT NULL
       AND scoring_version = :version AND sandbox = :sandbox
     ORDER BY lead_id DESC, id DESC
), counted AS (
    SELECT a.id, a.lead_id, a.score, a.area_scores, coalesce(a.category, l.industry) AS trade
      FROM latest a JOIN leads l ON l.id = a.lead_id
     WHERE cardinality(array_remove(a.area_scores, NULL)) >= :least AND NOT l.rival
)
"""

_SCORES = text(f"""
WITH {_COUNTED}
SELECT made.area, made.score, CASE WHEN c.trade = ANY(:trades) THEN c.trade END AS trade,
       b.lead_id IS NOT NULL AS in_batch, count(*) AS audits, statement_timestamp() AS read_at
  FROM counted c
  LEFT JOIN batch_leads b ON b.batch_id = :batch_id AND b.lead_id = c.lead_id
 CROSS JOIN unnest(c.score::smallint || c.area_scores) WITH ORDINALITY AS made(score, area)
 WHERE made.score IS NOT NULL
 GROUP BY 1, 2, 3, 4
""")  # noqa: S608 - constant text, values are bound

_OWN = text("""
SELECT * FROM (
    SELECT a.id, a.lead_id, a.score, a.area_scores, coalesce(a.category, l.industry) AS trade
      FROM assessments a JOIN leads l ON l.id = a.lead_id
     WHERE a.lead_id = :lead_id AND a.status = 'completed' AND a.score IS NOT NULL AND NOT l.rival
       AND a.scoring_version = :version AND a.sandbox = :sandbox AND a.finished_at <= :before
     ORDER BY a.id DESC LIMIT 1
) latest WHERE cardinality(array_remove(area_scores, NULL)) >= :least
""")

_WITHOUT = text(f"""
WITH {_COUNTED}
SELECT c.id, c.lead_id, c.score, c.area_scores, c.trade, coalesce(:batch_id, a.batch_id) AS batch_id
  FROM counted c JOIN assessments a ON a.id = c.id
 WHERE a.benchmark IS NULL
   AND (c.id IN (SELECT assessment_id FROM batch_leads WHERE batch_id = :batch_id)
        OR c.id = ANY(CAST(:ids AS bigint[])) AND NOT EXISTS (
           SELECT FROM batches b WHERE b.id = a.batch_id AND b.finished_at IS NULL))
 ORDER BY batch_id, c.id
""")  # noqa: S608 - constant text, values are bound

_KEEP = text(f"""
UPDATE assessments a
   SET benchmark = made.benchmark, report_due_at = {REPORT_DUE_AGAIN}
  FROM json_to_recordset(CAST(:made AS json)) AS made(id bigint, benchmark jsonb)
 WHERE a.id = made.id
""")  # noqa: S608 - constant text, values are bound


@dataclass(frozen=True, slots=True)
class Scored:
    """How many audits have this score."""

    area: str  # one of AREAS; "" is overall
    score: int  # 0-100
    trade: str | None  # one of those asked for
    in_batch: bool
    audits: int


@dataclass(frozen=True, slots=True)
class Audit:
    """An ended audit that counts for its lead."""

    id: int
    lead_id: int
    score: int
    area_scores: Sequence[int | None]  # in the order of AREAS
    trade: str | None
    batch_id: int | None = None  # whose audits it is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Which audits may be compared with each other."""

    version: str  # of the scoring
    sandbox: bool
    least: int  # areas that a score rests on

    def as_values(self) -> dict[str, Any]:
        return {"version": self.version, "sandbox": self.sandbox, "least": self.least}


def scores(
    session: Session,
    population: Population,
    *,
    trades: Sequence[str],
    batch_id: int | None,
) -> tuple[list[Scored], datetime | None]:
    """Return the scores of all audits of the population, counted; and when they were read.

    Args:
        session: to read from.
        population: which audits.
        trades: to tell apart; all others count as one.
        batch_id: to tell its leads apart.
    """
    values = {"trades": list(trades), "batch_id": batch_id}
    rows = session.execute(_SCORES, values | population.as_values()).all()
    names = ("", *AREAS)
    found = [Scored(names[r.area - 1], r.score, r.trade, r.in_batch, r.audits) for r in rows]
    return found, max((r.read_at for r in rows), default=None)


def counted_of(
    session: Session, population: Population, lead_id: int, before: datetime
) -> Audit | None:
    """Return the audit that counted for a lead at a time, or None."""
    values = {"lead_id": lead_id, "before": before}
    row = session.execute(_OWN, values | population.as_values()).mappings().one_or_none()
    return None if row is None else Audit(**row)


def audits_without(
    session: Session, population: Population, ids: Sequence[int], *, batch_id: int | None = None
) -> list[Audit]:
    """Return those of these audits, and of a batch's, that count and have no benchmark yet.

    By batch; those of a batch that still runs are compared when it ends.
    """
    values = {"ids": list(ids), "batch_id": batch_id}
    rows = session.execute(_WITHOUT, values | population.as_values()).mappings()
    return [Audit(**row) for row in rows]


def keep(session: Session, made: Iterator[tuple[int, Mapping[str, Any]]]) -> int:
    """Store benchmarks by audit and have stored reports written again; returns how many.

    Args:
        session: the open transaction.
        made: (assessment id, benchmark).
    """
    rows = [{"id": number, "benchmark": benchmark} for number, benchmark in made]
    if rows:
        session.execute(_KEEP, {"made": json.dumps(rows)})
    return len(rows)


def populations(
    session: Session, ids: Sequence[int], *, batch_id: int | None, least: int
) -> list[Population]:
    """Return the populations that these audits and a batch's are of."""
    query = text("""
    SELECT DISTINCT scoring_version, sandbox FROM assessments
     WHERE status = 'completed' AND score IS NOT NULL AND scoring_version IS NOT NULL
       AND (id = ANY(CAST(:ids AS bigint[]))
            OR id IN (SELECT assessment_id FROM batch_leads WHERE batch_id = :batch_id))
     ORDER BY 1, 2
    """)
    rows = session.execute(query, {"ids": list(ids), "batch_id": batch_id})
    return [
        Population(version=row.scoring_version, sandbox=row.sandbox, least=least) for row in rows
    ]
