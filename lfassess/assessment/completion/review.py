"""The gate between assessed and sellable: open a review, dismiss findings, approve, issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from lfassess import scoring
from lfassess.assessment.completion import benchmark, rescore
from lfassess.assessment.completion.rescore import Rescored
from lfassess.checks.base import Severity
from lfassess.db.commands import assessments, reviews
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.database import Database
from lfassess.db.models import Review
from lfassess.db.queries import reviews as stored_reviews
from lfassess.errors import NotFoundError, UsageError
from lfassess.report.review import reasons

NEEDS_REVIEW, APPROVED, ISSUED = "needs_review", "approved", "issued"
BY_RULE = "rule"


@dataclass(frozen=True, slots=True)
class ReviewDecision:
    """What people have decided about an audit, as its report needs it."""

    state: str | None = None  # None: never reviewed
    dismissed: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (check, code): note

    @property
    def draft(self) -> bool:
        """Whether the audit is not to be sold as it is."""
        return self.state not in {APPROVED, ISSUED}


def open_review(session: Session, stored: AssessmentRecord) -> str:
    """Open the review of an assessment that ends, and return its state.

    With nothing for a person to look at it is approved by rule at once. A second call changes
    nothing.
    """
    found = reasons(stored.check_runs)
    state = NEEDS_REVIEW if found else APPROVED
    by = None if found else BY_RULE
    reviews.open_review(session, stored.assessment.id, state=state, reasons=found, by=by)
    return _review(session, stored.assessment.id).state


def decided(session: Session, assessment_id: int) -> ReviewDecision:
    """Return state and dismissed findings of an assessment."""
    review = stored_reviews.review(session, assessment_id)
    dismissed = {
        (row.check_name, row.code): row.note
        for row in stored_reviews.dismissals(session, assessment_id)
    }
    return ReviewDecision(review.state if review else None, dismissed)


def approve(database: Database, assessment_id: int, *, by: str, note: str | None = None) -> None:
    """Approve an audit that needs review.

    Raises:
        NotFoundError: it has no review: there is no such assessment, or it has not ended.
        UsageError: it is approved or issued already.
    """
    with database.session() as session:
        state = _review(session, assessment_id).state
        if not reviews.approve(session, assessment_id, by=by, note=note):
            raise UsageError(f"Audit {assessment_id} is {state} already.")
        assessments.report_has_changed(session, assessment_id)  # it is no draft any more


def issue(database: Database, assessment_id: int) -> None:
    """Note that an approved audit has gone out to its customer; raises as ``approve`` does."""
    with database.session() as session:
        state = _review(session, assessment_id).state
        if not reviews.issue(session, assessment_id):
            said = "needs review first" if state == NEEDS_REVIEW else f"is {state} already"
            raise UsageError(f"Audit {assessment_id} {said}.")


def dismiss(
    database: Database, assessment_id: int, check: str, code: str, *, note: str, by: str
) -> Rescored:
    """Take a finding out of an audit and rescore it, without any call.

    Args:
        database: where it is stored.
        assessment_id: the audit.
        check: the check's name.
        code: the finding's, or ``*`` to leave the whole area out of the score.
        note: why; printed in the report's method section.
        by: who says so.

    Raises:
        NotFoundError: no such audit or finding.
        UsageError: the note is empty, or the audit has been issued.
    """
    if not note.strip():
        raise UsageError("To dismiss a finding, say why: --note.")
    with database.session() as session:
        if _review(session, assessment_id).state == ISSUED:
            raise UsageError(f"Audit {assessment_id} has been issued and can't change any more.")
        _require_finding(assessments.load(session, assessment_id), check, code)
        reviews.dismiss(session, assessment_id, check, code, note=note.strip(), by=by)
        session.flush()
        done = rescore.rescore_in_session(session, assessment_id)
        session.flush()
        benchmark.freeze(session, [assessment_id])
        return done


def _require_finding(stored: AssessmentRecord, check: str, code: str) -> None:
    run = next((run for run in stored.check_runs if run.name == check), None)
    found = (
        [f["code"] for f in (run.findings or []) if f["severity"] != Severity.PASSED] if run else []
    )
    if run is None or (code != scoring.ALL and code not in found):
        known = f"It has: {', '.join(sorted(found))}." if found else None
        raise NotFoundError(
            f"Audit {stored.assessment.id} has no finding {check}:{code}.", hint=known
        )


def _review(session: Session, assessment_id: int) -> Review:
    review = stored_reviews.review(session, assessment_id)
    if review is None:
        raise NotFoundError(f"There is no ended assessment {assessment_id} to review.")
    return review
