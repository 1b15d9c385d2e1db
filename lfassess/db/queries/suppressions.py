"""Who may not be called or written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from lfassess.db.database import ConnectionLike

_ALL = text("SELECT id, kind, value, note, created_at FROM suppressions ORDER BY kind, value")
_PART = """
  FROM suppressions
 WHERE (CAST(:kind AS text) IS NULL OR kind = :kind)
   AND (CAST(:search AS text) IS NULL OR strpos(lower(value || ' ' || coalesce(note, '')),
                                                lower(CAST(:search AS text))) > 0)
"""
_NEWEST = text(f"""SELECT id, kind, value, note, created_at {_PART}
   AND (CAST(:before AS bigint) IS NULL OR id < :before)
 ORDER BY id DESC LIMIT :limit OFFSET :offset
""")
_COUNT = text(f"SELECT count(*) {_PART}")


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An entry of the list."""

    id: int
    kind: str
    value: str
    note: str | None
    created_at: datetime


def suppressions(session: ConnectionLike) -> list[Suppressed]:
    """Return the whole list, by kind and value."""
    return [Suppressed(**row) for row in session.execute(_ALL).mappings()]


def newest(
    session: ConnectionLike,
    *,
    kind: str | None = None,
    search: str | None = None,
    before: int | None = None,
    limit: int,
    offset: int = 0,
) -> list[Suppressed]:
    """Return entries, newest first: of a kind, with a text in value or note, older than an id."""
    values = {"kind": kind, "search": search or None, "before": before}
    rows = session.execute(_NEWEST, {**values, "limit": limit, "offset": offset})
    return [Suppressed(**row) for row in rows.mappings()]


def count(session: ConnectionLike, *, kind: str | None = None, search: str | None = None) -> int:
    """Return how many entries are of that kind, with that text."""
    return int(session.scalar(_COUNT, {"kind": kind, "search": search or None}) or 0)
