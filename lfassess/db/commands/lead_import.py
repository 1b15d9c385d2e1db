"""The batch a file becomes: recognising it again, its leads, its refused rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.commands.leads import NewLead

_LOCK = 0x1F_A55E56
_NO_BATCH = -1


class NewReject(Protocol):
    """What is stored of a row that could not be imported."""

    @property
    def line(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def excerpt(self) -> str: ...


@dataclass(frozen=True, slots=True)
class StoredReject:
    """A refused row as the batch keeps it."""

    line: int
    reason: str
    excerpt: str


def lock_imports(session: Session) -> None:
    """Wait until no other import runs: two with leads in common could block each other for good."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL lock_timeout = 0"))
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


_CLAIM = text("""
INSERT INTO batches (name, content_hash, options)
VALUES (:name, :content_hash, CAST(:options AS jsonb))
ON CONFLICT (content_hash) DO NOTHING RETURNING id
""")


def claim_batch(
    session: Session, *, name: str, content_hash: str | None, options: dict[str, Any]
) -> tuple[int, bool]:
    """Return (batch id, whether it is new); the same content hash always gives the same batch."""
    new = session.scalars(
        _CLAIM, {"name": name, "content_hash": content_hash, "options": json.dumps(options)}
    ).one_or_none()
    if new is not None:
        return new, True
    query = text("SELECT id FROM batches WHERE content_hash = :content_hash")
    return session.scalars(query, {"content_hash": content_hash}).one(), False


_OUTLINE = text("INSERT INTO batches (id, name, options) VALUES (:id, '', '{}'::jsonb)")


def outline_batch(
    session: Session, content_hash: str | None, *, number: int = 0
) -> tuple[int, bool]:
    """Return (batch id, whether it is new) as ``claim_batch``, for a transaction without a commit.

    A new one has an id that no batch has, so that looking ahead uses none up; ``number`` tells
    those of one transaction apart.
    """
    query = text("SELECT id FROM batches WHERE content_hash = :content_hash")
    found = session.scalars(query, {"content_hash": content_hash}).one_or_none()
    if found is not None:
        return found, False
    session.execute(_OUTLINE, {"id": _NO_BATCH - number})
    return _NO_BATCH - number, True


_DETACH = text("""
DELETE FROM batch_leads later USING batch_leads earlier
 WHERE later.batch_id = :batch_id AND earlier.lead_id = later.lead_id
   AND earlier.batch_id < 0 AND earlier.batch_id > later.batch_id
""")


def detach_repeated(session: Session, batch_id: int) -> None:
    """Take the leads out of an outlined batch that one before it in the transaction has."""
    session.execute(_DETACH, {"batch_id": batch_id})


_ATTACH = text("""
INSERT INTO batch_leads (batch_id, lead_id, line)
SELECT :batch_id, l.id, given.line
  FROM unnest(CAST(:keys AS text[]), CAST(:lines AS integer[])) AS given(dedupe_key, line)
  JOIN leads l USING (dedupe_key)
ON CONFLICT (batch_id, lead_id) DO NOTHING
""")


def attach_leads(session: Session, batch_id: int, rows: Sequence[NewLead]) -> None:
    """Put stored leads into the batch, with the line each came from."""
    session.execute(
        _ATTACH,
        {
            "batch_id": batch_id,
            "keys": [r.dedupe_key for r in rows],
            "lines": [r.line for r in rows],
        },
    )


_REJECT = text("""
INSERT INTO batch_rejects (batch_id, line, reason, excerpt)
SELECT :batch_id, * FROM unnest(CAST(:lines AS integer[]), CAST(:reasons AS text[]),
                                CAST(:excerpts AS text[]))
""")


def add_rejects(session: Session, batch_id: int, rejects: Sequence[NewReject]) -> None:
    """Keep the rows that could not be imported."""
    session.execute(
        _REJECT,
        {
            "batch_id": batch_id,
            "lines": [r.line for r in rejects],
            "reasons": [r.reason for r in rejects],
            "excerpts": [r.excerpt for r in rejects],
        },
    )


def note_rows(session: Session, batch_id: int, rows: int) -> None:
    """Remember how many rows that are not blank the batch's file has."""
    query = text("""
    UPDATE batches SET options = options || jsonb_build_object('rows', CAST(:rows AS integer))
     WHERE id = :batch_id
    """)
    session.execute(query, {"batch_id": batch_id, "rows": rows})


def sizes(session: Session, batch_id: int) -> tuple[int, int]:
    """Return how many rows gave leads, of which several may be one, and how many were refused."""
    query = text("""
    SELECT COALESCE(CAST(b.options ->> 'rows' AS integer) - refused.rows,
                    (SELECT count(*) FROM batch_leads WHERE batch_id = :batch_id)), refused.rows
      FROM batches b,
           (SELECT count(*) AS rows FROM batch_rejects WHERE batch_id = :batch_id) refused
     WHERE b.id = :batch_id
    """)
    leads, rejects = session.execute(query, {"batch_id": batch_id}).one()
    return leads, rejects


def list_rejects(session: Session, batch_id: int, limit: int) -> list[StoredReject]:
    """Return the batch's refused rows in file order, at most so many."""
    query = text("""
    SELECT line, reason, excerpt FROM batch_rejects WHERE batch_id = :batch_id
     ORDER BY line LIMIT :limit
    """)
    rows = session.execute(query, {"batch_id": batch_id, "limit": limit}).mappings()
    return [StoredReject(**row) for row in rows]
