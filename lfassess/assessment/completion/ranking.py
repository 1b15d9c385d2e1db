"""Ranks audits when they end, when a person changes them, and when the rules have changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy.orm import Session

from lfassess import ranking
from lfassess.db.commands import assessments
from lfassess.db.commands import opportunities as stored_opportunities
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.database import Database
from lfassess.db.models import Status
from lfassess.db.queries import opportunities, reviews
from lfassess.language import of_country
from lfassess.ranking import Pitch
from lfassess.settings import Settings


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
    language = settings.report_language or of_country(stored.lead.country)
    return ranking.pitch(stored.lead.name, runs, language)


def refresh(database: Database) -> Iterator[tuple[int, int]]:
    """Rank what was audited before there was a ranking, or by other rules; yields (done, of)."""
    with database.session() as session:
        due = opportunities.due(session, ranking.load_rules().version)
    for done, assessment_id in enumerate(due, 1):
        with database.session() as session:
            stored = assessments.load(session, assessment_id)
            out = {(o.check_name, o.code) for o in reviews.dismissals(session, assessment_id)}
            rank(session, stored, out)
        yield done, len(due)
