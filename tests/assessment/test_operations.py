"""Pause, resume, cancel, and failed checks sent again, on a real Postgres."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta

import pytest

from lfassess.assessment.intake.submission import submit_batch, submit_lead
from lfassess.assessment.recovery import operations
from lfassess.assessment.recovery.reconciler import reconcile
from lfassess.db.commands import batches, requeue, webhooks
from lfassess.db.commands.requeue import RequeueSelection
from lfassess.db.queries import (
    batch_view,
    failures,
    lead_export,
    leads,
    metrics,
    overview,
    progress,
    system,
)
from lfassess.db.queries.lead_filter import EVERY
from lfassess.errors import (
    InternalError,
    NotFoundError,
    NoWebPageError,
    TargetUnreachableError,
    ToolMissingError,
)
from tests.support import OrchestratorHarness, fetch_nothing, six_checks

pytestmark = pytest.mark.integration


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(settings, database)


def failing(error=None):
    def fetch(_target, _ctx):
        raise error or TargetUnreachableError("No answer.")

    return fetch


def make_batch(harness, leads, first=0, **options):
    for number in range(first, first + leads):
        harness.add_lead(f"Lead {number}", f"https://lead{number}.test/")
    with harness.database.session() as session:
        batch_id, _ = batches.create_from_store(
            session, name="b", only=["new"], max_age_s=0, limit=None
        )
    submit_batch(harness.orchestrator, batch_id, max_age_s=0, **options)
    return batch_id


def statuses(harness):
    return [r["status"] for r in harness.rows("SELECT status FROM assessments ORDER BY id")]


def check_statuses(harness):
    return {r["name"]: r["status"] for r in harness.rows("SELECT name, status FROM check_runs")}


def test_retry_runs_the_failed_check_and_the_step_that_speaks_of_it_again(harness):
    harness.checks = six_checks(security=failing())
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    ran = []

    def note(name):
        def fetch(target, ctx):
            ran.append(name)
            return fetch_nothing(target, ctx)

        return fetch

    harness.checks = six_checks(**{name: note(name) for name in harness.checks})
    replayed = operations.retry_failures(
        harness.orchestrator, RequeueSelection(code="target_unreachable")
    )
    harness.drain()
    assert (replayed.checks, replayed.assessments) == (1, 1)
    assert ran == ["security", "llm_analysis"]
    assert harness.row("SELECT status, checks_completed, checks_total FROM assessments") == {
        "status": "completed",
        "checks_completed": 6,
        "checks_total": 6,
    }


def test_retry_of_the_last_step_leaves_the_others_alone(harness):
    harness.checks = six_checks(llm_analysis=failing())
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    harness.checks = six_checks()
    operations.retry_failures(harness.orchestrator, RequeueSelection(check="llm_analysis"))
    harness.drain()
    attempts = harness.rows("SELECT name, attempt_count FROM check_runs ORDER BY name")
    assert {a["name"]: a["attempt_count"] for a in attempts if a["attempt_count"] > 1} == {
        "llm_analysis": 2
    }


def test_retry_takes_only_what_was_asked_for(harness):
    harness.checks = six_checks(security=failing(), visual=failing(ToolMissingError("No browser.")))
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    replayed = operations.retry_failures(
        harness.orchestrator, RequeueSelection(code="tool_missing")
    )
    assert replayed.checks == 1
    assert check_statuses(harness)["security"] == "failed"


def test_retry_leaves_leads_with_a_newer_assessment_alone(harness):
    harness.checks = six_checks(security=failing())
    lead = harness.add_lead()
    submit_lead(harness.orchestrator, lead)
    harness.drain()
    harness.checks = six_checks()
    submit_lead(harness.orchestrator, lead)
    harness.drain()
    assert operations.retry_failures(harness.orchestrator, RequeueSelection()).checks == 0
    with harness.database.session() as session:
        (letter,) = requeue.dead_letters(session, RequeueSelection(), limit=10)
    assert not letter.replayable


def test_what_failed_for_good_is_listed_with_lead_code_and_message(harness):
    harness.checks = six_checks(security=failing())
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    with harness.database.session() as session:
        (letter,) = requeue.dead_letters(session, RequeueSelection(check="security"), limit=10)
    assert (letter.lead_name, letter.code, letter.message, letter.attempts) == (
        "Harbour Bakery",
        "target_unreachable",
        "No answer.",
        1,
    )


def test_what_is_cancelled_before_it_has_a_result_is_no_failure_anywhere(harness):
    batch = make_batch(harness, 3)
    harness.checks = six_checks(**dict.fromkeys(six_checks(), failing()))
    _, *others = harness.rows("SELECT lead_id AS id FROM batch_leads ORDER BY lead_id")
    for lead in others:
        operations.cancel_lead(harness.orchestrator, lead["id"])
    harness.drain()
    with harness.database.session() as session:
        counted = [
            progress.totals(session, batch),
            progress.totals(session),
            overview.everything(session, newest=1)[0],
            overview.batch(session, batch),
        ]
        assert [(c.failed, c.cancelled) for c in counted] == [(1, 2)] * 4
        assert (counted[0].done, counted[0].open, counted[3].percentage) == (3, 0, 100)
        assert metrics.present(session).assessments == {"failed": 1, "cancelled": 2}
        assert webhooks.batch_facts(session, batch)["cancelled"] == 2
        shown = [
            [row.status for row in leads.newest(session, limit=9)],
            [
                row.status
                for row in lead_export.details(session, lead_export.chosen_ids(session, EVERY)[0])
            ],
            [state.status for state in progress.active_states(session, batch)],
        ]
        assert [sorted(words) for words in shown] == [["cancelled", "cancelled", "failed"]] * 3
        for word, n in (("failed", 1), ("cancelled", 2)):
            chosen = batches.create_from_store(
                session, name=word, only=[word], max_age_s=0, limit=None
            )
            assert chosen[1] == n


def test_cancelled_lead_that_never_started_is_stored_as_failed_at_once(harness):
    lead = harness.add_lead()
    submit_lead(harness.orchestrator, lead)
    operations.cancel_lead(harness.orchestrator, lead)
    assert statuses(harness) == ["failed"]
    assert set(check_statuses(harness).values()) == {"skipped"}
    harness.drain()
    assert statuses(harness) == ["failed"]


def test_cancel_lets_what_runs_finish_and_gives_up_the_rest(harness):
    lead = harness.add_lead()

    def cancel_meanwhile(target, ctx):
        operations.cancel_lead(harness.orchestrator, lead)
        return fetch_nothing(target, ctx)

    harness.checks = six_checks(pagespeed=cancel_meanwhile)
    submit_lead(harness.orchestrator, lead)
    harness.drain()
    assert statuses(harness) == ["completed"]
    seen = check_statuses(harness)
    assert seen.pop("pagespeed") == "completed"
    assert set(seen.values()) == {"skipped"}
    assert harness.row("SELECT open_checks FROM assessments")["open_checks"] == 0


def test_a_batch_that_was_cancelled_says_what_its_audits_lack(harness):
    batch = make_batch(harness, 2)
    with harness.database.session() as session:
        assert not batch_view.situation(session, batch).cancelled

    def cancel_meanwhile(target, ctx):
        operations.cancel_batch(harness.orchestrator, batch)
        return fetch_nothing(target, ctx)

    harness.checks = six_checks(pagespeed=cancel_meanwhile)
    harness.drain()
    with harness.database.session() as session:
        assert batch_view.situation(session, batch).cancelled
        assert batch_view.outcome(session, batch).cut_short == 1
        totals = progress.totals(session, batch)
        (listed,) = system.newest_batches(session)
    assert (totals.completed, totals.cancelled, totals.failed) == (1, 1, 0)
    assert listed["cancelled_at"] is not None


def test_a_batch_names_an_audit_whose_report_can_be_made_where_none_is_stored(harness):
    harness.settings = harness.settings.model_copy(update={"store_reports": False})
    batch = make_batch(harness, 2)
    harness.drain()
    with harness.database.session() as session:
        found = batch_view.outcome(session, batch)
    assert (found.reports, found.example) == (0, 1)


def test_cancelled_batch_leaves_other_leads_alone(harness):
    batch = make_batch(harness, 3)
    other = harness.add_lead("Other", "https://other.test/")
    submit_lead(harness.orchestrator, other)
    assert operations.cancel_batch(harness.orchestrator, batch) == 3
    harness.drain()
    assert statuses(harness) == ["failed"] * 3 + ["completed"]


def test_cancelling_what_is_not_there_says_so(harness):
    with pytest.raises(NotFoundError):
        operations.cancel_batch(harness.orchestrator, 77)
    with pytest.raises(NotFoundError):
        operations.cancel_lead(harness.orchestrator, 77)


def test_pause_starts_no_lead_of_a_batch_and_resume_does(harness):
    operations.pause(harness.database, "checking")
    make_batch(harness, 2)
    assert not harness.queue
    operations.resume(harness.orchestrator)
    harness.drain()
    assert statuses(harness) == ["completed"] * 2


def test_what_was_started_before_a_pause_is_finished(harness):
    make_batch(harness, 1)
    harness.deliver(harness.queue.popleft())
    operations.pause(harness.database)
    harness.drain()
    assert statuses(harness) == ["completed"]


def test_single_lead_runs_while_batches_are_paused(harness):
    operations.pause(harness.database)
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    assert statuses(harness) == ["completed"]


def storm(harness, leads, error):
    names = ("pagespeed", "security", "gbp", "semrush", "visual")
    harness.checks = six_checks(**dict.fromkeys(names, failing(error)))
    make_batch(harness, leads)
    harness.drain()
    reconcile(harness.orchestrator, lambda _queue: 0)


def test_failing_checks_pause_by_themselves(harness):
    storm(harness, 10, ToolMissingError("No browser."))
    switch = operations.switch(harness.database)
    assert (switch.paused, switch.by_rule) == (True, True)
    assert switch.reason == "50 of 50 checks failed in the last 10 minutes"


def test_websites_that_are_down_do_not_pause(harness):
    storm(harness, 10, TargetUnreachableError())
    assert not operations.switch(harness.database).paused


def test_files_instead_of_websites_do_not_pause(harness):
    storm(harness, 10, NoWebPageError())
    assert not operations.switch(harness.database).paused


@pytest.mark.parametrize(("failures", "paused"), [(4, True), (3, False)])
def test_more_than_five_percent_of_sixty_checks_pause(harness, failures, paused):
    errors = [InternalError("a fault of ours")] * failures

    def fetch(target, ctx):
        if errors:
            raise errors.pop()
        return fetch_nothing(target, ctx)

    harness.checks = six_checks(gbp=fetch)
    make_batch(harness, 10)
    harness.drain()
    reconcile(harness.orchestrator, lambda _queue: 0)
    assert operations.switch(harness.database).paused is paused


def test_fewer_than_forty_checks_say_nothing(harness):
    storm(harness, 7, ToolMissingError("No browser."))
    assert not operations.switch(harness.database).paused


def in_work(harness):
    return len({m.lead_id for m in harness.queue})


def test_after_a_pause_by_rule_few_leads_go_first_and_then_twice_as_many(harness):
    storm(harness, 10, ToolMissingError("No browser."))
    harness.checks = six_checks()
    make_batch(harness, 60, first=100)
    assert not harness.queue
    operations.resume(harness.orchestrator)
    rounds = []
    while harness.queue and len(rounds) < 4:
        rounds.append(in_work(harness))
        began, harness.queue = list(harness.queue), deque()
        finish_only(harness, began)
    assert rounds == [4, 8, 16, 32]


def finish_only(harness, messages):
    """Work these messages' leads off; the leads that are let in meanwhile wait."""
    leads = {m.lead_id for m in messages}
    waiting, todo = [], deque(messages)
    while todo:
        harness.deliver(todo.popleft())
        while harness.queue:
            message = harness.queue.popleft()
            (todo if message.lead_id in leads else waiting).append(message)
    harness.queue.extend(waiting)


def test_after_a_pause_by_a_person_all_go_at_once(harness):
    operations.pause(harness.database)
    make_batch(harness, 20)
    operations.resume(harness.orchestrator)
    assert in_work(harness) == 20


def test_resume_looks_only_at_what_fails_from_then_on(harness):
    storm(harness, 10, ToolMissingError("No browser."))
    operations.resume(harness.orchestrator)
    reconcile(harness.orchestrator, lambda _queue: 0)
    assert not operations.switch(harness.database).paused


def test_more_budget_frees_the_checks_that_waited_for_it(harness):
    batch = make_batch(harness, 1, budget_usd=1.0)
    harness.deliver(harness.queue.popleft())
    harness.execute(
        "UPDATE check_runs SET next_attempt_at = 'infinity',"
        " deferred_code = 'budget', deferred_reason = 'the budget' WHERE name = 'gbp'"
    )
    harness.drain()
    assert check_statuses(harness)["gbp"] == "pending"
    assert operations.resume(harness.orchestrator, batch_id=batch, budget_usd=5.0) == 1
    harness.orchestrator.run_check("gbp", 1)
    harness.drain()
    assert statuses(harness) == ["completed"]
    assert harness.row("SELECT budget_usd FROM batches")["budget_usd"] == 5.0


def test_lead_past_its_deadline_ends_with_what_it_has(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    harness.deliver(harness.queue.popleft())
    harness.execute("UPDATE assessments SET deadline_at = now() - interval '1 second'")
    reconcile(harness.orchestrator, lambda _queue: 10)
    harness.drain()
    assert harness.row("SELECT status, checks_completed, checks_total FROM assessments") == {
        "status": "completed",
        "checks_completed": 2,
        "checks_total": 6,
    }
    codes = {r["error_code"] for r in harness.rows("SELECT error_code FROM check_runs")}
    assert codes == {None, "deadline_exceeded"}
    now = datetime.now(UTC)
    with harness.database.session() as session:
        report = failures.report(session, failures.FailureFilter(now - timedelta(hours=1)), now=now)
        assert {worker["worker"] for worker in system.workers(session)} == {
            harness.row("SELECT DISTINCT worker FROM attempts WHERE outcome = 'succeeded'")[
                "worker"
            ]
        }
    assert report.shares.still_failed == sum(p.still_failed for p in report.patterns) == 4
    assert report.shares.checks_ended == 6
