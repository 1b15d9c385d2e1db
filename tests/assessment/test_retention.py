"""Old files and expired answers go; what is young stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from lfassess.assessment.completion.ranking import refresh
from lfassess.assessment.completion.rendering import render_texts
from lfassess.assessment.completion.rescore import rescore
from lfassess.assessment.completion.retention import expire, prune
from lfassess.assessment.completion.review import ReviewDecision
from lfassess.assessment.intake.submission import submit_lead
from lfassess.checks.base import (
    Area,
    Artefact,
    BilledResponse,
    Fetched,
    Finding,
    Judgement,
    Severity,
    Source,
    Usage,
)
from lfassess.db.commands import assessments
from lfassess.db.models import Assessment
from lfassess.db.queries import listing
from tests.support import OrchestratorHarness, keeping_reports, six_checks

pytestmark = pytest.mark.integration
DAY = 86_400.0


def fetch(_target, ctx):
    ctx.ledger.call("places", "a", lambda: BilledResponse({"x": 1}, Usage(calls=1)))
    return Fetched({}, artefacts=(Artefact("desktop.jpg", "image/jpeg", b"picture"),))


@pytest.fixture
def harness(settings, database):
    harness = OrchestratorHarness(keeping_reports(settings), database, six_checks(gbp=fetch))
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    return harness


def age(harness, days):
    for table in ("assessments", "provider_calls"):
        harness.execute(
            f"UPDATE {table} SET finished_at = finished_at - make_interval(days => :d)", d=days
        )


def files(harness):
    return [harness.settings.data_dir / r["uri"] for r in harness.rows("SELECT uri FROM artefacts")]


def test_files_and_rows_of_old_assessments_go_together(harness):
    paths = files(harness)
    age(harness, 366)
    pruned = prune(harness.settings, harness.database, older_than_s=365 * DAY, dry_run=False)
    assert pruned.files == len(paths) >= 3
    assert files(harness) == []
    assert not any(path.exists() for path in paths)


def test_young_files_stay(harness):
    age(harness, 300)
    prune(harness.settings, harness.database, older_than_s=365 * DAY, dry_run=False)
    assert all(path.exists() for path in files(harness))


def test_answers_go_by_the_providers_terms_and_stay_booked(harness):
    age(harness, 31)
    pruned = prune(harness.settings, harness.database, older_than_s=365 * DAY, dry_run=False)
    assert pruned.answers == 1
    call = harness.row("SELECT answer, calls, state FROM provider_calls")
    assert (call["answer"], call["calls"], call["state"]) == (None, 1, "answered")


def test_dry_run_deletes_nothing(harness):
    age(harness, 400)
    pruned = prune(harness.settings, harness.database, older_than_s=365 * DAY, dry_run=True)
    assert pruned.files >= 3
    assert pruned.answers == 1
    assert all(path.exists() for path in files(harness))
    assert harness.row("SELECT answer FROM provider_calls")["answer"] == {"x": 1}


# --- what Google's terms let us keep for 30 days --------------------------------------------------

SECRET = "rated 4.3 by 57 customers"


def judge_google(evidence):
    found = Finding(
        "gbp-low-rating",
        Severity.HIGH,
        "Low rating",
        evidence["result"],
        Source.API,
        "x",
        Area.SECURITY,
    )
    return Judgement((found,), metrics={"result": evidence["result"]}, score=60)


def fetch_google(_target, ctx):
    return Fetched(
        ctx.ledger.call("places", "b", lambda: BilledResponse({"result": SECRET}, Usage(calls=1)))
    )


def write_insights(_evidence):
    return Judgement(metrics={"insights": {"by": "llm", "executive_summary": f"You are {SECRET}"}})


@pytest.fixture
def google(settings, database):
    checks = six_checks(gbp=fetch_google)
    checks["gbp"] = replace(checks["gbp"], judge=judge_google, retention_days=30)
    checks["llm_analysis"] = replace(checks["llm_analysis"], judge=write_insights)
    harness = OrchestratorHarness(keeping_reports(settings), database, checks=checks)
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    return harness


def pass_days(harness, days):
    """Let everything stored be that many days older."""
    for table, columns in {
        "assessments": ("created_at", "finished_at"),
        "check_runs": ("finished_at", "content_expires_at"),
        "provider_calls": ("finished_at",),
        "artefacts": ("created_at",),
    }.items():
        moved = ", ".join(f"{c} = {c} - make_interval(days => :d)" for c in columns)
        harness.execute(f"UPDATE {table} SET {moved}", d=days)


def stored_words(harness):
    """All that Postgres holds of the assessment, as text."""
    return str(
        harness.rows("SELECT findings, metrics, evidence FROM check_runs")
        + harness.rows("SELECT answer FROM provider_calls")
        + harness.rows("SELECT why, findings, parts FROM opportunities")
    )


def read(harness):
    with harness.database.session() as session:
        (number,) = session.execute(select(Assessment.id)).scalars()
        stored = assessments.load(session, number)
        session.expunge_all()
    return stored


def test_what_google_told_is_deleted_after_thirty_days_wherever_it_stands(google):
    assert SECRET in stored_words(google)
    paths = [path for path in files(google) if path.name.startswith("report")]
    assert SECRET in paths[0].read_text()
    pass_days(google, 31)
    pruned = expire(google.settings, google.database)
    assert (pruned.files, pruned.answers, pruned.results) == (len(paths), 1, 2)
    assert SECRET not in stored_words(google)
    assert google.rows("SELECT lead_id FROM opportunities") == []
    assert not any(path.exists() for path in paths)


def test_what_expired_is_ranked_again_by_what_is_left(google):
    pass_days(google, 31)
    expire(google.settings, google.database)
    assert list(refresh(google.database)) == [(1, 1)]
    assert SECRET not in stored_words(google)
    assert len(google.rows("SELECT lead_id FROM opportunities")) == 1


def test_nothing_goes_before_the_thirtieth_day(google):
    pass_days(google, 29)
    pruned = expire(google.settings, google.database)
    assert (pruned.files, pruned.answers, pruned.results) == (0, 0, 0)
    assert SECRET in stored_words(google)


def test_the_scores_stay_and_the_report_says_what_happened(google):
    before = google.row("SELECT score, grade FROM assessments")
    pass_days(google, 31)
    expire(google.settings, google.database)
    stored = read(google)
    html = render_texts(stored, google.settings, ReviewDecision())[0][2]
    assert SECRET not in html
    assert "has been deleted: its source lets us keep it" in html
    assert google.row("SELECT score FROM check_runs WHERE name = 'gbp'")["score"] == 60
    after = rescore(google.database, stored.assessment.id, google.checks)
    assert (after.after, after.grade_after) == (before["score"], before["grade"])


def test_nobody_is_shown_expired_content_before_a_worker_came_by(google):
    pass_days(google, 31)
    assert all(SECRET not in f"{run.findings}{run.metrics}" for run in read(google).check_runs)
    with google.database.session() as session:
        number = session.execute(select(Assessment.id)).scalar_one()
        assert listing.artefact(session, number, "report.html") is None


def test_a_report_made_afterwards_stays(google):
    pass_days(google, 31)
    stored = read(google)
    google.orchestrator._write_report(stored, ReviewDecision())
    assert expire(google.settings, google.database).files == 0
    with google.database.session() as session:
        assert listing.artefact(session, stored.assessment.id, "report.html") is not None


def test_a_reused_answer_is_stored_no_longer_for_being_reused(google):
    pass_days(google, 20)
    lead_id = google.row("SELECT id FROM leads")["id"]
    submit_lead(google.orchestrator, lead_id, max_age_s=25 * DAY)
    google.drain()
    (days,) = google.rows(
        "SELECT extract(day FROM content_expires_at - now()) AS left FROM check_runs"
        " WHERE content_expires_at IS NOT NULL ORDER BY id DESC LIMIT 1"
    )
    assert days["left"] == 9
