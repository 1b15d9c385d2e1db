"""Rescores stored results, by today's rules and without a single call."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lfassess import scoring
from lfassess.assessment.completion import benchmark, ranking
from lfassess.checks import all_checks
from lfassess.checks.base import Check, Judgement
from lfassess.db.commands import assessments
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.database import Database
from lfassess.db.models import OPEN, Assessment, CheckRun, Status
from lfassess.db.queries import reviews
from lfassess.errors import NotFoundError, UsageError

_EARLIER_KEPT: Final = 10  # scores an assessment remembers

_CHOSEN = text("""
SELECT id FROM assessments
 WHERE status NOT IN ('pending', 'in_progress') AND NOT rival
   AND (CAST(:batch AS bigint) IS NULL OR batch_id = :batch
        OR id IN (SELECT assessment_id FROM batch_leads WHERE batch_id = :batch))
   AND (CAST(:lead AS bigint) IS NULL OR lead_id = :lead)
 ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class Rescored:
    """An assessment's score before and after."""

    assessment_id: int
    lead_id: int
    before: int | None
    after: int | None
    grade_before: str | None
    grade_after: str | None
    version_before: str | None
    version_after: str

    @property
    def changed(self) -> bool:
        """Whether its reader would notice."""
        return (self.before, self.grade_before) != (self.after, self.grade_after)


def choose(database: Database, *, batch: int | None = None, lead: int | None = None) -> list[int]:
    """Return the ended assessments of a batch or a lead, of both, or all of them."""
    with database.session() as session:
        return list(session.scalars(_CHOSEN, {"batch": batch, "lead": lead}))


def rescore(
    database: Database, assessment_id: int, checks: Mapping[str, Check] | None = None
) -> Rescored:
    """Judge an ended assessment's stored evidence again and score it by the present rules.

    Dismissed findings count no more. The score it had stays in the assessment's summary, under
    ``earlier``. What has no stored evidence any more keeps its findings and its score.

    Raises:
        NotFoundError: there is no such assessment.
        UsageError: it has not ended.
    """
    with database.session() as session:
        return rescore_in_session(session, assessment_id, checks)


def rescore_in_session(
    session: Session, assessment_id: int, checks: Mapping[str, Check] | None = None
) -> Rescored:
    """Do what ``rescore`` does, within a transaction of the caller's."""
    assessment = session.scalar(
        select(Assessment).where(Assessment.id == assessment_id).with_for_update()
    )
    if assessment is None:
        raise NotFoundError(f"There is no assessment {assessment_id}.")
    if assessment.status in OPEN:
        raise UsageError(f"Assessment {assessment_id} still runs; its score comes with its end.")
    stored = assessments.load(session, assessment_id)
    runs = stored.check_runs
    dismissed = _by_check(session, assessment_id)
    known = all_checks() if checks is None else checks
    for run in runs:
        if run.status == Status.COMPLETED and run.name in known:
            _rejudge(run, known[run.name], dismissed.get(run.name, set()))
    pairs = {(name, code) for name, codes in dismissed.items() for code in codes}
    done = _close_again(assessment, runs, pairs)
    if not stored.lead.rival:
        ranking.rank(session, stored, pairs)
    _rescore_rivals(session, stored, done.version_after, known)
    session.flush()
    assessments.report_has_changed(session, assessment_id)
    return done


def _rescore_rivals(
    session: Session, stored: AssessmentRecord, version: str, checks: Mapping[str, Check]
) -> None:
    """Score the audit's competitors by the same rules, so that they can be compared."""
    for rival in stored.rivals:
        made = rival.assessment
        if made is not None and not rival.is_open and made.scoring_version != version:
            rescore_in_session(session, made.id, checks)


def compare(database: Database, assessment_ids: Sequence[int]) -> None:
    """Compare rescored audits with the store's others, as far as they are not."""
    with database.session() as session:
        benchmark.freeze(session, assessment_ids)


def _by_check(session: Session, assessment_id: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in reviews.dismissals(session, assessment_id):
        found.setdefault(row.check_name, set()).add(row.code)
    return found


def _rejudge(run: CheckRun, check: Check, dismissed: Collection[str]) -> None:
    """Put the judgement of today's rules in the place of the stored one."""
    if run.evidence is None:
        if scoring.ALL in dismissed:
            run.score = None
        return
    judgement: Judgement = check.judge(run.evidence)
    run.findings = [finding.as_json() for finding in judgement.findings]
    run.metrics = judgement.stored_metrics
    run.inconclusive_reason = judgement.inconclusive
    run.score = scoring.check_score(judgement, scoring.load_rules(), dismissed)


def _close_again(
    assessment: Assessment, runs: Iterable[CheckRun], dismissed: Collection[tuple[str, str]]
) -> Rescored:
    overall = scoring.assess(scoring.results_of(runs), scoring.load_rules(), dismissed)
    done = Rescored(
        assessment_id=assessment.id,
        lead_id=assessment.lead_id,
        before=assessment.score,
        after=overall.score,
        grade_before=assessment.grade,
        grade_after=overall.grade,
        version_before=assessment.scoring_version,
        version_after=overall.version,
    )
    assessment.scoring_details = _summary(assessment, overall, done)
    assessment.score, assessment.grade = overall.score, overall.grade
    assessment.scoring_version = overall.version
    if done.changed or done.version_before != done.version_after:
        assessment.benchmark = None  # it was another score's
    return done


def _summary(assessment: Assessment, overall: scoring.Overall, done: Rescored) -> dict[str, Any]:
    old: dict[str, Any] = json.loads(json.dumps(assessment.scoring_details or {}))
    earlier = old.get("earlier") or []
    if done.changed or done.version_before != done.version_after:
        was = {"score": done.before, "grade": done.grade_before, "version": done.version_before}
        earlier = [*earlier, was][-_EARLIER_KEPT:]
    return {
        **old,
        **overall.as_summary(),
        **({"earlier": earlier} if earlier else {}),
    }
