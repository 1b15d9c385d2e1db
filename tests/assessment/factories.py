"""Assessments as workers leave them: ended, with evidence that real checks can judge again."""

from __future__ import annotations

from datetime import UTC, datetime

from lfassess.checks import all_checks
from lfassess.db.commands import assessments
from lfassess.db.models import Assessment, CheckRun, Lead

NOW = datetime(2026, 3, 17, 14, 5, tzinfo=UTC)
_SEEN = {
    "status": 200,
    "uniform_share": 0.1,
    "text_chars": 2000,
    "load_finished": False,
    "script_errors": ["x is not defined"],
    "placeholder": True,
    "width": {"sideways_px": 300},
}
PAGE = {
    "url": "https://bakery.test/",
    "fetched_at": NOW.isoformat(),
    "mobile": _SEEN,
    "desktop": _SEEN,
}
MEASURED = {"performance": 60}


def ended(database, *, visual=PAGE, status="completed", name="Bakery", **summary):
    """Store an assessment of two scored checks and a failed one; returns its id.

    First impression is judged from stored evidence; speed has a score but no evidence any more.
    """
    judgement = all_checks()["visual"].judge(visual)
    with database.session() as session:
        lead = Lead(
            name=name, website=f"https://{name.lower()}.test/", country="US",
            dedupe_key=f"{name.lower()}.test", extra={},
        )  # fmt: skip
        session.add(lead)
        session.flush()
        assessment = Assessment(
            lead_id=lead.id, status=status, open_independent_checks=0, open_checks=0, score=11,
            grade="F", scoring_version="0", checks_completed=2, checks_total=3,
            scoring_details=summary,
            started_at=NOW, finished_at=NOW,
        )  # fmt: skip
        session.add(assessment)
        session.flush()
        common = {"assessment_id": assessment.id, "lead_id": lead.id, "depends_on_others": False}
        session.add_all(
            [
                CheckRun(
                    name="visual", queue="browser", status="completed", evidence=visual, score=11,
                    findings=[f.as_json() for f in judgement.findings], metrics={}, finished_at=NOW,
                    **common,
                ),
                CheckRun(
                    name="pagespeed", queue="assessment", status="completed", score=60,
                    findings=[], metrics=MEASURED, finished_at=NOW, **common,
                ),
                CheckRun(
                    name="security", queue="assessment", status="failed",
                    error_code="target_blocked", finished_at=NOW, **common,
                ),
            ]
        )  # fmt: skip
        return assessment.id


def stored(database, assessment_id):
    """Return an assessment's rows, to be looked at outside a session."""
    with database.session() as session:
        found = assessments.load(session, assessment_id)
        session.expunge_all()
        return found
