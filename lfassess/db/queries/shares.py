"""Links to reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from lfassess.db.database import ConnectionLike

_LISTED = text("""
SELECT s.id, s.assessment_id, l.name AS lead, s.kind, s.created_at, s.expires_at, s.revoked_at,
       s.opened, s.last_opened_at,
       s.revoked_at IS NULL AND s.expires_at > now() AS valid
  FROM shares s JOIN assessments a ON a.id = s.assessment_id JOIN leads l ON l.id = a.lead_id
 WHERE (CAST(:assessment_id AS bigint) IS NULL OR s.assessment_id = :assessment_id)
   AND (CAST(:before AS bigint) IS NULL OR s.id < :before)
   AND (NOT :valid OR s.revoked_at IS NULL AND s.expires_at > now())
 ORDER BY s.id DESC LIMIT :limit OFFSET :offset
""")
_COUNT = text("""
SELECT count(*) FROM shares WHERE NOT :valid OR revoked_at IS NULL AND expires_at > now()
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
    session: ConnectionLike,
    assessment_id: int | None = None,
    *,
    valid: bool = False,
    before: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[SharedLink]:
    """Return links, newest first.

    Args:
        session: the open transaction.
        assessment_id: of this audit.
        valid: only those that still work.
        before: only those that were made before this one.
        limit: at most so many.
        offset: without the first so many.
    """
    values = {"assessment_id": assessment_id, "valid": valid, "before": before}
    rows = session.execute(_LISTED, {**values, "limit": limit, "offset": offset})
    return [SharedLink(**row) for row in rows.mappings()]


def share(session: ConnectionLike, share_id: int) -> SharedLink | None:
    """Return one link, None where there is none."""
    found = shares(session, before=share_id + 1, limit=1)
    return found[0] if found and found[0].id == share_id else None


def count(session: ConnectionLike, *, valid: bool = False) -> int:
    """Return how many links there are, or still work."""
    return int(session.scalar(_COUNT, {"valid": valid}) or 0)
