"""The lead store: taking leads in, in bulk or singly, and looking them up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lfassess.db.database import ConnectionLike
from lfassess.db.models import Lead
from lfassess.errors import NotFoundError


class NewLead(Protocol):
    """What the store needs to know of a lead."""

    @property
    def name(self) -> str: ...
    @property
    def website(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def country(self) -> str: ...
    @property
    def extra(self) -> Mapping[str, str]: ...
    @property
    def dedupe_key(self) -> str: ...
    @property
    def bare(self) -> bool: ...
    @property
    def industry(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...


# One JSON text is bound in a sixth of the time that arrays take.
_GIVEN = """
json_to_recordset(CAST(:rows AS json))
    AS given(name text, website text, phone text, address text, country text, extra jsonb,
             dedupe_key text, bare boolean, industry text)
"""

_INSERT = text(f"""
INSERT INTO leads (name, website, phone, address, country, extra, dedupe_key, bare, industry)
SELECT name, website, phone, address, country, extra, dedupe_key, bare, industry FROM {_GIVEN}
ON CONFLICT (dedupe_key) DO NOTHING
RETURNING id
""")  # noqa: S608 - constant text, values are bound

_FILL_IN = text(f"""
UPDATE leads l
   SET phone = coalesce(l.phone, given.phone), address = coalesce(l.address, given.address),
       industry = coalesce(l.industry, given.industry), extra = given.extra || l.extra
  FROM {_GIVEN}
 WHERE l.dedupe_key = given.dedupe_key
   AND ((l.phone IS NULL AND given.phone IS NOT NULL)
        OR (l.address IS NULL AND given.address IS NOT NULL)
        OR (l.industry IS NULL AND given.industry IS NOT NULL)
        OR NOT l.extra @> (given.extra || l.extra))
RETURNING l.id
""")  # noqa: S608 - constant text, values are bound


_as_json = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Added:
    """What storing leads has done."""

    added: list[int]  # ids of the new ones
    filled_in: int  # known ones that lacked something


def add(session: Session, rows: Sequence[NewLead]) -> Added:
    """Store the leads that are not known yet; of known ones only fill in what is missing."""
    given = [
        {
            "name": r.name,
            "website": r.website,
            "phone": r.phone,
            "address": r.address,
            "country": r.country,
            "extra": dict(r.extra),
            "dedupe_key": r.dedupe_key,
            "bare": r.bare,
            "industry": r.industry,
        }
        for r in rows
    ]
    values = {"rows": _as_json(given)}
    added = list(session.scalars(_INSERT, values))
    filled_in = len(session.scalars(_FILL_IN, values).all()) if len(added) < len(rows) else 0
    return Added(added, filled_in)


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """A lead in the store, by what tells branches of one website apart."""

    dedupe_key: str
    phone: str | None
    address: str | None


def of_sites(session: Session, sites: Sequence[str]) -> dict[str, list[StoredPlace]]:
    """Return the leads of each site (the part of a dedupe key before the bar), oldest first."""
    query = text("""
    SELECT split_part(dedupe_key, '|', 1) AS site, dedupe_key, phone, address FROM leads
     WHERE split_part(dedupe_key, '|', 1) = ANY(:sites) ORDER BY id
    """)
    found: dict[str, list[StoredPlace]] = {}
    for row in session.execute(query, {"sites": list(sites)}):
        found.setdefault(row.site, []).append(StoredPlace(row.dedupe_key, row.phone, row.address))
    return found


def id_of(session: Session, key: str) -> int:
    """Return the id of the lead with this dedupe key, which must be there."""
    return session.scalars(select(Lead.id).where(Lead.dedupe_key == key)).one()


def note_scheme(session: Session, lead_id: int, website: str | None, *, bare: bool) -> None:
    """Remember of a known lead whether its website was given without a scheme this time."""
    query = text("UPDATE leads SET bare = :bare WHERE id = :id AND website = :website")
    session.execute(query, {"id": lead_id, "website": website, "bare": bare})


def note_industry(session: Session, lead_id: int, industry: str) -> None:
    """Remember what trade a lead is in; goes before what was known."""
    query = text("UPDATE leads SET industry = :industry WHERE id = :id")
    session.execute(query, {"id": lead_id, "industry": industry})


def oldest_with_website(session: Session, website: str) -> int | None:
    """Return the id of the lead that has had exactly this website for longest."""
    query = select(func.min(Lead.id)).where(Lead.website == website)
    return session.scalars(query).one()


# --- looking them up ------------------------------------------------------------------------------


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
 WHERE (CAST(:pattern AS text) IS NULL
        OR concat_ws(' ', l.name, l.website, l.phone, l.address) ILIKE :pattern)
   AND l.extra @> CAST(:custom AS jsonb)
 ORDER BY l.id DESC LIMIT :limit
""")
_ALL = text(f"{_LISTED} WHERE l.extra @> CAST(:custom AS jsonb) ORDER BY l.id")


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
    pattern = None
    if search is not None:
        escaped = search.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        pattern = f"%{escaped}%"
    values = {"pattern": pattern, "limit": limit, "custom": json.dumps(dict(custom or {}))}
    rows = session.execute(_NEWEST, values).mappings()
    return [Listed(**row) for row in rows]


def everything(session: Session, custom: Mapping[str, str] | None = None) -> Iterator[Listed]:
    """Yield all leads, or those with these custom fields, oldest first, without holding them."""
    values = {"custom": json.dumps(dict(custom or {}))}
    rows = session.execute(_ALL, values, execution_options={"yield_per": 1_000}).mappings()
    return (Listed(**row) for row in rows)


def custom_fields(session: Session) -> list[str]:
    """Return the names of all custom fields that leads have."""
    query = text("SELECT DISTINCT jsonb_object_keys(extra) AS name FROM leads ORDER BY name")
    return list(session.scalars(query))


def get(session: Session, lead_id: int) -> Lead:
    """Return the lead; raises NotFoundError."""
    lead = session.get(Lead, lead_id)
    if lead is None:
        raise NotFoundError(
            f"There is no lead {lead_id}.", hint="`lfassess leads list` shows those there are."
        )
    return lead


_ASSESSMENTS = text("""
SELECT id, shown_status AS status, score, grade, completeness, sandbox, created_at, started_at,
       finished_at
  FROM assessments WHERE lead_id = :lead_id ORDER BY id DESC
""")

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


def pin(session: ConnectionLike, lead_id: int, pins: dict[str, Any]) -> None:
    """Remember facts about the lead for later runs."""
    session.execute(
        text("UPDATE leads SET pins = pins || CAST(:pins AS jsonb) WHERE id = :id"),
        {"id": lead_id, "pins": json.dumps(pins)},
    )
