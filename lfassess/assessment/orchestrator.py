"""From a lead to a finished assessment: open, fan out, fan in, close."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lfassess import scoring
from lfassess.assessment.completion import benchmark, changes, ranking, reports, review, webhooks
from lfassess.assessment.completion.batch_end import finish_batches
from lfassess.assessment.completion.review import ReviewDecision
from lfassess.assessment.execution import enqueue, second_look
from lfassess.assessment.execution.enqueue import Send
from lfassess.assessment.execution.runner import Runner
from lfassess.assessment.intake import rivals
from lfassess.assessment.intake.rivals import NAME_RIVALS
from lfassess.assessment.runtime import Runtime
from lfassess.assessment.worker.celery_app import app
from lfassess.assessment.worker.celery_config import COORDINATE
from lfassess.checks import all_checks, require
from lfassess.checks.base import Check
from lfassess.db.commands import assessments
from lfassess.db.commands import rivals as rival_rows
from lfassess.db.commands.assessments import AssessmentRecord, PlannedCheck, Verdict
from lfassess.db.commands.check_runs import FanInResult
from lfassess.db.models import CheckRun, Status
from lfassess.errors import LfassessError, NotFoundError, ServiceUnreachableError
from lfassess.settings import Settings
from lfassess.statuses import SkipCode
from lfassess.timings import TIMINGS

logger = logging.getLogger(__name__)

URGENT: Final = 1  # the priority of what a person waits for
RIVALS_WAIT_S: Final = 600.0  # that a report waits for competitors after its lead's own checks


def plan(
    settings: Settings, checks: Mapping[str, Check], only: Sequence[str] | None = None
) -> list[PlannedCheck]:
    """Return how each check takes part; raises UsageError for a name that is none."""
    if only is not None:
        require(only, checks)
    return [
        PlannedCheck(
            name=c.name,
            queue=c.queue(settings),
            depends_on_others=c.depends_on_others,
            needs_website=c.needs_website,
            skip=code,
            skip_reason=reason,
        )
        for c in checks.values()
        for code, reason in (_skipped(c, settings, only),)
    ]


def _skipped(
    check: Check, settings: Settings, only: Sequence[str] | None
) -> tuple[SkipCode | None, str | None]:
    """Return why a check is skipped for every lead, and the check's own words for it."""
    if only is not None and check.name not in only:
        return SkipCode.NOT_SELECTED, None
    reason = check.skip_reason(settings)
    return (None if reason is None else SkipCode.NOT_CONFIGURED), reason


@dataclass(frozen=True, slots=True)
class Orchestrator:
    """Moves assessments on; every step is safe to repeat."""

    runtime: Runtime
    checks: Mapping[str, Check]
    send: Send

    @classmethod
    def of(cls, runtime: Runtime) -> Self:
        """Return the one with all checks, which sends by the runtime's broker."""
        return cls(runtime, all_checks(), runtime.send)

    def coordinate(self, lead_id: int, assessment_id: int | None = None) -> dict[str, Any]:
        """Start the lead's open assessment, opening one if there is none, and fan out.

        Raises:
            NotFoundError: there is no such lead.
        """
        assessment_id = assessment_id or self._open(lead_id)
        with self.runtime.database.autocommit() as session:
            started = assessments.start(
                session, assessment_id, deadline_s=self.runtime.settings.lead_deadline_h * 3600
            )
        answer = {"lead_id": lead_id, "assessment_id": assessment_id, "started": bool(started)}
        if started is None:
            return answer
        open_checks, rivals_asked, to_send = started
        self.send([enqueue.check(name, lead_id, assessment_id, q) for name, q in to_send])
        if rivals_asked:
            self._open_rivals(assessment_id)
        if open_checks == 0:
            self.finalise(assessment_id)
        return answer

    def _open(self, lead_id: int) -> int:
        """Return the lead's open assessment, opening one if there is none."""
        with self.runtime.database.session() as session:
            if found := assessments.open_assessment_of(session, lead_id):
                return found
            if not assessments.lead_exists(session, lead_id):
                raise NotFoundError(f"There is no lead {lead_id}.")
            planned = plan(self.runtime.settings, self.checks)
            return assessments.open_assessments(session, [lead_id], planned)[lead_id]

    def run_check(self, name: str, lead_id: int, assessment_id: int | None = None) -> None:
        """Run one check, then whatever its end makes due."""
        ended = Runner(self.runtime, self.checks, self.send).run(name, lead_id, assessment_id)
        if ended is not None:
            if ended.rivals_asked and name in NAME_RIVALS:
                self._open_rivals(ended.assessment_id)
            self.advance(ended)

    def _open_rivals(self, assessment_id: int) -> None:
        """Have competitors measured that are known; a fault never holds the lead back."""
        try:
            self._send_rivals(assessment_id)
        except ServiceUnreachableError:
            raise
        except Exception:
            logger.exception("assessment %s: its competitors can't be opened", assessment_id)

    def _send_rivals(self, assessment_id: int) -> None:
        settings = self.runtime.settings
        with self.runtime.database.session() as session:
            opened = rivals.open_beside(
                session,
                assessment_id,
                self.checks,
                settings,
                lambda only: plan(settings, self.checks, only),
            )
            urgent = [(lead, rival) for lead, rival, priority in opened if priority == URGENT]
            for _, rival in urgent:
                assessments.mark_sent(session, rival)
        self.send([enqueue.coordinate(lead, rival) for lead, rival in urgent])
        if len(urgent) < len(opened):
            self.start_pending()

    def advance(self, ended: FanInResult) -> None:
        """Send the checks that an end released; close the assessment if it was the last end."""
        if ended.released:
            self.send(
                enqueue.check(name, ended.lead_id, ended.assessment_id, queue)
                for name, queue in ended.released
            )
        if ended.open_checks == 0:
            self.finalise(ended.assessment_id)

    def finalise(self, assessment_id: int) -> None:
        """Score the assessment, write its report, close it, and let the next lead in.

        A report that shows competitors waits for them; a competitor's own assessment has none.
        """
        with self.runtime.database.session() as session:
            stored = assessments.load(session, assessment_id)
            if stored.assessment.status != Status.IN_PROGRESS:
                return
            metrics = {run.name: run.metrics for run in stored.check_runs}
            if second_look.again(session, assessment_id, metrics, self.checks):
                session.expire_all()
                stored = assessments.load(session, assessment_id)
            verdict, rival = _verdict(stored.check_runs), stored.assessment.rival
            decided = ReviewDecision()
            if not rival:
                verdict = _with_benchmark(session, stored, verdict)
                for column, value in asdict(verdict).items():
                    setattr(stored.assessment, column, value)
                session.expunge_all()  # what we set is for the report; close() writes it
                decided = ReviewDecision(review.open_review(session, stored))
            session.expunge_all()
        closed = (
            self._close_rival(assessment_id, verdict)
            if rival
            else self._close_lead(stored, verdict, decided)
        )
        if closed:
            logger.info("lead %s: assessment %s %s", stored.lead.id, assessment_id, verdict.status)
            self.start_pending()

    def _close_rival(self, assessment_id: int, verdict: Verdict) -> bool:
        """Close a competitor's assessment, and have the reports written that waited for it."""
        with self.runtime.database.session() as session:
            closed = assessments.close(session, assessment_id, verdict)
            rival_rows.ended(session, [assessment_id])
        return closed

    def _close_lead(
        self, stored: AssessmentRecord, verdict: Verdict, decided: ReviewDecision
    ) -> bool:
        assessment_id, waits = stored.assessment.id, False
        if stored.assessment.rivals_asked:
            self._open_rivals(assessment_id)
            stored = self._with_rivals(stored)
            waits = any(rival.is_open for rival in stored.rivals)
        again_s = RIVALS_WAIT_S if waits else self._write_report(stored, decided)
        with self.runtime.database.session() as session:
            closed = assessments.close(session, assessment_id, verdict, report_again_s=again_s)
            if closed:
                self._rank(session, stored)
                if waits:
                    rival_rows.report_if_ended(session, assessment_id)
                self._emit_events(session, assessment_id, verdict.status)
        return closed

    def _with_rivals(self, stored: AssessmentRecord) -> AssessmentRecord:
        """Return the record with its competitors as they are now."""
        with self.runtime.database.session() as session:
            found = rival_rows.load(session, stored.assessment.id)
            session.expunge_all()
        return replace(stored, rivals=found)

    def _rank(self, session: Session, stored: AssessmentRecord) -> None:
        """Note how much a call is worth; a fault here never holds the assessment back."""
        try:
            with session.begin_nested():
                ranking.rank(session, stored)
        except ServiceUnreachableError:
            raise
        except Exception:
            logger.exception(
                "assessment %s: not ranked; `lfassess leads rank` does it", stored.assessment.id
            )

    def _emit_events(self, session: Session, assessment_id: int, status: str) -> None:
        """Note for webhooks what has ended: the assessment, and the batches it was the last of."""
        webhooks.enqueue_event(
            session, self.runtime.settings, f"assessment.{status}", assessment_id=assessment_id
        )
        self._emit_changes(session, assessment_id)
        finish_batches(session, self.runtime.settings, [assessment_id])

    def _emit_changes(self, session: Session, assessment_id: int) -> None:
        """Note for webhooks how a lead has changed since the audit before; faults hold nothing."""
        if self.runtime.settings.webhook_url is None:
            return
        try:
            with session.begin_nested():
                changed = changes.of_assessment(session, assessment_id)
        except ServiceUnreachableError:
            raise
        except Exception:
            logger.exception("assessment %s: not compared with the one before", assessment_id)
            return
        if changed is not None:
            who = {"id": "lead_id", "name": "name", "website": "website"}
            lead = {key: changed.pop(column) for key, column in who.items()}
            webhooks.enqueue_event(
                session,
                self.runtime.settings,
                "lead.changed",
                assessment_id=assessment_id,
                facts=changed | {"lead": lead},
            )

    def _write_report(self, stored: AssessmentRecord, decided: ReviewDecision) -> float | None:
        """Store the report; returns in how many seconds to try again, None when not.

        A fault here never holds the assessment back.
        """
        try:
            reports.write(self.runtime.settings, self.runtime.database, stored, decided)
        except ServiceUnreachableError:
            raise
        except LfassessError as e:
            logger.warning(
                "assessment %s: its report can't be stored (%s); it is tried again",
                stored.assessment.id,
                e,
            )
            return reports.AGAIN_S
        except Exception:
            logger.exception(
                "assessment %s: no report; `lfassess report` makes it again", stored.assessment.id
            )
        return None

    def start_pending(self, *, resend: float = TIMINGS.resend) -> int:
        """Send the next pending assessments on their way, as far as there is room."""
        with self.runtime.database.autocommit() as session:
            admitted = assessments.start_pending(
                session, window=self.runtime.settings.window, resend=resend
            )
        self.send(enqueue.coordinate(lead_id, aid) for aid, lead_id in admitted)
        return len(admitted)


def _verdict(runs: Sequence[CheckRun]) -> Verdict:
    """Return what an assessment comes to whose checks have all ended."""
    to_run = [r for r in runs if r.status != Status.SKIPPED]
    done = [r for r in to_run if r.status == Status.COMPLETED]
    overall = scoring.assess(scoring.results_of(runs), scoring.load_rules())
    return Verdict(
        status=(Status.COMPLETED if done else Status.FAILED).value,
        score=overall.score,
        grade=overall.grade,
        scoring_version=overall.version,
        checks_completed=len(done),
        checks_total=len(runs),
        sandbox=any(r.sandbox for r in done),
        scoring_details=overall.as_summary(),
        category=benchmark.category_of(done),
    )


def _with_benchmark(session: Session, stored: AssessmentRecord, verdict: Verdict) -> Verdict:
    """Add what the score compares with; a fault there never holds the assessment back."""
    try:
        with session.begin_nested():
            made = benchmark.of_ending(session, stored, verdict)
    except SQLAlchemyError:
        logger.exception("assessment %s: not compared with others", stored.assessment.id)
        return verdict
    return replace(verdict, benchmark=made.as_json()) if made else verdict


@app.task(name=COORDINATE, throws=(LfassessError,))
def coordinate_assessment(lead_id: int, assessment_id: int | None = None) -> dict[str, Any]:
    """Start the lead's assessment and fan out its checks."""
    try:
        return Orchestrator.of(app.runtime).coordinate(lead_id, assessment_id)
    except ServiceUnreachableError as e:
        leave_to_the_reconciler(lead_id, "coordinate", e)
        return {"lead_id": lead_id, "assessment_id": assessment_id, "started": False}


def leave_to_the_reconciler(lead_id: int, step: str, error: ServiceUnreachableError) -> None:
    """Note that a step will be sent again; to Celery and Flower that is no failure of the task."""
    logger.warning("lead %s %s: %s (sent again when it is back)", lead_id, step, error)
