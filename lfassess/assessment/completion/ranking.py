"""Ranks audits when they end, when a person changes them, and when the rules have changed."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy.orm import Session

from lfassess import ranking
from lfassess.db.commands import assessments
from lfassess.db.commands import opportunities as stored_opportunities
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.database import ConnectionLike, Database
from lfassess.db.models import Status
from lfassess.db.queries import opportunities, reviews
from lfassess.db.queries.lead_filter import LeadFilter
from lfassess.errors import ServiceUnreachableError, UsageError
from lfassess.language import of_country
from lfassess.ranking import Pitch
from lfassess.ranking.evaluate import Evaluation, evaluate, outcome_of
from lfassess.report.branding import with_language
from lfassess.settings import Settings

logger = logging.getLogger(__name__)


def rank(
    session: Session, stored: AssessmentRecord, dismissed: Collection[tuple[str, str]] = ()
) -> None:
    """Store the opportunity that an ended audit makes; one without a result makes none.

    Args:
        session: the open transaction.
        stored: its rows.
        dismissed: (check, code) of findings that people took out.
    """
    runs = _completed(stored)
    if not runs:
        return
    facts = ranking.facts_of(
        stored.lead.phone, stored.lead.extra, runs, dismissed, industry=stored.lead.industry
    )
    made = ranking.opportunity(facts, ranking.load_rules())
    stored_opportunities.save(
        session,
        stored.assessment.id,
        made.as_json(),
        codes=[finding.code for finding in facts.findings],
        technologies=facts.technologies,
    )


def _completed(stored: AssessmentRecord) -> dict[str, tuple[Any, Any]]:
    return {
        run.name: (run.findings, run.metrics)
        for run in stored.check_runs
        if run.status == Status.COMPLETED
    }


def pitch_of(stored: AssessmentRecord, settings: Settings) -> Pitch | None:
    """Return what to open a call with and a first e-mail; None without a result to speak of."""
    if not (runs := _completed(stored)):
        return None
    language = with_language(settings).report_language or of_country(stored.lead.country)
    lead = stored.lead
    return ranking.pitch(lead.name, runs, language, trade=lead.industry, address=lead.address)


def evaluated(session: ConnectionLike, chosen: LeadFilter, column: str) -> Evaluation:
    """Hold the order against what a custom field says of the leads: won, or lost.

    Raises:
        UsageError: it says so of no ranked lead.
    """
    rows = opportunities.outcomes(session, chosen, column)
    known = [(score, won) for score, text in rows if (won := outcome_of(text)) is not None]
    if not known:
        raise UsageError(
            f"No ranked lead's field {column!r} says won or lost.",
            hint="`lfassess leads show ID` shows a lead's fields; import a list with outcomes.",
        )
    return evaluate(known)


def refresh(database: Database) -> Iterator[tuple[int, int]]:
    """Rank what was audited before there was a ranking, or by other rules; yields (done, of)."""
    with database.session() as session:
        due = opportunities.due(session, ranking.load_rules().version)
    for done, assessment_id in enumerate(due, 1):
        _rank_again(database, assessment_id)
        yield done, len(due)


def _rank_again(database: Database, assessment_id: int) -> None:
    with database.session() as session:
        stored = assessments.load(session, assessment_id)
        out = {(o.check_name, o.code) for o in reviews.dismissals(session, assessment_id)}
        rank(session, stored, out)


class BackgroundRanking:
    """Ranks, some at a time, what no rule of today has ranked: after an upgrade, or an expiry."""

    def __init__(self, database: Database, *, at_a_time: int = 500) -> None:
        self._database, self._at_a_time = database, at_a_time
        self._hopeless: set[int] = set()  # audits with a fault that was logged

    def __call__(self) -> bool:
        """Rank some; returns whether there were any. One worker at a time does it.

        Raises:
            ServiceUnreachableError: Postgres can't be reached.
        """
        with self._database.session() as turn:
            if not stored_opportunities.is_only_ranking(turn):
                return False
            version, limit = ranking.load_rules().version, self._at_a_time + len(self._hopeless)
            found = opportunities.due(turn, version, limit=limit)
            due = [one for one in found if one not in self._hopeless][: self._at_a_time]
            for assessment_id in due:
                try:
                    _rank_again(self._database, assessment_id)
                except ServiceUnreachableError:
                    raise
                except Exception:
                    logger.exception("assessment %s can't be ranked", assessment_id)
                    self._hopeless.add(assessment_id)
        return bool(due)
