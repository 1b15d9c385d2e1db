"""Idempotency keys: a claim before the work, the answer after it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

RETENTION_S = 24 * 3600.0
_DEAD_S = 300.0  # a claim without an answer by then belongs to a process that died


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of an earlier request with the same key; no status: it is under way."""

    request_hash: str
    status: int | None
    body: dict[str, Any] | None


# An old claim, or one whose process died, is taken over as if it were not there.
_CLAIM = text("""
INSERT INTO idempotency_keys (key, request_hash, created_at)
VALUES (:key, :request_hash, clock_timestamp())
    ON CONFLICT (key) DO UPDATE
       SET request_hash = excluded.request_hash, status = NULL, body = NULL,
           created_at = excluded.created_at
     WHERE idempotency_keys.created_at < clock_timestamp() - make_interval(secs => :retention)
        OR (idempotency_keys.status IS NULL
            AND idempotency_keys.created_at < clock_timestamp() - make_interval(secs => :dead))
RETURNING key
""")


def claim(session: Session, key: str, request_hash: str) -> Earlier | None:
    """Claim the key for this request; returns what an earlier request with it left, if any."""
    values = {"key": key, "request_hash": request_hash, "retention": RETENTION_S, "dead": _DEAD_S}
    if session.scalar(_CLAIM, values) is not None:
        return None
    row = session.execute(
        text("SELECT request_hash, status, body FROM idempotency_keys WHERE key = :key"),
        {"key": key},
    ).one_or_none()
    return Earlier(*row) if row is not None else Earlier(request_hash, None, None)


def keep(session: Session, key: str, *, status: int, body: dict[str, Any]) -> None:
    """Keep the answer."""
    session.execute(
        text(
            "UPDATE idempotency_keys SET status = :status, body = CAST(:body AS jsonb)"
            " WHERE key = :key"
        ),
        {"key": key, "status": status, "body": json.dumps(body)},
    )


def release(session: Session, key: str) -> None:
    """Give the key back: the request came to nothing and may be made again."""
    session.execute(
        text("DELETE FROM idempotency_keys WHERE key = :key AND status IS NULL"), {"key": key}
    )


def forget_old(session: Session) -> None:
    """Delete the responses that are past their time."""
    session.execute(
        text(
            "DELETE FROM idempotency_keys"
            " WHERE created_at < clock_timestamp() - make_interval(secs => :retention)"
        ),
        {"retention": RETENTION_S},
    )
