"""What branches of one website share: one of them has a check done, the others take its result.

Check runs that would ask the same have the same ``site_key``. Whoever looks holds that key's lock
until its transaction ends, so that of two branches one works and the other sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.db.database import ConnectionLike
from lfassess.statuses import DeferredCode

# So many branches that failed one after another are a sick website, or a sick provider: the
# others don't wait for each other any more.
_MAX_FAILURES: Final = 3


def lock(session: Session, site_key: str) -> None:
    """Let nobody else look or wake this key's check runs until the transaction ends."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": site_key}
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What another branch's check run brought home."""

    check_run_id: int
    assessment_id: int
    lead_id: int
    lead_name: str
    evidence: dict[str, Any]
    final_url: str | None  # where its visit ended, if it was one
    sandbox: bool
    expires_at: str | None  # ISO 8601


# Since this assessment was asked for, or no longer before than it may reuse; of a batch, which is
# opened part by part, at least since the day before.
_IN_REACH = """
   AND c.finished_at >= own.created_at - make_interval(secs => LEAST(:terms_s,
           CASE WHEN theirs.batch_id = own.batch_id THEN GREATEST(own.max_age_s, 86400)
                ELSE own.max_age_s END))
"""
_RESULT = text(f"""
SELECT c.id AS check_run_id, c.assessment_id, c.lead_id, l.name AS lead_name, c.evidence,
       c.metrics -> 'visit' ->> 'url' AS final_url, c.sandbox,
       to_char(c.content_expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
           AS expires_at
  FROM assessments own, check_runs c
  JOIN assessments theirs ON theirs.id = c.assessment_id JOIN leads l ON l.id = c.lead_id
 WHERE own.id = :assessment_id AND c.site_key = :site_key AND c.reused_from IS NULL
   AND c.status = 'completed' AND c.evidence IS NOT NULL AND c.lead_id <> own.lead_id
   AND (own.rival OR NOT theirs.rival)
   AND (c.content_expires_at IS NULL OR c.content_expires_at > clock_timestamp()) {_IN_REACH}
 ORDER BY c.finished_at DESC LIMIT 1
""")  # noqa: S608 - constant text, values are bound


def result(
    session: ConnectionLike, site_key: str, *, assessment_id: int, terms_s: float
) -> Result | None:
    """Return the newest result of another branch that this assessment may reuse."""
    values = {"site_key": site_key, "assessment_id": assessment_id, "terms_s": terms_s}
    row = session.execute(_RESULT, values).mappings().one_or_none()
    return None if row is None else Result(**row)


# One that failed and will be tried again in a moment is at work, too.
_AT_WORK = text(f"""
SELECT EXISTS (
    SELECT FROM check_runs c JOIN assessments a ON a.id = c.assessment_id
     WHERE c.site_key = :site_key AND c.id <> :id AND a.status = 'in_progress'
       AND ((c.status = 'in_progress' AND c.lease_expires_at > clock_timestamp())
            OR (c.status = 'pending' AND c.retry_count > 0 AND c.deferred_code IS NULL
                AND c.next_attempt_at > clock_timestamp() - interval '10 seconds'))
) AND (
    SELECT count(*) < :most_failures
      FROM assessments own, check_runs c JOIN assessments theirs ON theirs.id = c.assessment_id
     WHERE own.id = :assessment_id AND c.site_key = :site_key AND c.reused_from IS NULL
       AND c.status = 'failed' AND c.id <> :id {_IN_REACH}
)
""")  # noqa: S608 - constant text, values are bound


def someone_works(
    session: Session, site_key: str, *, check_run_id: int, assessment_id: int, terms_s: float
) -> bool:
    """Return whether it is worth waiting for another branch; the key's lock must be held."""
    values = {
        "site_key": site_key,
        "id": check_run_id,
        "assessment_id": assessment_id,
        "terms_s": terms_s,
        "most_failures": _MAX_FAILURES,
    }
    return bool(session.scalar(_AT_WORK, values))


_MARK = text("""
UPDATE check_runs SET site_key = :site_key WHERE id = :id AND lease_token = :token
""")


def mark(session: Session, site_key: str, *, check_run_id: int, token: UUID) -> None:
    """Let other branches see what this check run asks."""
    session.execute(_MARK, {"site_key": site_key, "id": check_run_id, "token": token})


_WAKE = text("""
UPDATE check_runs c
   SET next_attempt_at = NULL, deferred_code = NULL, deferred_reason = NULL,
       sent_at = clock_timestamp()
  FROM assessments a
 WHERE a.id = c.assessment_id AND a.status = 'in_progress'
   AND c.site_key = :site_key AND c.status = 'pending' AND c.deferred_code = :waits
RETURNING c.name, c.lead_id, c.assessment_id, c.queue
""")


def wake(session: Session, site_key: str) -> Sequence[tuple[str, int, int, str]]:
    """Let the branches go on that waited; returns (name, lead id, assessment id, queue) to send."""
    lock(session, site_key)
    rows = session.execute(_WAKE, {"site_key": site_key, "waits": DeferredCode.BRANCH.value})
    return [(r.name, r.lead_id, r.assessment_id, r.queue) for r in rows]
