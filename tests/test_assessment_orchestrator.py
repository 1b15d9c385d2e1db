"""The spine on a real Postgres: fan-out, claims, fan-in, failures, closing."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from lfassess.assessment.completion import rendering, review
from lfassess.assessment.intake import submission
from lfassess.assessment.intake.submission import submit_batch, submit_lead
from lfassess.checks.base import Fetched, Judgement
from lfassess.clients.storage import storage_for
from lfassess.db.commands import assessments, batches
from lfassess.errors import (
    NotFoundError,
    TargetUnreachableError,
    UsageError,
)
from tests.support import (
    OrchestratorHarness,
    fetch_nothing,
    keeping_reports,
    make_check,
    raising,
    six_checks,
)

pytestmark = pytest.mark.integration


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(settings, database)


@pytest.fixture
def own_bench(settings, own_database):
    """Its tables were never analysed, which no deleting of rows undoes."""
    return OrchestratorHarness(settings, own_database)


def test_one_lead_ends_completed_with_all_its_checks(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    closed = harness.assessment()
    assert (closed["status"], closed["checks_completed"], closed["checks_total"]) == (
        "completed",
        6,
        6,
    )
    assert (closed["score"], closed["grade"]) == (86, "B")  # six areas with 80 and one with 100
    assert {r["status"] for r in harness.rows("SELECT status FROM check_runs")} == {"completed"}


def test_report_stored_at_the_end_is_the_one_made_from_the_store_later(harness):
    harness.settings = keeping_reports(harness.settings)
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    (row,) = harness.rows("SELECT uri FROM artefacts WHERE name = 'report.json'")
    stored = json.loads(storage_for(harness.settings).get(row["uri"]))
    with harness.database.session() as session:
        rows = assessments.load(session, stored["assessment_id"])
        decided = review.decided(session, rows.assessment.id)
    texts = rendering.render_texts(rows, harness.settings, decided)
    again = json.loads(next(text for name, _, text in texts if name == "report.json"))
    assert stored == again
    assert {s["score"] for s in stored["sections"] if s["weight"]} == {80, 100}


def test_dependent_check_is_sent_once_after_the_other_five(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    tasks = [m.task.rpartition(".")[2] for m in harness.sent]
    assert tasks.count("llm_analysis_task") == 1
    assert tasks.index("llm_analysis_task") == len(tasks) - 1


def test_five_ends_at_once_release_the_next_step_exactly_once(harness):
    barrier = threading.Barrier(5)

    def fetch(target, ctx):
        barrier.wait(timeout=60)
        return fetch_nothing(target, ctx)

    names = ("pagespeed", "security", "gbp", "semrush", "visual")
    harness.checks = six_checks(**dict.fromkeys(names, fetch))
    for number in range(5):
        lead_id = harness.add_lead(f"Lead {number}")
        assessment_id, _ = submit_lead(harness.orchestrator, lead_id)
        harness.deliver(harness.queue.popleft())
        with ThreadPoolExecutor(5) as pool:
            list(pool.map(harness.deliver, [harness.queue.popleft() for _ in range(5)]))
        released = [m for m in harness.queue if m.assessment_id == assessment_id]
        assert [m.task.rpartition(".")[2] for m in released] == ["llm_analysis_task"]
        harness.drain()
    assert {r["status"] for r in harness.rows("SELECT status FROM assessments")} == {"completed"}


def test_a_check_knows_when_the_lead_waits_for_it_alone(harness):
    answers = []

    def fetch(_target, ctx):
        answers.append(ctx.is_awaited())
        return Fetched({})

    harness.checks = six_checks(**dict.fromkeys(six_checks(), fetch))
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    assert answers == [False, False, False, False, True, True]


@pytest.mark.parametrize("dependent", [True, False])
def test_a_check_that_awaits_another_is_judged_again_before_anyone_reads_it(harness, dependent):
    """The insights read the second judgement, and so does the close where there are none."""

    def judge(evidence):
        seen = evidence.get("more")
        return Judgement(score=90 if seen else 10, metrics={} if seen else {"awaits": ["visual"]})

    def look(evidence, others):
        more = others.get("visual", {}).get("html")
        return {**evidence, "more": more} if more else None

    prior = []

    def insights(_target, ctx):
        prior.append(ctx.other_results["gbp"]["score"])
        return Fetched({})

    checks = six_checks(visual=lambda *_: Fetched({"html": "<p>"}), llm_analysis=insights)
    checks["gbp"] = replace(checks["gbp"], judge=judge, second_look=look)
    if not dependent:
        checks["llm_analysis"] = replace(checks["llm_analysis"], skip_reason=lambda _: "no key")
    harness.checks = checks
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    row = harness.check("gbp")
    assert (row["score"], row["evidence"], row["metrics"]) == (90, {"more": "<p>"}, {})
    assert prior == ([90] if dependent else [])
    assert harness.assessment()["status"] == "completed"


@pytest.mark.parametrize("visual", [Fetched({}), raising(TargetUnreachableError())])
def test_what_a_check_awaits_may_never_come(harness, visual):
    def judge(_evidence):
        return Judgement(score=10, metrics={"awaits": ["visual", "no_such_check"]})

    checks = six_checks(visual=visual if callable(visual) else lambda *_: visual)
    checks["gbp"] = replace(checks["gbp"], judge=judge, second_look=lambda *_: None)
    harness.checks = checks
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    assert harness.check("gbp")["score"] == 10
    assert harness.assessment()["status"] == "completed"


def test_assessment_without_any_result_is_failed_and_has_no_score(harness):
    names = ("pagespeed", "security", "gbp", "semrush", "visual")
    harness.checks = six_checks(**dict.fromkeys(names, raising(TargetUnreachableError())))
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    closed = harness.assessment()
    assert (closed["status"], closed["score"], closed["grade"]) == ("failed", None, None)
    assert harness.check("llm_analysis")["status"] == "skipped"


def test_a_check_whose_package_was_removed_fails_and_the_others_go_on(harness):
    harness.checks = {**six_checks(), "favicon": make_check("favicon")}
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.checks = six_checks()
    harness.drain()
    failed = harness.check("favicon")
    assert (failed["status"], failed["error_code"]) == ("failed", "tool_missing")
    assert "no check named favicon" in failed["error_message"]
    closed = harness.assessment()
    assert (closed["status"], closed["checks_completed"], closed["checks_total"]) == (
        "completed",
        6,
        7,
    )


def test_skipped_checks_are_no_failure_and_are_not_counted(harness):
    harness.checks = {**six_checks(), "semrush": make_check("semrush", skip="no SEMRUSH_API_KEY")}
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    skipped = harness.check("semrush")
    assert (skipped["status"], skipped["skip_code"], skipped["skip_reason"]) == (
        "skipped",
        "not_configured",
        "no SEMRUSH_API_KEY",
    )
    closed = harness.assessment()
    assert (closed["status"], closed["checks_completed"], closed["checks_total"]) == (
        "completed",
        5,
        6,
    )


def test_lead_without_a_website_keeps_what_needs_none(harness):
    harness.checks = {**six_checks(), "gbp": make_check("gbp", needs_website=False)}
    submit_lead(harness.orchestrator, harness.add_lead(website=None))
    harness.drain()
    assert harness.check("gbp")["status"] == "completed"
    assert harness.check("visual")["skip_code"] == "no_website"
    assert harness.assessment()["status"] == "completed"


def test_only_the_selected_checks_run(harness):
    submit_lead(harness.orchestrator, harness.add_lead(), ["security"])
    harness.drain()
    statuses = {r["name"]: r["status"] for r in harness.rows("SELECT name, status FROM check_runs")}
    assert [n for n, s in statuses.items() if s == "completed"] == ["security"]
    assert harness.assessment()["status"] == "completed"


def test_nothing_to_run_still_ends(harness):
    harness.checks = {"security": make_check("security")}
    submit_lead(harness.orchestrator, harness.add_lead(website=None))
    harness.drain()
    assert harness.assessment()["status"] == "failed"


def test_unknown_check_is_refused_before_anything_is_stored(harness):
    with pytest.raises(UsageError, match="no check named speling"):
        submit_lead(harness.orchestrator, harness.add_lead(), ["speling"])
    assert harness.rows("SELECT 1 FROM assessments") == []


def test_unknown_lead_is_said(harness):
    with pytest.raises(NotFoundError, match="no lead 99"):
        submit_lead(harness.orchestrator, 99)
    with pytest.raises(NotFoundError, match="no lead 99"):
        harness.orchestrator.coordinate(99)


def test_coordinating_a_lead_by_its_id_alone_opens_its_assessment(harness):
    lead_id = harness.add_lead()
    answer = harness.orchestrator.coordinate(lead_id)
    again = harness.orchestrator.coordinate(lead_id)
    harness.drain()
    assert answer["started"]
    assert again == {**answer, "started": False}
    assert harness.assessment()["status"] == "completed"


def test_lead_has_at_most_one_open_assessment(harness):
    lead_id = harness.add_lead()
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: submit_lead(harness.orchestrator, lead_id), range(8)))
    assert len({assessment_id for assessment_id, _ in ids}) == 1
    assert sum(new for _, new in ids) == 1


def test_message_of_an_old_assessment_does_not_touch_a_new_one(harness):
    lead_id = harness.add_lead()
    old, _ = submit_lead(harness.orchestrator, lead_id)
    harness.drain()
    new, _ = submit_lead(harness.orchestrator, lead_id)
    harness.deliver(harness.queue.popleft())
    harness.orchestrator.run_check("security", lead_id, old)
    runs = harness.rows(
        "SELECT status FROM check_runs WHERE assessment_id = :id AND name = 'security'", id=new
    )
    assert [r["status"] for r in runs] == ["pending"]


def make_batch(harness, leads):
    with harness.database.session() as session:
        for number in range(leads):
            harness.add_lead(f"Lead {number}")
        return batches.create_from_store(
            session, name="all", only=["new"], max_age_s=60, limit=None
        )[0]


def test_batch_goes_through_a_window_and_ends_whole(harness):
    harness.settings = harness.settings.model_copy(update={"window": 3})
    batch_id = make_batch(harness, 10)
    submit_batch(harness.orchestrator, batch_id, max_age_s=60)
    assert len(harness.queue) == 3
    harness.drain()
    assert (
        harness.row("SELECT count(*) AS n FROM assessments WHERE status = 'completed'")["n"] == 10
    )


def analysed(harness):
    """Return which tables Postgres was ordered to look at."""
    seen = harness.rows(
        "SELECT relname FROM pg_stat_user_tables"
        " WHERE relname IN ('assessments', 'check_runs') AND last_analyze IS NOT NULL"
    )
    return {row["relname"] for row in seen}


def test_many_new_rows_have_postgres_look_at_its_tables(own_bench, monkeypatch):
    monkeypatch.setattr(submission, "_ANALYZE_FROM", 3)
    batch_id = make_batch(own_bench, 5)
    submit_batch(own_bench.orchestrator, batch_id, max_age_s=60, limit=2)
    assert analysed(own_bench) == set()
    submit_batch(own_bench.orchestrator, batch_id, max_age_s=60)
    assert analysed(own_bench) == {"assessments", "check_runs"}


def test_batch_is_taken_in_while_a_table_is_locked(own_bench, monkeypatch):
    monkeypatch.setattr(submission, "_ANALYZE_FROM", 1)
    batch_id = make_batch(own_bench, 2)
    with own_bench.database.session() as session:
        session.execute(text("LOCK TABLE check_runs IN SHARE UPDATE EXCLUSIVE MODE"))
        assert submit_batch(own_bench.orchestrator, batch_id, max_age_s=60).opened == 2
    assert analysed(own_bench) == {"assessments"}


def test_same_batch_again_opens_nothing_new(harness):
    batch_id = make_batch(harness, 4)
    first = submit_batch(harness.orchestrator, batch_id, max_age_s=60)
    harness.drain()
    second = submit_batch(harness.orchestrator, batch_id, max_age_s=60)
    assert (first.opened, second.opened) == (4, 0)


def test_limit_submits_only_so_many(harness):
    batch_id = make_batch(harness, 5)
    assert submit_batch(harness.orchestrator, batch_id, max_age_s=60, limit=2).opened == 2
    assert submit_batch(harness.orchestrator, batch_id, max_age_s=60).opened == 3


def test_recent_assessment_serves_a_later_batch(harness):
    lead_id = harness.add_lead("Lead 0")
    submit_lead(harness.orchestrator, lead_id)
    harness.drain()
    with harness.database.session() as session:
        batch_id, count = batches.create_from_store(
            session, name="stale", only=["stale"], max_age_s=0, limit=None
        )
    submitted = submit_batch(harness.orchestrator, batch_id, max_age_s=3600)
    assert (count, submitted.opened, submitted.reused) == (1, 0, 1)
