"""Leads with all that is known of them, for files: which ones first, then some at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.queries.lead_filter import CHANGE, Conditions, LeadFilter
from lfassess.db.queries.leads import AUDITS, SOURCE

_HAS_PLACE: Final = "o.lead_id IS NOT NULL AND o.out IS NULL"
_CHOSEN: Final = """
SELECT l.id, {has_place} AS has_place {source}
 WHERE NOT l.do_not_contact AND NOT l.rival {conditions}
 ORDER BY {has_place} DESC, o.score DESC NULLS LAST, o.need DESC NULLS LAST, l.id
"""
_FIELDS: Final = """
SELECT known.name
  FROM (SELECT DISTINCT jsonb_object_keys(l.extra) AS name {source}
         WHERE NOT l.do_not_contact AND NOT l.rival {conditions}) known
  LEFT JOIN custom_fields f ON f.name = known.name
 ORDER BY f.place NULLS LAST, known.name
"""
_DETAILS = text(f"""
SELECT l.id, l.name, l.website, l.phone, l.address, l.country, l.industry, l.extra, l.created_at,
       newest.status, coalesce(a.id, newest.id) AS assessment_id,
       coalesce(a.score, newest.score) AS score, coalesce(a.grade, newest.grade) AS grade,
       coalesce(a.finished_at, newest.finished_at) AS assessed_at, a.area_scores,
       coalesce(a.sandbox, newest.sandbox) AS sandbox, coalesce(a.site_url, l.website) AS site,
       {CHANGE} AS change, r.state AS review, o.score AS opportunity, o.need, o.worth, o.reach,
       o.why, o.findings, o.codes, o.technologies, report.uri AS report_uri,
       (SELECT max(s.expires_at) FROM shares s
         WHERE s.assessment_id = a.id AND s.revoked_at IS NULL
           AND s.expires_at > clock_timestamp()) AS shared_until
  FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS given(id, place)
  JOIN leads l ON l.id = given.id
{AUDITS}  LEFT JOIN reviews r ON r.assessment_id = a.id
  LEFT JOIN LATERAL (SELECT f.uri FROM artefacts f
                      WHERE f.assessment_id = a.id AND f.name IN ('report.pdf', 'report.html')
                      ORDER BY f.name DESC LIMIT 1) report ON true
 ORDER BY given.place
""")  # noqa: S608 - constant text, values are bound


@dataclass(frozen=True, slots=True)
class Exported:
    """A lead, what its audits say, and what ranking made of it."""

    id: int
    name: str
    website: str | None
    phone: str | None
    address: str | None
    country: str
    industry: str | None
    extra: dict[str, str]  # custom fields by name
    created_at: datetime
    status: str | None  # of its newest assessment; what follows is of the last completed one
    assessment_id: int | None
    score: int | None
    grade: str | None
    assessed_at: datetime | None
    area_scores: list[int | None] | None  # in the order of ``models.assessment.AREAS``
    sandbox: bool | None
    site: str | None
    change: int | None  # of the score, since the audit before
    review: str | None
    opportunity: float | None
    need: float | None
    worth: float | None
    reach: float | None
    why: str | None
    findings: list[dict[str, Any]] | None  # the three to speak of
    codes: list[str] | None  # of all findings
    technologies: list[str] | None
    report_uri: str | None
    shared_until: datetime | None


def chosen_ids(session: Session, chosen: LeadFilter) -> tuple[array[int], int]:
    """Return the ids of leads that may be contacted, and how many of them are ranked.

    These come first, in the order in which a call is worth most; then the others, oldest first.
    """
    made = Conditions(chosen)
    statement = text(_CHOSEN.format(has_place=_HAS_PLACE, source=SOURCE, conditions=made.sql))
    ids, ranked = array("q"), 0
    for row in session.execute(statement, made.values, execution_options={"yield_per": 5_000}):
        ids.append(row.id)
        ranked += row.has_place
    return ids, ranked


def custom_fields(session: Session, chosen: LeadFilter) -> list[str]:
    """Return the names of the custom fields that the leads have, in their lists' order."""
    made = Conditions(chosen)
    statement = text(_FIELDS.format(source=SOURCE, conditions=made.sql))
    return list(session.scalars(statement, made.values))


def known_fields(session: Session) -> list[str]:
    """Return the names of all lists' own columns, in their order."""
    return list(session.scalars(text("SELECT name FROM custom_fields ORDER BY place")))


def details(session: Session, ids: Sequence[int]) -> list[Exported]:
    """Return leads in this order; those that are gone are left out."""
    rows = session.execute(_DETAILS, {"ids": list(ids)}).mappings()
    return [Exported(**row) for row in rows]
