"""Who may not be called or written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from lfassess.db.database import ConnectionLike

_ALL = text("SELECT kind, value, note, created_at FROM suppressions ORDER BY kind, value")


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An entry of the list."""

    kind: str
    value: str
    note: str | None
    created_at: datetime


def suppressions(session: ConnectionLike) -> list[Suppressed]:
    """Return the whole list, by kind and value."""
    return [Suppressed(**row) for row in session.execute(_ALL).mappings()]
