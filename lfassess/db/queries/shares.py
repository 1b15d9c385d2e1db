"""Links to reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from lfassess.db.database import ConnectionLike

_SHARES = text("""
SELECT s.id, s.assessment_id, l.name AS lead, s.kind, s.created_at, s.expires_at, s.revoked_at,
       s.opened, s.last_opened_at,
       s.revoked_at IS NULL AND s.expires_at > now() AS valid
  FROM shares s JOIN assessments a ON a.id = s.assessment_id JOIN leads l ON l.id = a.lead_id
 WHERE CAST(:assessment_id AS bigint) IS NULL OR s.assessment_id = :assessment_id
 ORDER BY s.id DESC LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class SharedLink:
    """A link, without its secret."""

    id: int
    assessment_id: int
    lead: str
    kind: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int
    last_opened_at: datetime | None
    valid: bool


def shares(
    session: ConnectionLike, assessment_id: int | None = None, *, limit: int = 100
) -> list[SharedLink]:
    """Return an audit's links, or all, newest first."""
    values = {"assessment_id": assessment_id, "limit": limit}
    return [SharedLink(**row) for row in session.execute(_SHARES, values).mappings()]
