"""Takes leads in for assessment; accepted means: the rows are in Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.assessment.completion.batch_end import finish_batches
from lfassess.assessment.execution import enqueue
from lfassess.assessment.execution.rate_limits import terms_s
from lfassess.assessment.intake.rivals import judged
from lfassess.assessment.orchestrator import URGENT, Orchestrator, plan
from lfassess.db.commands import assessments, batches, pause_state
from lfassess.db.commands import rivals as commands
from lfassess.db.commands.rivals import NamedRival
from lfassess.errors import NotFoundError

_CHUNK = 2_000
_ANALYZE_FROM = 200  # from here on Postgres plans better with new statistics


@dataclass(frozen=True, slots=True)
class Rivals:
    """The competitors to measure beside a lead."""

    number: int = 0  # at most so many, whoever names them
    given: tuple[NamedRival, ...] = ()  # by their addresses; they go first


NO_RIVALS: Final = Rivals()


@dataclass(frozen=True, slots=True)
class Submitted:
    """What submitting a batch has done."""

    opened: int
    reused: int  # leads with an open or recent assessment


def submit_lead(
    orchestrator: Orchestrator,
    lead_id: int,
    only: Sequence[str] | None = None,
    *,
    max_age_s: float = 0.0,
    lighthouse_runs: int | None = None,
    rivals: Rivals = NO_RIVALS,
) -> tuple[int, bool]:
    """Open an assessment for one lead and send it off, ahead of any batch.

    Returns:
        (assessment id, whether it is new); an open one is joined instead of doubled.

    Raises:
        NotFoundError: there is no such lead.
        UsageError: a check's name is wrong.
    """
    planned = plan(orchestrator.runtime.settings, orchestrator.checks, only)
    with orchestrator.runtime.database.session() as session:
        if not assessments.lead_exists(session, lead_id):
            raise NotFoundError(
                f"There is no lead {lead_id}.", hint="`lfassess leads list` shows those there are."
            )
        opened = assessments.open_assessments(
            session,
            [lead_id],
            planned,
            priority=URGENT,
            max_age_s=max_age_s,
            lighthouse_runs=lighthouse_runs,
        )
        assessment_id = opened.get(lead_id) or assessments.open_assessment_of(session, lead_id)
        if assessment_id is None:  # it ended between the two statements; the next call opens one
            raise NotFoundError(f"The open assessment of lead {lead_id} has just ended.")
        if rivals.number:
            commands.ask(session, [assessment_id], rivals.number)
            lead = commands.beside(session, assessment_id)
            if lead is not None:
                commands.note(session, assessment_id, judged(session, rivals.given, lead))
        assessments.mark_sent(session, assessment_id)
    orchestrator.send([enqueue.coordinate(lead_id, assessment_id)])
    return assessment_id, lead_id in opened


def _analyse(orchestrator: Orchestrator, opened: int) -> None:
    """Let Postgres look at its tables once many rows are new."""
    if opened >= _ANALYZE_FROM:
        with orchestrator.runtime.database.autocommit() as session:
            assessments.analyse(session)


def submit_batch(
    orchestrator: Orchestrator,
    batch_id: int,
    *,
    only: Sequence[str] | None = None,
    max_age_s: float,
    limit: int | None = None,
    budget_usd: float | None = None,
    lighthouse_runs: int | None = None,
    rivals: int = 0,
) -> Submitted:
    """Open assessments for the batch's leads that have none yet, and send the first ones off.

    A budget replaces the batch's earlier one, and checks that waited for money go on. Beside each
    lead that is opened so many ``rivals``, competitors, are measured.
    """
    planned = plan(orchestrator.runtime.settings, orchestrator.checks, only)
    opened = 0
    with orchestrator.runtime.database.session() as session:
        if budget_usd is not None:
            pause_state.set_budget(session, batch_id, budget_usd)
            pause_state.resume_deferred(session, batch_id)
        reused = batches.reuse_recent(session, batch_id, max_age_s=min(max_age_s, terms_s()))
        waiting = batches.leads_without_assessment(session, batch_id, limit)
    for start in range(0, len(waiting), _CHUNK):
        with orchestrator.runtime.database.session() as session:
            new = assessments.open_assessments(
                session,
                waiting[start : start + _CHUNK],
                planned,
                batch_id=batch_id,
                max_age_s=max_age_s,
                lighthouse_runs=lighthouse_runs,
            )
            batches.attach(session, batch_id, new)
            if rivals:
                commands.ask(session, list(new.values()), rivals)
        opened += len(new)
        if start == 0:
            _analyse(orchestrator, opened)
        orchestrator.start_pending()
    if len(waiting) > _CHUNK:
        _analyse(orchestrator, opened)
    with orchestrator.runtime.database.session() as session:  # all may have been assessed before
        finish_batches(session, orchestrator.runtime.settings, batch_id=batch_id)
    return Submitted(opened, reused)
