"""Failed checks sent again, and open assessments given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.statuses import SkipCode


@dataclass(frozen=True, slots=True)
class RequeueSelection:
    """Which failed checks are meant; what is None does not narrow them down."""

    code: str | None = None
    check: str | None = None
    batch_id: int | None = None
    lead_id: int | None = None
    fingerprint: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A check that failed for good."""

    check_run_id: int
    assessment_id: int
    lead_id: int
    lead_name: str
    website: str | None
    check: str
    code: str
    message: str | None
    fingerprint: str | None
    provider: str | None
    attempts: int
    requeue_count: int
    failed_at: datetime
    replayable: bool  # the lead has no newer assessment


_MEANT = """
  FROM check_runs c JOIN assessments a ON a.id = c.assessment_id
  JOIN leads l ON l.id = c.lead_id
  LEFT JOIN attempts t ON t.check_run_id = c.id AND t.number = c.attempt_count
 WHERE c.status = 'failed' AND a.status IN ('completed', 'failed') AND NOT a.rival
   AND (CAST(:code AS text) IS NULL OR c.error_code = :code)
   AND (CAST(:check AS text) IS NULL OR c.name = :check)
   AND (CAST(:lead_id AS bigint) IS NULL OR c.lead_id = :lead_id)
   AND (CAST(:fingerprint AS text) IS NULL OR COALESCE(t.fingerprint, c.error_code) = :fingerprint)
   AND (CAST(:since AS timestamptz) IS NULL OR c.finished_at >= :since)
   AND (CAST(:batch_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM batch_leads b WHERE b.batch_id = :batch_id AND b.assessment_id = a.id))
"""
_IS_LATEST = "NOT EXISTS (SELECT FROM assessments n WHERE n.lead_id = a.lead_id AND n.id > a.id)"

_LIST = text(f"""
SELECT c.id AS check_run_id, a.id AS assessment_id, l.id AS lead_id, l.name AS lead_name,
       coalesce(a.site_url, l.website) AS website, c.name AS check, c.error_code AS code,
       c.error_message AS message, t.fingerprint, t.provider, c.attempt_count AS attempts,
       c.requeue_count, c.finished_at AS failed_at, {_IS_LATEST} AS replayable
{_MEANT} ORDER BY c.finished_at DESC, c.id DESC LIMIT :limit
""")

_CHOOSE = text(f"""
SELECT c.id, a.id AS assessment_id {_MEANT} AND {_IS_LATEST}
 ORDER BY c.id LIMIT :limit FOR UPDATE OF a, c SKIP LOCKED
""")


def _values(which: RequeueSelection) -> dict[str, Any]:
    return {name: getattr(which, name) for name in RequeueSelection.__dataclass_fields__}


def dead_letters(session: Session, which: RequeueSelection, *, limit: int) -> list[DeadLetter]:
    """Return the checks that failed for good, newest first."""
    rows = session.execute(_LIST, {**_values(which), "limit": limit}).mappings()
    return [DeadLetter(**row) for row in rows]


# The language model's step speaks of the other checks' results: it follows a replayed one.
_REOPEN_CHECKS = text(f"""
UPDATE check_runs c
   SET status = 'pending', skip_code = NULL, skip_reason = NULL, retry_count = 0,
       lease_losses = 0, requeue_count = requeue_count + 1, sent_at = NULL,
       next_attempt_at = NULL, deferred_code = NULL, deferred_reason = NULL, finished_at = NULL,
       error_code = NULL, error_message = NULL,
       runnable_at = CASE WHEN c.depends_on_others AND EXISTS (
           SELECT FROM check_runs o WHERE o.id = ANY(:ids) AND NOT o.depends_on_others
              AND o.assessment_id = c.assessment_id) THEN NULL ELSE now() END
 WHERE c.id = ANY(:ids)
    OR (c.depends_on_others AND c.assessment_id = ANY(:assessments)
        AND (c.status IN ('completed', 'failed')
             OR (c.status = 'skipped' AND c.skip_code = '{SkipCode.NO_RESULTS}'))
        AND EXISTS (SELECT FROM check_runs o WHERE o.id = ANY(:ids) AND NOT o.depends_on_others
                       AND o.assessment_id = c.assessment_id))
""")  # noqa: S608 - constant text, values are bound

_REOPEN_ASSESSMENTS = text("""
UPDATE assessments a
   SET status = 'pending', finished_at = NULL, sent_at = NULL, deadline_at = NULL,
       open_checks = left_over.checks, open_independent_checks = left_over.independent
  FROM (SELECT assessment_id, count(*) AS checks,
               count(*) FILTER (WHERE NOT depends_on_others) AS independent
          FROM check_runs WHERE assessment_id = ANY(:assessments) AND status = 'pending'
         GROUP BY assessment_id) left_over
 WHERE a.id = left_over.assessment_id
""")


def replay(session: Session, which: RequeueSelection, *, limit: int) -> tuple[int, int]:
    """Put failed checks back to pending, and their assessments too.

    Only the newest assessment of a lead is taken up again. Returns (checks, assessments).
    """
    chosen = session.execute(_CHOOSE, {**_values(which), "limit": limit}).all()
    if not chosen:
        return 0, 0
    ids = [row.id for row in chosen]
    assessments = sorted({row.assessment_id for row in chosen})
    session.execute(_REOPEN_CHECKS, {"ids": ids, "assessments": assessments})
    session.execute(_REOPEN_ASSESSMENTS, {"assessments": assessments})
    # What people decided was about other results.
    session.execute(
        text("DELETE FROM reviews WHERE assessment_id = ANY(:ids)"), {"ids": assessments}
    )
    session.execute(
        text(
            "UPDATE batches SET finished_at = NULL WHERE id IN ("
            " SELECT batch_id FROM batch_leads WHERE assessment_id = ANY(:assessments))"
        ),
        {"assessments": assessments},
    )
    return len(ids), len(assessments)


_THEIRS = """(CAST(:lead_id AS bigint) IS NULL OR a.lead_id = :lead_id)
   AND (CAST(:batch_id AS bigint) IS NULL OR EXISTS (
        SELECT FROM batch_leads b WHERE b.batch_id = :batch_id AND b.assessment_id = a.id))"""
_OPEN = text(f"""
SELECT a.id FROM assessments a
 WHERE a.status IN ('pending', 'in_progress') AND {_THEIRS}
 ORDER BY a.id FOR UPDATE OF a
""")  # noqa: S608 - constant text, values are bound

# Competitors are shared: those that another's report waits for go on.
_OPEN_RIVALS = text(f"""
SELECT t.id FROM assessments t
 WHERE t.rival AND t.status IN ('pending', 'in_progress')
   AND EXISTS (SELECT FROM assessment_rivals r JOIN assessments a ON a.id = r.assessment_id
                WHERE r.rival_assessment_id = t.id AND {_THEIRS})
   AND NOT EXISTS (SELECT FROM assessment_rivals r JOIN assessments a ON a.id = r.assessment_id
                    WHERE r.rival_assessment_id = t.id AND NOT ({_THEIRS})
                      AND (a.status IN ('pending', 'in_progress')
                           OR a.report_due_at > clock_timestamp()))
 ORDER BY t.id FOR UPDATE OF t
""")  # noqa: S608 - constant text, values are bound
_WAIT_NO_MORE = text(f"""
UPDATE assessments a SET report_due_at = clock_timestamp()
 WHERE a.rivals_asked > 0 AND a.report_due_at > clock_timestamp()
   AND a.status IN ('completed', 'failed') AND {_THEIRS}
""")  # noqa: S608 - constant text, values are bound

_GIVE_UP_CHECKS = text(f"""
UPDATE check_runs SET status = 'skipped', skip_code = '{SkipCode.CANCELLED}',
       finished_at = clock_timestamp(), deferred_code = NULL, deferred_reason = NULL,
       next_attempt_at = NULL
 WHERE assessment_id = ANY(:ids) AND status = 'pending'
""")  # noqa: S608 - constant text, values are bound

# What runs is finished, it may be paid for already; an assessment with nothing in it ends here.
_GIVE_UP_ASSESSMENTS = text("""
UPDATE assessments a
   SET status = CASE WHEN counts.running + counts.done > 0 THEN 'in_progress' ELSE 'failed' END,
       started_at = COALESCE(a.started_at, clock_timestamp()),
       finished_at = CASE WHEN counts.running + counts.done > 0 THEN NULL
                          ELSE clock_timestamp() END,
       checks_completed = CASE WHEN counts.running + counts.done > 0 THEN NULL ELSE 0 END,
       checks_total = CASE WHEN counts.running + counts.done > 0 THEN NULL ELSE counts.n END,
       open_checks = counts.running, open_independent_checks = counts.independent_running,
       scoring_details = a.scoring_details || '{"cancelled": true}'
  FROM (SELECT assessment_id, count(*) AS n,
               count(*) FILTER (WHERE status = 'in_progress') AS running,
               count(*) FILTER (WHERE status = 'in_progress' AND NOT depends_on_others)
                   AS independent_running,
               count(*) FILTER (WHERE status = 'completed') AS done
          FROM check_runs WHERE assessment_id = ANY(:ids) GROUP BY assessment_id) counts
 WHERE a.id = counts.assessment_id
""")


def cancel(
    session: Session, *, batch_id: int | None = None, lead_id: int | None = None
) -> list[int]:
    """Give up what still waits of a lead's or a batch's open assessments; returns their ids."""
    ids = list(session.scalars(_OPEN, {"batch_id": batch_id, "lead_id": lead_id}))
    if batch_id is not None:
        session.execute(
            text("UPDATE batches SET cancelled_at = now() WHERE id = :id"), {"id": batch_id}
        )
    _give_up(session, ids)
    return ids


def cancel_rivals(
    session: Session, *, batch_id: int | None = None, lead_id: int | None = None
) -> list[int]:
    """Have a lead's, or a batch's leads', reports wait for competitors no more.

    Those that no other report waits for are given up; returns their assessments' ids.
    """
    whose = {"batch_id": batch_id, "lead_id": lead_id}
    ids = list(session.scalars(_OPEN_RIVALS, whose))
    _give_up(session, ids)
    session.execute(_WAIT_NO_MORE, whose)
    return ids


def _give_up(session: Session, ids: list[int]) -> None:
    if ids:
        session.execute(_GIVE_UP_CHECKS, {"ids": ids})
        session.execute(_GIVE_UP_ASSESSMENTS, {"ids": ids})
