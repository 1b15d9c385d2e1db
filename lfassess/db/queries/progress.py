"""What status, run and batch show: counts and the rows that move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from lfassess.db.fragments import COMPLETENESS, COUNTED, FOREVER_SQL
from lfassess.db.queries import overview
from lfassess.errors import NotFoundError
from lfassess.statuses import Status, skip_text

_ENDED = frozenset({Status.COMPLETED.value, Status.FAILED.value, Status.CANCELLED.value})


@dataclass(frozen=True, slots=True)
class CheckState:
    """One check run as a live table shows it."""

    name: str
    status: str
    skip_text: str | None  # why it is skipped, for operators
    attempt_count: int
    score: int | None
    started_at: datetime | None
    finished_at: datetime | None
    next_attempt_at: datetime | None
    deferred_reason: str | None
    error_code: str | None
    error_message: str | None
    inconclusive_reason: str | None
    sandbox: bool
    reused_from: int | None = None  # the lead, of the same website, whose result this was


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """One assessment with its checks."""

    id: int
    lead_id: int
    lead_name: str
    website: str | None
    status: str
    score: int | None
    grade: str | None
    completeness: str | None
    sandbox: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    checks: tuple[CheckState, ...]

    @property
    def percentage(self) -> int:
        """How many percent of its checks have ended; skipped ones don't count."""
        return percentage(self.status, [check.status for check in self.checks])


def percentage(status: str, check_statuses: Iterable[str]) -> int:
    """Return how many percent of an assessment's checks have ended; skipped ones don't count."""
    to_run = [s for s in check_statuses if s != Status.SKIPPED]
    if status in _ENDED or not to_run:
        return 100
    ended = sum(s in _ENDED for s in to_run)
    return min(99, 100 * ended // len(to_run))  # 100 is for an assessment that is closed


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over a batch, or over everything."""

    leads: int
    pending: int
    in_progress: int
    completed: int
    failed: int
    cancelled: int
    not_submitted: int
    partial: int  # completed, but with a check that failed
    cost_usd: float
    deferred: int  # checks that wait until somebody acts
    active: int  # checks, of leads let in, that run or will by themselves
    first_started: datetime | None
    last_finished: datetime | None
    reports_left: int = 0  # of a batch, that wait for competitors

    @property
    def done(self) -> int:
        return self.completed + self.failed + self.cancelled

    @property
    def stalled(self) -> bool:
        """Whether nothing goes on any more until somebody acts."""
        return self.deferred > 0 and self.active == 0 and self.pending == 0

    @property
    def open(self) -> int:
        return self.pending + self.in_progress

    @property
    def ended(self) -> bool:
        """Whether all of it is done: its leads, and the reports that show competitors."""
        return not (self.open or self.reports_left)

    def as_json(self) -> dict[str, Any]:
        """Return them as the JSON of `status` and `batch` has them."""
        submitted = self.leads - self.not_submitted
        return {
            "leads": self.leads,
            "pending": self.pending,
            "in_progress": self.in_progress,
            "completed": self.completed,
            "partial": self.partial,
            "failed": self.failed,
            "cancelled": self.cancelled,
            "not_submitted": self.not_submitted,
            "deferred": self.deferred,
            "reports_left": self.reports_left,
            "percentage": 100 * self.done // submitted if submitted else 0,
            "cost_usd": round(self.cost_usd, 4),
            "started_at": self.first_started,
            "finished_at": self.last_finished if self.ended else None,
        }


_STATES = f"""
SELECT a.id, a.lead_id, l.name AS lead_name,
       coalesce(a.site_url, l.website) AS website, a.shown_status AS status, a.score, a.grade,
       {COMPLETENESS}, a.sandbox, a.created_at, a.started_at, a.finished_at,
       c.name AS check_name, c.status AS check_status, c.skip_code, c.skip_reason, c.attempt_count,
       c.score AS check_score, c.started_at AS check_started, c.finished_at AS check_finished,
       c.next_attempt_at, c.deferred_reason, c.error_code, c.error_message, c.inconclusive_reason,
       c.sandbox AS check_sandbox, c.reused_from
  FROM assessments a JOIN leads l ON l.id = a.lead_id
  LEFT JOIN check_runs c ON c.assessment_id = a.id
"""  # noqa: S608 - constant text, values are bound


def _state(rows: list[RowMapping]) -> AssessmentState:
    first = rows[0]
    checks = tuple(
        CheckState(
            r["check_name"],
            r["check_status"],
            skip_text(r["skip_code"], r["skip_reason"]),
            r["attempt_count"],
            r["check_score"],
            r["check_started"],
            r["check_finished"],
            r["next_attempt_at"],
            r["deferred_reason"],
            r["error_code"],
            r["error_message"],
            r["inconclusive_reason"],
            r["check_sandbox"],
            r["reused_from"],
        )
        for r in rows
        if r["check_name"] is not None
    )
    names = AssessmentState.__dataclass_fields__.keys() - {"checks"}
    return AssessmentState(**{n: first[n] for n in names}, checks=checks)


def _grouped(rows: list[RowMapping]) -> list[AssessmentState]:
    by_id: dict[int, list[RowMapping]] = {}
    for row in rows:
        by_id.setdefault(row["id"], []).append(row)
    return [_state(group) for group in by_id.values()]


def assessment_state(session: Session, assessment_id: int) -> AssessmentState | None:
    """Return one assessment as it stands."""
    rows = session.execute(text(_STATES + " WHERE a.id = :id ORDER BY c.id"), {"id": assessment_id})
    states = _grouped(list(rows.mappings()))
    return states[0] if states else None


def active_states(
    session: Session, batch_id: int | None, *, active: int = 12, recent: int = 8
) -> list[AssessmentState]:
    """Return the assessments in progress (oldest first) and the latest to end, of a batch."""
    member = (
        "AND EXISTS (SELECT FROM batch_leads b WHERE b.batch_id = :batch_id"
        " AND b.assessment_id = x.id)"
        if batch_id is not None
        else "AND NOT x.rival"
    )
    chosen = f"""
 WHERE a.id IN (
   (SELECT x.id FROM assessments x WHERE x.status = 'in_progress' {member}
     ORDER BY x.started_at LIMIT :active)
   UNION ALL
   (SELECT x.id FROM assessments x WHERE x.status IN ('completed', 'failed') {member}
     ORDER BY x.finished_at DESC LIMIT :recent))
 ORDER BY a.started_at, a.id, c.id"""  # noqa: S608 - constant text, values are bound
    values: dict[str, Any] = {"active": active, "recent": recent, "batch_id": batch_id}
    return _grouped(list(session.execute(text(_STATES + chosen), values).mappings()))


_ALL_TOTALS = text(f"""
SELECT (SELECT count(*) FROM leads WHERE NOT rival) AS leads, {COUNTED},
       0 AS not_submitted, min(a.started_at) AS first_started, max(a.finished_at) AS last_finished
  FROM assessments a WHERE NOT a.rival
""")  # noqa: S608 - constant text, values are bound
# Each part has an index of its own: reading every check run takes seconds of a million.
_CHECKS = """
SELECT (SELECT COALESCE(sum(c.cost_usd), 0) FROM check_runs c
         WHERE c.cost_usd > 0 AND {own}) AS cost_usd,
       (SELECT count(*) FROM check_runs c
         WHERE c.status = 'pending' AND c.deferred_reason IS NOT NULL
           AND c.next_attempt_at = {forever} AND {own}) AS deferred,
       (SELECT count(*) FROM assessments a JOIN check_runs c ON c.assessment_id = a.id
         WHERE a.status = 'in_progress' AND {own}
           AND (c.status = 'in_progress' OR (c.status = 'pending' AND c.runnable_at IS NOT NULL
                AND COALESCE(c.next_attempt_at, now()) < {forever}))) AS active,
       (SELECT count(DISTINCT c.assessment_id) FROM check_runs c
          JOIN assessments a ON a.id = c.assessment_id AND a.status = 'completed'
         WHERE c.status = 'failed' AND {own} {counted}) AS partial
"""
_OWN = """c.assessment_id IN (SELECT b.assessment_id FROM batch_leads b
                              WHERE b.batch_id = :batch_id AND b.assessment_id IS NOT NULL)"""
_BATCH_CHECKS = text(_CHECKS.format(forever=FOREVER_SQL, own=_OWN, counted=""))
_ALL_CHECKS = text(_CHECKS.format(forever=FOREVER_SQL, own="true", counted="AND NOT a.rival"))


def totals(session: Session, batch_id: int | None = None) -> Totals:
    """Return the counts over one batch, or over everything."""
    if batch_id is None:
        counts, checks = session.execute(_ALL_TOTALS), session.execute(_ALL_CHECKS)
        return Totals(**counts.mappings().one(), **checks.mappings().one())
    found = overview.batch(session, batch_id)
    if found is None:
        raise NotFoundError(f"There is no batch {batch_id}.", hint="`lfassess status` lists them.")
    checks = session.execute(_BATCH_CHECKS, {"batch_id": batch_id})
    return Totals(
        leads=found.leads,
        pending=found.pending,
        in_progress=found.in_progress,
        completed=found.completed,
        failed=found.failed,
        cancelled=found.cancelled,
        not_submitted=found.not_submitted,
        first_started=found.first_started,
        last_finished=found.last_finished,
        reports_left=found.reports_left,
        **checks.mappings().one(),
    )


def latest_assessment(session: Session, lead_id: int) -> int | None:
    """Return the id of the lead's newest assessment."""
    found: int | None = session.scalar(
        text("SELECT max(id) FROM assessments WHERE lead_id = :lead_id"), {"lead_id": lead_id}
    )
    return found


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is left to do."""

    open: int  # assessments that have not ended
    due: int  # of these, those that will go on by themselves
    deferred: int  # checks that wait until somebody acts
    failed: int  # assessments that have failed, ever


_OPEN_WORK = text(f"""
WITH waiting AS (SELECT count(*) AS n FROM assessments WHERE status = 'pending'),
running AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE a.open_checks = 0 OR EXISTS (
               SELECT FROM check_runs c WHERE c.assessment_id = a.id
                  AND (c.status = 'in_progress' OR (c.status = 'pending'
                       AND c.runnable_at IS NOT NULL
                       AND COALESCE(c.next_attempt_at, now()) < {FOREVER_SQL})))) AS due
      FROM assessments a WHERE a.status = 'in_progress'
)
SELECT waiting.n + running.n AS open, waiting.n + running.due AS due,
       (SELECT count(*) FROM assessments
         WHERE status = 'failed' AND shown_status = 'failed' AND NOT rival) AS failed,
       (SELECT count(*) FROM check_runs
         WHERE status = 'pending' AND deferred_reason IS NOT NULL
           AND next_attempt_at = {FOREVER_SQL}) AS deferred
  FROM waiting, running
""")  # noqa: S608 - constant text, values are bound


def open_work(session: Session) -> OpenWork:
    """Return how much is left to do."""
    return OpenWork(**session.execute(_OPEN_WORK).mappings().one())


_TO_SEND = text("""
SELECT EXISTS (SELECT FROM assessments WHERE report_due_at IS NOT NULL)
    OR EXISTS (SELECT FROM webhook_deliveries WHERE next_try_at IS NOT NULL)
""")


def is_anything_due(session: Session) -> bool:
    """Whether a check, a report or a webhook's message comes without anybody's doing, ever."""
    return open_work(session).due > 0 or bool(session.scalar(_TO_SEND))


@dataclass(frozen=True, slots=True)
class RivalsLeft:
    """What an ended assessment's report waits for."""

    names: tuple[str, ...]  # competitors that are still being measured
    report_is_due: bool  # it is to be written, now or later


_RIVALS_LEFT = text("""
SELECT a.report_due_at IS NOT NULL AS report_is_due,
       ARRAY(SELECT r.site FROM assessment_rivals r
               JOIN assessments t ON t.id = r.rival_assessment_id
              WHERE r.assessment_id = a.id AND t.status IN ('pending', 'in_progress')
              ORDER BY r.position) AS names
  FROM assessments a WHERE a.id = :id
""")


def rivals_left(session: Session, assessment_id: int) -> RivalsLeft:
    """Return which competitors of an assessment are still being measured."""
    row = session.execute(_RIVALS_LEFT, {"id": assessment_id}).one()
    return RivalsLeft(tuple(row.names), row.report_is_due)
