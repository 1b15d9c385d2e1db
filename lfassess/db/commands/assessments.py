"""Opening, starting and closing assessments."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lfassess.db.commands import retention, rivals
from lfassess.db.commands.rivals import MeasuredRival
from lfassess.db.database import ConnectionLike
from lfassess.db.fragments import REPORT_DUE_AGAIN
from lfassess.db.models import OPEN, Assessment, CheckRun, Lead, StoredArtefact
from lfassess.db.queries import reviews
from lfassess.errors import NotFoundError
from lfassess.statuses import SkipCode


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """How one check takes part in assessments that are about to be opened."""

    name: str
    queue: str
    depends_on_others: bool
    needs_website: bool
    skip: SkipCode | None = None  # why it is skipped for every lead
    skip_reason: str | None = None  # in the check's own words: what is not configured


# Leads that have an open assessment keep it (the partial unique index sees to that).
_OPEN = text(f"""
WITH plan AS (
    SELECT * FROM unnest(CAST(:names AS text[]), CAST(:queues AS text[]),
                         CAST(:dependents AS boolean[]), CAST(:need_website AS boolean[]),
                         CAST(:skips AS text[]), CAST(:skip_reasons AS text[]))
           WITH ORDINALITY AS p(name, queue, depends_on_others, needs_website, skip, skip_reason,
                                ord)
), chosen AS (
    SELECT l.id AS lead_id, p.*,
           CASE WHEN p.skip IS NOT NULL THEN p.skip
                WHEN p.needs_website AND l.website IS NULL THEN '{SkipCode.NO_WEBSITE}'
           END AS skip_code
      FROM leads l CROSS JOIN plan p WHERE l.id = ANY(:lead_ids)
), counts AS (
    SELECT lead_id, count(*) FILTER (WHERE skip_code IS NULL) AS checks,
           count(*) FILTER (WHERE skip_code IS NULL AND NOT depends_on_others) AS independent
      FROM chosen GROUP BY lead_id
), opened AS (
    INSERT INTO assessments (lead_id, status, priority, open_independent_checks, open_checks,
                             batch_id, max_age_s, lighthouse_runs)
    SELECT lead_id, 'pending', :priority, independent, checks, :batch_id, :max_age_s,
           CAST(:lighthouse_runs AS integer)
      FROM counts ORDER BY lead_id
    ON CONFLICT (lead_id) WHERE status IN ('pending', 'in_progress') DO NOTHING
    RETURNING id, lead_id, open_independent_checks
), runs AS (
    INSERT INTO check_runs (assessment_id, lead_id, name, queue, depends_on_others, status,
                            skip_code, skip_reason, runnable_at)
    SELECT o.id, o.lead_id, c.name, c.queue, c.depends_on_others,
           CASE WHEN c.skip_code IS NULL THEN 'pending' ELSE 'skipped' END, c.skip_code,
           CASE WHEN c.skip_code = '{SkipCode.NOT_CONFIGURED}' THEN c.skip_reason END,
           CASE WHEN c.skip_code IS NULL
                 AND (NOT c.depends_on_others OR o.open_independent_checks = 0) THEN now() END
      FROM opened o JOIN chosen c USING (lead_id) ORDER BY o.id, c.ord
)
SELECT id, lead_id FROM opened ORDER BY id
""")  # noqa: S608 - constant text, values are bound


def open_assessments(
    session: Session,
    lead_ids: Sequence[int],
    plan: Sequence[PlannedCheck],
    *,
    priority: int = 5,
    batch_id: int | None = None,
    max_age_s: float = 0.0,
    lighthouse_runs: int | None = None,
) -> dict[int, int]:
    """Open one assessment with its check runs per lead; returns {lead id: assessment id}.

    ``batch_id`` is the batch that pays; providers' answers younger than ``max_age_s`` are reused;
    ``lighthouse_runs`` is how often Lighthouse measures a phone, if that was asked for.

    Leads that already have an open assessment are left out of the answer.
    """
    rows = session.execute(
        _OPEN,
        {
            "lead_ids": list(lead_ids),
            "priority": priority,
            "batch_id": batch_id,
            "max_age_s": max_age_s,
            "lighthouse_runs": lighthouse_runs,
            "names": [p.name for p in plan],
            "queues": [p.queue for p in plan],
            "dependents": [p.depends_on_others for p in plan],
            "need_website": [p.needs_website for p in plan],
            "skips": [p.skip for p in plan],
            "skip_reasons": [p.skip_reason for p in plan],
        },
    )
    return {row.lead_id: row.id for row in rows}


def analyse(session: ConnectionLike) -> None:
    """Let Postgres see how full the tables have become, which by itself it does once a minute.

    With what it knew before, it reads every open check run whenever a lead ends. A table that
    somebody else has locked, a vacuum perhaps, is left out.
    """
    session.execute(text("ANALYZE (SKIP_LOCKED) assessments, check_runs"))


def open_assessment_of(session: Session, lead_id: int) -> int | None:
    """Return the id of the lead's open assessment."""
    return session.scalar(
        select(Assessment.id).where(Assessment.lead_id == lead_id, Assessment.status.in_(OPEN))
    )


_KEEP_SITE = text("""
UPDATE assessments SET site_url = coalesce(site_url, :url) WHERE id = :id RETURNING site_url
""")


def keep_site(session: ConnectionLike, assessment_id: int, url: str) -> str:
    """Remember where the lead's website answers; returns what was remembered first."""
    found = session.execute(_KEEP_SITE, {"id": assessment_id, "url": url}).scalar_one_or_none()
    return url if found is None else str(found)


def lead_exists(session: Session, lead_id: int) -> bool:
    """Return whether there is a lead with this id; a competitor is none."""
    lead = session.get(Lead, lead_id)
    return lead is not None and not lead.rival


_START = text("""
WITH started AS (
    UPDATE assessments SET status = 'in_progress', started_at = clock_timestamp(),
           deadline_at = clock_timestamp() + make_interval(secs => :deadline)
     WHERE id = :id AND status = 'pending' RETURNING id, lead_id, open_checks, rivals_asked
), sent AS (
    UPDATE check_runs c SET sent_at = clock_timestamp() FROM started s
     WHERE c.assessment_id = s.id AND c.status = 'pending' AND c.runnable_at IS NOT NULL
    RETURNING c.id, c.name, c.queue
)
SELECT started.open_checks, started.rivals_asked, sent.name, sent.queue
  FROM started LEFT JOIN sent ON true
 ORDER BY sent.id
""")


def start(
    session: ConnectionLike, assessment_id: int, *, deadline_s: float
) -> tuple[int, int, list[tuple[str, str]]] | None:
    """Turn a pending assessment into one in progress, to be ended within ``deadline_s``.

    Returns:
        (checks left, competitors to be measured beside it, [(check name, queue) to send]), or None
        if it isn't pending.
    """
    rows = session.execute(_START, {"id": assessment_id, "deadline": deadline_s}).all()
    if not rows:
        return None
    to_send = [(row.name, row.queue) for row in rows if row.name is not None]
    return rows[0].open_checks, rows[0].rivals_asked, to_send


FIRST_AGAIN = 4  # leads that go first after a pause by rule

# Asked at every lead's end: each part has an index, so that a long queue makes it no slower.
# After a pause by rule a few leads go first, and one more for each that has ended since: 4, 8, 16.
_ADMIT = text("""
WITH since AS (
    SELECT changed_at FROM control WHERE by_rule AND NOT paused
), room AS (
    SELECT CASE WHEN EXISTS (SELECT FROM since)
           THEN LEAST(:window, :first + (SELECT count(*) FROM (
                SELECT FROM assessments WHERE finished_at > (SELECT changed_at FROM since)
                 LIMIT :window) ended))
           ELSE :window END AS leads
), running AS (
    SELECT id FROM assessments
     WHERE status = 'in_progress' AND EXISTS (
           SELECT FROM check_runs c WHERE c.assessment_id = assessments.id
              AND (c.status = 'in_progress' OR (c.status = 'pending' AND c.runnable_at IS NOT NULL
                   AND (c.deferred_code IS NULL OR c.next_attempt_at <= clock_timestamp()))))
     LIMIT :window
), on_their_way AS (
    SELECT id FROM assessments
     WHERE status = 'pending' AND sent_at > now() - make_interval(secs => :resend)
     LIMIT :window
), due AS (
    SELECT id FROM assessments
     WHERE status = 'pending'
       AND (priority = 1 OR NOT EXISTS (SELECT FROM control WHERE paused))
       AND (sent_at IS NULL OR sent_at <= now() - make_interval(secs => :resend))
     ORDER BY priority, id
     LIMIT GREATEST((SELECT leads FROM room) - (SELECT count(*) FROM running)
                            - (SELECT count(*) FROM on_their_way), 0)
       FOR UPDATE OF assessments SKIP LOCKED
)
UPDATE assessments a SET sent_at = clock_timestamp() FROM due WHERE a.id = due.id
RETURNING a.id, a.lead_id, a.priority
""")


def start_pending(session: ConnectionLike, *, window: int, resend: float) -> list[tuple[int, int]]:
    """Mark the next pending assessments as sent, as many as the window has room for.

    Keeping a window instead of queueing everything lets leads end one after another, and keeps
    Redis small however large the batch is. Leads that only wait for a deferred check take no room:
    while a provider is down or the budget is used up, the other leads' checks go on.

    Returns [(assessment id, lead id)].
    """
    rows = session.execute(_ADMIT, {"window": window, "resend": resend, "first": FIRST_AGAIN}).all()
    return [(row.id, row.lead_id) for row in sorted(rows, key=lambda r: (r.priority, r.id))]


def mark_sent(session: Session, assessment_id: int) -> bool:
    """Note that the coordinate message goes out now; False if the assessment isn't pending."""
    row = session.execute(
        text(
            "UPDATE assessments SET sent_at = clock_timestamp()"
            " WHERE id = :id AND status = 'pending' RETURNING id"
        ),
        {"id": assessment_id},
    ).one_or_none()
    return row is not None


def open_independent_checks(session: ConnectionLike, assessment_id: int) -> int:
    """Return how many of an assessment's independent checks have not ended."""
    row = session.execute(
        text("SELECT open_independent_checks FROM assessments WHERE id = :id"),
        {"id": assessment_id},
    ).one_or_none()
    return 0 if row is None else int(row.open_independent_checks)


_CLOSE = text("""
UPDATE assessments
   SET status = :status, finished_at = clock_timestamp(), score = :score, grade = :grade,
       scoring_version = :scoring_version, checks_completed = :checks_completed,
       checks_total = :checks_total, sandbox = :sandbox,
       scoring_details = CAST(:scoring_details AS jsonb),
       category = :category, benchmark = CAST(:benchmark AS jsonb),
       report_due_at = clock_timestamp() + make_interval(secs => :report_again_s)
 WHERE id = :id AND status = 'in_progress' AND open_checks = 0
RETURNING id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an assessment stores whose checks have all ended."""

    status: str
    score: int | None
    grade: str | None
    scoring_version: str
    checks_completed: int  # with a result
    checks_total: int  # skipped ones too
    sandbox: bool
    scoring_details: Mapping[str, Any]  # how the score came about
    category: str | None = None  # Google's, as lfassess.trades names it
    benchmark: Mapping[str, Any] | None = None  # what the score was compared with


def close(
    session: Session,
    assessment_id: int,
    verdict: Verdict,
    *,
    report_again_s: float | None = None,
) -> bool:
    """Close an assessment whose checks have all ended; False if that was done already.

    Args:
        session: the open transaction.
        assessment_id: which.
        verdict: what it came to.
        report_again_s: in so many seconds its report is to be stored; None: it is.
    """
    row = {
        "id": assessment_id,
        "report_again_s": report_again_s,
        **asdict(verdict),
        "scoring_details": json.dumps(verdict.scoring_details),
        "benchmark": json.dumps(verdict.benchmark) if verdict.benchmark else None,
    }
    return session.execute(_CLOSE, row).one_or_none() is not None


_TAKE_REPORT_DUE = text("""
UPDATE assessments SET report_due_at = clock_timestamp() + make_interval(secs => :again)
 WHERE id = (SELECT id FROM assessments
              WHERE report_due_at <= clock_timestamp() AND status IN ('completed', 'failed')
              ORDER BY report_due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
""")


def take_report_due(session: ConnectionLike, *, again_s: float) -> int | None:
    """Return an assessment whose report is to be stored now; None when there is none.

    Nobody else gets it for ``again_s`` seconds.
    """
    found: int | None = session.execute(_TAKE_REPORT_DUE, {"again": again_s}).scalar_one_or_none()
    return found


_REPORT_HAS_CHANGED = text(f"""
UPDATE assessments a SET report_due_at = {REPORT_DUE_AGAIN}
 WHERE a.id = :id AND a.status IN ('completed', 'failed')
""")  # noqa: S608 - constant text, values are bound


def report_has_changed(session: ConnectionLike, assessment_id: int) -> None:
    """Have the report files of an assessment written again, where it has some."""
    session.execute(_REPORT_HAS_CHANGED, {"id": assessment_id})


def report_is_written(session: ConnectionLike, assessment_id: int) -> None:
    """Note that the assessment's report is stored."""
    session.execute(
        text("UPDATE assessments SET report_due_at = NULL WHERE id = :id"), {"id": assessment_id}
    )


@dataclass(frozen=True, slots=True)
class EarlierAudit:
    """What is stored of an earlier audit of the same lead, without its files."""

    assessment: Assessment
    check_runs: list[CheckRun]
    dismissed: dict[tuple[str, str], str]  # notes by (check, finding code)


@dataclass(frozen=True, slots=True)
class AssessmentRecord:
    """All rows of one assessment."""

    lead: Lead
    assessment: Assessment
    check_runs: list[CheckRun]
    artefacts: list[StoredArtefact]
    earlier: EarlierAudit | None = None
    rivals: Sequence[MeasuredRival] = ()

    @property
    def has_report(self) -> bool:
        """Whether a report can be made: it has ended, and measures no competitor."""
        return self.assessment.status not in OPEN and not self.lead.rival

    @property
    def site(self) -> str | None:
        """The address that was assessed: where a bare domain answers, else the lead's website."""
        return self.assessment.site_url or self.lead.website


def load(session: Session, assessment_id: int) -> AssessmentRecord:
    """Return all rows of one assessment; raises NotFoundError.

    What may no longer be stored is deleted instead of returned.
    """
    assessment = session.get(Assessment, assessment_id)
    if assessment is None:
        raise NotFoundError(f"There is no assessment {assessment_id}.")
    lead = session.get_one(Lead, assessment.lead_id)
    runs = _storable_runs(session, assessment_id)
    artefacts = session.scalars(
        select(StoredArtefact)
        .where(StoredArtefact.assessment_id == assessment_id)
        .order_by(StoredArtefact.name)
    )
    earlier = _earlier(session, assessment)
    beside = rivals.load(session, assessment_id) if assessment.rivals_asked else ()
    return AssessmentRecord(lead, assessment, runs, list(artefacts), earlier, beside)


def _earlier(session: Session, assessment: Assessment) -> EarlierAudit | None:
    """Return the newest audit of the lead before this one that gave a score."""
    found = session.scalar(
        select(Assessment)
        .where(
            Assessment.lead_id == assessment.lead_id,
            Assessment.id < assessment.id,
            Assessment.score.is_not(None),
        )
        .order_by(Assessment.id.desc())
        .limit(1)
    )
    if found is None:
        return None
    notes = {(d.check_name, d.code): d.note for d in reviews.dismissals(session, found.id)}
    return EarlierAudit(found, _storable_runs(session, found.id), notes)


def _storable_runs(session: Session, assessment_id: int) -> list[CheckRun]:
    runs = _check_runs(session, assessment_id)
    if any(
        run.content_expires_at is not None and run.content_expires_at <= datetime.now(UTC)
        for run in runs
    ):
        retention.expire(session, assessment_id)
        runs = _check_runs(session, assessment_id)
    return runs


_FRESH = {"populate_existing": True}  # rows the session has seen already are read again


def _check_runs(session: Session, assessment_id: int) -> list[CheckRun]:
    query = select(CheckRun).where(CheckRun.assessment_id == assessment_id)
    return list(session.scalars(query.order_by(CheckRun.id), execution_options=_FRESH))


_SAVE_ARTEFACT = text("""
INSERT INTO artefacts (assessment_id, name, content_type, uri, size, check_name)
VALUES (:assessment_id, :name, :content_type, :uri, :size, :check_name)
ON CONFLICT (assessment_id, name) DO UPDATE
   SET content_type = excluded.content_type, uri = excluded.uri, size = excluded.size,
       check_name = excluded.check_name,
       created_at = now()
""")


def save_artefact(
    session: ConnectionLike,
    *,
    assessment_id: int,
    name: str,
    content_type: str,
    uri: str,
    size: int,
    check_name: str | None = None,
) -> None:
    """Note where a file of this assessment lies, and which check made it, if one did."""
    session.execute(
        _SAVE_ARTEFACT,
        {
            "assessment_id": assessment_id,
            "name": name,
            "content_type": content_type,
            "uri": uri,
            "size": size,
            "check_name": check_name,
        },
    )


_FILES_OF_CHECK = text("""
SELECT f.name, f.content_type, f.uri
  FROM check_runs c JOIN artefacts f ON f.assessment_id = c.assessment_id AND f.check_name = c.name
 WHERE c.id = :check_run_id ORDER BY f.name
""")


def files_of_check(session: ConnectionLike, check_run_id: int) -> list[tuple[str, str, str]]:
    """Return (name, content type, URI) of the files that a check has made."""
    rows = session.execute(_FILES_OF_CHECK, {"check_run_id": check_run_id})
    return [(row.name, row.content_type, row.uri) for row in rows]
