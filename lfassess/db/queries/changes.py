"""Leads that were audited twice, with what is compared of both audits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_FOUND: Final = """(
    SELECT jsonb_object_agg(c.name, coalesce(c.findings, '[]'::jsonb)) FROM check_runs c
     WHERE c.assessment_id = {audit}.id AND c.status = 'completed')"""
_COLUMNS: Final = f"""
SELECT l.id AS lead_id, l.name, coalesce(later.site_url, l.website) AS website,
       earlier.id AS before_id, earlier.score AS before_score, earlier.grade AS before_grade,
       earlier.scoring_version AS before_version, earlier.area_scores AS before_areas,
       earlier.finished_at AS before_at,
       {_FOUND.format(audit="earlier")} AS before_found,
       later.id AS after_id, later.score AS after_score, later.grade AS after_grade,
       later.scoring_version AS after_version, later.area_scores AS after_areas,
       later.finished_at AS after_at,
       {_FOUND.format(audit="later")} AS after_found,
       earlier.sandbox OR later.sandbox AS sandbox
"""
_PAIRS: Final = """
  JOIN LATERAL (SELECT * FROM assessments a WHERE a.lead_id = l.id AND a.status = 'completed'
                   AND a.id < later.id ORDER BY a.id DESC LIMIT 1) earlier ON true
"""
_AGAIN = text(f"""{_COLUMNS}
  FROM leads l
  JOIN LATERAL (SELECT * FROM assessments a WHERE a.lead_id = l.id AND a.status = 'completed'
                 ORDER BY a.id DESC LIMIT 1) later
    ON CAST(:since AS double precision) IS NULL
       OR later.finished_at >= now() - make_interval(secs => :since)
  {_PAIRS}
 WHERE l.id > :after AND NOT l.rival ORDER BY l.id LIMIT :limit
""")  # noqa: S608 - constant text, values are bound
_ONE = text(f"""{_COLUMNS}
  FROM assessments later JOIN leads l ON l.id = later.lead_id
  {_PAIRS}
 WHERE later.id = :id AND later.status = 'completed' AND NOT l.rival
""")
_BATCHES = text(f"""{_COLUMNS}
  FROM batch_leads one
  JOIN batch_leads two ON two.lead_id = one.lead_id AND two.batch_id = :later
  JOIN leads l ON l.id = one.lead_id
  JOIN assessments earlier ON earlier.id = one.assessment_id AND earlier.status = 'completed'
  JOIN assessments later ON later.id = two.assessment_id AND later.status = 'completed'
 WHERE one.batch_id = :earlier AND later.id <> earlier.id AND l.id > :after
 ORDER BY l.id LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class TwoAudits:
    """A lead with an earlier and a later completed audit."""

    lead_id: int
    name: str
    website: str | None
    before_id: int
    before_score: int | None
    before_grade: str | None
    before_version: str | None
    before_areas: list[int | None]
    before_at: datetime | None
    before_found: dict[str, Any] | None  # findings of the completed checks, by check name
    after_id: int
    after_score: int | None
    after_grade: str | None
    after_version: str | None
    after_areas: list[int | None]
    after_at: datetime | None
    after_found: dict[str, Any] | None
    sandbox: bool


def audited_again(
    session: Session, since_s: float | None = None, *, after: int = 0, limit: int | None = None
) -> Iterator[TwoAudits]:
    """Yield leads with their two newest completed audits, the newest younger than ``since_s``.

    They come by id, from the one behind ``after``.
    """
    return _rows(session, _AGAIN, {"since": since_s, "after": after, "limit": limit})


def between_batches(
    session: Session, earlier: int, later: int, *, after: int = 0, limit: int | None = None
) -> Iterator[TwoAudits]:
    """Yield the leads of two batches, by id, with what each batch found."""
    values = {"earlier": earlier, "later": later, "after": after, "limit": limit}
    return _rows(session, _BATCHES, values)


def with_the_one_before(session: Session, assessment_id: int) -> TwoAudits | None:
    """Return a completed audit with the lead's completed one before it; None without one."""
    row = session.execute(_ONE, {"id": assessment_id}).mappings().one_or_none()
    return TwoAudits(**row) if row is not None else None


def _rows(session: Session, statement: Any, values: dict[str, Any]) -> Iterator[TwoAudits]:
    with session.execute(statement, values, execution_options={"yield_per": 200}) as found:
        for row in found.mappings():
            yield TwoAudits(**row)
