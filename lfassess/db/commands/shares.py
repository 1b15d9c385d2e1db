"""Makes, opens and revokes links to reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import text

from lfassess.db.database import ConnectionLike

Kind = Literal["report", "teaser"]

_CREATE = text("""
INSERT INTO shares (assessment_id, kind, token_hash, expires_at)
VALUES (:assessment_id, :kind, :token_hash, now() + make_interval(days => :days)) RETURNING id
""")
_OPEN = text("""
WITH valid AS (
    SELECT id, last_opened_at FROM shares
     WHERE token_hash = :token_hash AND revoked_at IS NULL AND expires_at > clock_timestamp()
       FOR UPDATE
)
UPDATE shares s SET opened = s.opened + 1, last_opened_at = clock_timestamp()
  FROM valid WHERE s.id = valid.id
RETURNING s.id, s.assessment_id, s.kind, s.opened,
          valid.last_opened_at IS NULL
          OR valid.last_opened_at < clock_timestamp() - make_interval(hours => 1) AS after_a_while
""")
_REVOKE = text("""
UPDATE shares SET revoked_at = clock_timestamp() WHERE id = :id AND revoked_at IS NULL RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link shows."""

    id: int  # the link's
    assessment_id: int
    kind: Kind
    opened: int  # how often, this time included
    after_a_while: bool  # nobody had opened it for an hour


def create(
    session: ConnectionLike, assessment_id: int, kind: Kind, token_hash: bytes, *, days: int
) -> int:
    """Store a link to an audit's report or teaser; returns its id."""
    values = {"assessment_id": assessment_id, "kind": kind, "token_hash": token_hash, "days": days}
    return int(session.execute(_CREATE, values).scalar_one())


def open_(session: ConnectionLike, token_hash: bytes) -> Opened | None:
    """Count an opening; None where no link of that secret is valid any more, or ever was."""
    row = session.execute(_OPEN, {"token_hash": token_hash}).mappings().one_or_none()
    return Opened(**row) if row else None


def revoke(session: ConnectionLike, share_id: int) -> bool:
    """End a link; False where there is none, or it was ended before."""
    return session.execute(_REVOKE, {"id": share_id}).one_or_none() is not None
