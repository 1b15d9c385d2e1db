"""The reconciler on a real Postgres: nothing that was begun is left behind."""

from __future__ import annotations

import pytest

from lfassess.assessment.intake.submission import submit_lead
from lfassess.assessment.recovery.reconciler import MAX_RESCUES, reconcile, reconcile_if_due
from lfassess.timings import TIMINGS
from tests.support import OrchestratorHarness, six_checks

pytestmark = pytest.mark.integration


class KilledError(BaseException):
    """Stands for kill -9: nothing of ours runs after it."""


@pytest.fixture
def harness(settings, database):
    harness = OrchestratorHarness(settings, database)
    harness.wait_until_leases_count()
    return harness


def flushed(_queue):
    return 0


def full(_queue):
    return 10


def die(_target, _ctx):
    raise KilledError


def age(harness, seconds):
    """Move every message's and lease's time back."""
    harness.execute(
        "UPDATE check_runs SET sent_at = sent_at - make_interval(secs => :s),"
        " lease_expires_at = lease_expires_at - make_interval(secs => :s)",
        s=seconds,
    )
    harness.execute(
        "UPDATE assessments SET sent_at = sent_at - make_interval(secs => :s)", s=seconds
    )


def status_of(harness, name):
    return harness.row("SELECT * FROM check_runs WHERE name = :name", name=name)


def kill_a_worker_on(harness, name):
    with pytest.raises(KilledError):
        harness.orchestrator.run_check(name, 1)


def test_lost_messages_are_sent_again_once_their_queue_is_empty(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    for _ in range(3):  # the coordinate message, then the checks, then the last step are flushed
        harness.queue.clear()
        age(harness, 5)
        reconcile(harness.orchestrator, flushed)
        assert harness.queue
        if len(harness.queue) == 1:
            harness.deliver(harness.queue.popleft())
        else:
            for message in list(harness.queue):
                harness.deliver(message)
    harness.drain()
    assert harness.row("SELECT status FROM assessments")["status"] == "completed"


def test_waiting_messages_are_not_sent_again_while_their_queue_is_long(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    age(harness, 30)
    before = len(harness.sent)
    reconcile(harness.orchestrator, full)
    assert len(harness.sent) == before


def test_unanswered_messages_are_sent_again_after_a_minute_if_some_are_missing(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    age(harness, 61)
    before = len(harness.sent)
    reconcile(harness.orchestrator, full)
    assert len(harness.sent) == before
    reconcile(harness.orchestrator, lambda _queue: 4)
    assert len(harness.sent) == before + 5


def test_nothing_is_sent_again_while_redis_does_not_answer(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    age(harness, 61)
    before = len(harness.sent)
    reconcile(harness.orchestrator, lambda _queue: None)
    assert len(harness.sent) == before


def test_lost_worker_s_check_is_taken_up_again(harness):
    harness.checks = six_checks(visual=die)
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    harness.queue.clear()
    kill_a_worker_on(harness, "visual")
    reconcile(harness.orchestrator, full)
    assert status_of(harness, "visual")["status"] == "in_progress"  # its lease still runs
    age(harness, TIMINGS.lease + 1)
    harness.checks = six_checks()
    reconcile(harness.orchestrator, full)
    harness.drain()
    done = status_of(harness, "visual")
    assert (done["status"], done["attempt_count"], done["lease_losses"]) == ("completed", 2, 1)
    outcomes = harness.rows("SELECT outcome FROM attempts ORDER BY id")
    assert [o["outcome"] for o in outcomes if o["outcome"] != "succeeded"] == ["lost"]


def test_lead_that_kills_its_workers_ends_as_worker_lost(harness):
    harness.checks = six_checks(visual=die)
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    for message in list(harness.queue):
        if not message.task.endswith("visual_task"):
            harness.deliver(message)
    harness.queue.clear()
    for _ in range(MAX_RESCUES + 1):
        kill_a_worker_on(harness, "visual")
        age(harness, TIMINGS.lease + 1)
        reconcile(harness.orchestrator, full)
    harness.queue = type(harness.queue)(
        m for m in harness.queue if not m.task.endswith("visual_task")
    )
    harness.drain()
    lost = status_of(harness, "visual")
    assert (lost["status"], lost["error_code"]) == ("failed", "worker_lost")
    closed = harness.row("SELECT status, checks_completed, checks_total FROM assessments")
    assert (closed["status"], closed["checks_completed"], closed["checks_total"]) == (
        "completed",
        5,
        6,
    )


def test_late_result_counts_while_nobody_else_has_the_check(harness):
    def slow(target, ctx):
        age(harness, TIMINGS.lease + 1)
        reconcile(harness.orchestrator, full)
        return six_checks()["visual"].fetch(target, ctx)

    harness.checks = six_checks(visual=slow)
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    assert status_of(harness, "visual")["attempt_count"] == 1
    assert harness.row("SELECT status FROM assessments")["status"] == "completed"


def test_late_result_is_dropped_once_another_worker_has_the_check(harness):
    finished = []

    def slow(target, ctx):
        if not finished:
            finished.append("first")
            age(harness, TIMINGS.lease + 1)
            reconcile(harness.orchestrator, full)
            harness.orchestrator.run_check("visual", 1)
        return six_checks()["visual"].fetch(target, ctx)

    harness.checks = six_checks(visual=slow)
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    assert status_of(harness, "visual")["attempt_count"] == 2
    assert harness.row("SELECT open_checks, status FROM assessments") == {
        "open_checks": 0,
        "status": "completed",
    }


def test_assessment_that_nobody_closed_is_closed(harness, monkeypatch):
    def forget(_self, _assessment_id):
        """Stands for a worker that dies between the last check's end and the closing."""

    submit_lead(harness.orchestrator, harness.add_lead())
    with monkeypatch.context() as patch:
        patch.setattr("lfassess.assessment.orchestrator.Orchestrator.finalise", forget)
        harness.drain()
    harness.execute("UPDATE check_runs SET finished_at = finished_at - interval '6 seconds'")
    assert harness.row("SELECT status FROM assessments")["status"] == "in_progress"
    reconcile(harness.orchestrator, full)
    assert harness.row("SELECT status FROM assessments")["status"] == "completed"


def test_parked_check_is_sent_when_its_time_has_come(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    harness.queue.clear()
    harness.execute(
        "UPDATE check_runs SET next_attempt_at = now() + interval '1 hour', sent_at = now()"
    )
    reconcile(harness.orchestrator, flushed)
    assert not harness.queue
    harness.execute(
        "UPDATE check_runs SET next_attempt_at = now() - interval '5 seconds',"
        " sent_at = now() - interval '1 hour'"
    )
    reconcile(harness.orchestrator, flushed)
    assert len(harness.queue) == 5


def test_workers_take_turns_at_repairing(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.execute("UPDATE control SET reconciled_at = NULL")
    harness.queue.clear()
    age(harness, 120)
    assert reconcile_if_due(harness.orchestrator) > 0
    harness.queue.clear()
    age(harness, 120)
    assert reconcile_if_due(harness.orchestrator) == 0  # somebody has just done it
    assert not harness.queue
    harness.execute("UPDATE control SET reconciled_at = reconciled_at - interval '1.6 seconds'")
    assert reconcile_if_due(harness.orchestrator) > 0


def test_a_turn_is_taken_where_the_one_row_is_missing(harness):
    harness.execute("DELETE FROM control")
    reconcile_if_due(harness.orchestrator)
    assert harness.row("SELECT paused, reconciled_at IS NOT NULL AS taken FROM control") == {
        "paused": False,
        "taken": True,
    }
