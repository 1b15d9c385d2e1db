"""Claiming check runs: whoever gets the lease, and nobody else, works on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import TextClause, bindparam, text

from lfassess.db.database import ConnectionLike


@dataclass(frozen=True, slots=True)
class Claim:
    """A check run that this process may now work on, with what it needs to know of the lead."""

    check_run_id: int
    assessment_id: int
    lead_id: int
    name: str
    token: UUID
    attempt_count: int
    retry_count: int
    lead_name: str
    website: str | None
    phone: str | None
    address: str | None
    country: str
    pins: dict[str, Any]
    batch_id: int | None  # that pays
    bare: bool = False  # the website was given without a scheme
    site_url: str | None = None  # where it was found to answer, if an earlier check looked
    lighthouse_runs: int | None = None  # asked for with the assessment
    queue: str = ""  # where it was planned to run
    has_branches: bool = False  # other leads have the same website
    rivals_asked: int = 0  # competitors to be measured beside the lead
    rival: bool = False  # somebody's competitor, of which nothing is bought


_CLAIM = """
WITH claimed AS (
    UPDATE check_runs c
       SET status = 'in_progress', lease_token = :token, lease_worker_id = :worker_id,
           lease_expires_at = clock_timestamp() + make_interval(secs => :ttl),
           attempt_count = c.attempt_count + 1, next_attempt_at = NULL, deferred_code = NULL,
           deferred_reason = NULL,
           started_at = COALESCE(c.started_at, clock_timestamp())
      FROM assessments a
     WHERE a.id = c.assessment_id AND a.status = 'in_progress' AND c.status = 'pending'
       AND c.runnable_at IS NOT NULL
       AND (c.next_attempt_at IS NULL
            OR c.next_attempt_at <= clock_timestamp() + interval '50 milliseconds')
       AND {which}
    RETURNING c.id, c.assessment_id, c.lead_id, c.name, c.queue, c.attempt_count, c.retry_count,
              a.batch_id, a.lighthouse_runs, a.rivals_asked, a.site_url
), noted AS (
    INSERT INTO attempts (check_run_id, number, worker, outcome, started_at)
    SELECT id, attempt_count, :worker, 'running', clock_timestamp() FROM claimed
)
SELECT claimed.*, l.name AS lead_name, l.website, l.phone, l.address, l.country, l.pins,
       l.bare, l.rival, l.website IS NOT NULL AND EXISTS (
           SELECT FROM leads o WHERE o.id <> l.id
              AND split_part(o.dedupe_key, '|', 1) = split_part(l.dedupe_key, '|', 1)
       ) AS has_branches
  FROM claimed JOIN leads l ON l.id = claimed.lead_id
"""
_CLAIM_NAMED = text(
    _CLAIM.format(
        which="a.lead_id = :lead_id AND a.id = COALESCE(:assessment_id, a.id) AND c.name = :name"
    )
).bindparams(bindparam("assessment_id", None))
_CLAIM_NEXT = text(
    _CLAIM.format(
        which="""c.id = (
        SELECT n.id FROM check_runs n JOIN assessments o ON o.id = n.assessment_id
         WHERE n.status = 'pending' AND n.runnable_at IS NOT NULL AND o.status = 'in_progress'
           AND n.queue = ANY(:queues)
           AND (n.next_attempt_at IS NULL OR n.next_attempt_at <= clock_timestamp())
         ORDER BY o.priority, n.id LIMIT 1 FOR UPDATE OF n SKIP LOCKED)"""
    )
)


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims, and for how long."""

    worker_id: UUID
    worker: str  # host:pid
    ttl: float  # seconds


def claim(
    session: ConnectionLike,
    worker_identity: Claimant,
    *,
    lead_id: int,
    assessment_id: int | None,
    name: str,
) -> Claim | None:
    """Take the lease on a check run, or return None: not due, or someone else has it."""
    which = {"lead_id": lead_id, "assessment_id": assessment_id, "name": name}
    return _claim(session, _CLAIM_NAMED, worker_identity, which)


def claim_next(
    session: ConnectionLike, worker_identity: Claimant, *, queues: Sequence[str]
) -> Claim | None:
    """Take the lease on whichever check run of these queues is due; None when there is none."""
    return _claim(session, _CLAIM_NEXT, worker_identity, {"queues": list(queues)})


def _claim(
    session: ConnectionLike, statement: TextClause, worker_identity: Claimant, which: dict[str, Any]
) -> Claim | None:
    token = uuid4()
    row = (
        session.execute(
            statement,
            {
                "token": token,
                "worker_id": worker_identity.worker_id,
                "worker": worker_identity.worker,
                "ttl": worker_identity.ttl,
                **which,
            },
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    return Claim(check_run_id=row["id"], token=token, **{k: v for k, v in row.items() if k != "id"})
