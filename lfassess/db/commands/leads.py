"""The lead store: taking leads in, in bulk or singly, and looking them up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lfassess.db.database import ConnectionLike
from lfassess.db.models import Lead


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


# Names that are known keep their places.
_NOTE_FIELDS = text("""
INSERT INTO custom_fields (name)
SELECT given.name FROM unnest(CAST(:names AS varchar[])) WITH ORDINALITY AS given(name, place)
 WHERE NOT EXISTS (SELECT FROM custom_fields f WHERE f.name = given.name)
 ORDER BY given.place
ON CONFLICT (name) DO NOTHING
""")

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
    note_fields(session, list(dict.fromkeys(name for r in rows for name in r.extra)))
    values = {"rows": _as_json(given)}
    added = list(session.scalars(_INSERT, values))
    filled_in = len(session.scalars(_FILL_IN, values).all()) if len(added) < len(rows) else 0
    return Added(added, filled_in)


def note_fields(session: Session, names: Sequence[str]) -> None:
    """Remember custom fields in the order of their list, behind those that are known."""
    if names:
        session.execute(_NOTE_FIELDS, {"names": list(names)})


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
    query = select(func.min(Lead.id)).where(Lead.website == website, ~Lead.rival)
    return session.scalars(query).one()


def pin(session: ConnectionLike, lead_id: int, pins: dict[str, Any]) -> None:
    """Remember facts about the lead for later runs."""
    session.execute(
        text("UPDATE leads SET pins = pins || CAST(:pins AS jsonb) WHERE id = :id"),
        {"id": lead_id, "pins": json.dumps(pins)},
    )
