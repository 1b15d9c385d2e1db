"""Webhook deliveries: noted with their event, claimed when due, and how each try ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS

_INSERT = text("""
INSERT INTO webhook_deliveries (event, assessment_id, batch_id, url, payload, next_try_at)
VALUES (:event, :assessment_id, :batch_id, :url, CAST(:payload AS jsonb), clock_timestamp())
""")


def insert(
    session: Session,
    *,
    event: str,
    assessment_id: int | None,
    batch_id: int | None,
    url: str,
    payload: dict[str, Any],
) -> None:
    """Store an event, due at once."""
    session.execute(
        _INSERT,
        {
            "event": event,
            "assessment_id": assessment_id,
            "batch_id": batch_id,
            "url": url,
            "payload": json.dumps(payload, default=_plain),
        },
    )


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery this process has claimed; ``tries`` counts this one."""

    id: int
    event: str
    payload: dict[str, Any]
    created_at: datetime
    tries: int


# Claiming counts as a try: a process that dies in the middle leaves it due again after the lease.
_CLAIM = text("""
WITH due AS (
    SELECT id FROM webhook_deliveries WHERE next_try_at <= clock_timestamp()
     ORDER BY next_try_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
)
UPDATE webhook_deliveries w
   SET tries = w.tries + 1, next_try_at = clock_timestamp() + make_interval(secs => :lease)
  FROM due WHERE w.id = due.id
RETURNING w.id, w.event, w.payload, w.created_at, w.tries
""")


def claim_due(session: Session, *, limit: int, lease_s: float) -> list[Due]:
    """Claim deliveries whose time has come; nobody else takes them for ``lease_s`` seconds."""
    rows = session.execute(_CLAIM, {"limit": limit, "lease": lease_s})
    return sorted((Due(*row) for row in rows), key=lambda due: due.id)


_DELIVERED = text("""
UPDATE webhook_deliveries
   SET delivered_at = clock_timestamp(), next_try_at = NULL, last_status = :status,
       last_error = NULL
 WHERE id = :id
""")

_FAILED = text("""
UPDATE webhook_deliveries
   SET next_try_at = clock_timestamp() + make_interval(secs => :wait),
       last_status = :status, last_error = :error
 WHERE id = :id AND tries = :tries AND delivered_at IS NULL
""")


def delivered(session: Session, delivery_id: int, status: int) -> None:
    session.execute(_DELIVERED, {"id": delivery_id, "status": status})


def failed(
    session: Session, due: Due, *, wait_s: float | None, status: int | None, error: str
) -> None:
    """Note a failed try; ``wait_s`` None gives it up."""
    session.execute(
        _FAILED,
        {"id": due.id, "tries": due.tries, "wait": wait_s, "status": status, "error": error},
    )


_ASSESSMENT = text(f"""
SELECT a.id AS assessment_id, a.batch_id, a.shown_status AS status, a.score, a.grade,
       {COMPLETENESS}, a.sandbox, a.started_at, a.finished_at,
       l.id AS lead_id, l.name AS lead_name, l.website, coalesce(a.site_url, l.website) AS site
  FROM assessments a JOIN leads l ON l.id = a.lead_id WHERE a.id = :id
""")  # noqa: S608 - constant text, values are bound

_BATCH = text("""
SELECT b.id AS batch_id, b.name, b.created_at, b.finished_at, b.cancelled_at,
       count(m.lead_id) AS leads,
       count(*) FILTER (WHERE a.status = 'completed') AS completed,
       count(*) FILTER (WHERE a.shown_status = 'failed') AS failed,
       count(*) FILTER (WHERE a.shown_status = 'cancelled') AS cancelled,
       (SELECT count(*) FROM opportunities o JOIN batch_leads r ON r.lead_id = o.lead_id
          JOIN leads l ON l.id = o.lead_id
         WHERE r.batch_id = b.id AND o.out IS NULL AND NOT l.do_not_contact) AS ranked
  FROM batches b LEFT JOIN batch_leads m ON m.batch_id = b.id
  LEFT JOIN assessments a ON a.id = m.assessment_id
 WHERE b.id = :id GROUP BY b.id
""")


def assessment_facts(session: Session, assessment_id: int) -> dict[str, Any] | None:
    """Return an assessment's event."""
    row = session.execute(_ASSESSMENT, {"id": assessment_id}).mappings().one_or_none()
    if row is None:
        return None
    lead = {"id": row["lead_id"], "name": row["lead_name"], "website": row["website"]}
    rest = {k: v for k, v in row.items() if k not in {"lead_id", "lead_name", "website"}}
    return {**rest, "lead": lead}


def batch_facts(session: Session, batch_id: int) -> dict[str, Any] | None:
    """Return a batch's event."""
    row = session.execute(_BATCH, {"id": batch_id}).mappings().one_or_none()
    return dict(row) if row is not None else None
