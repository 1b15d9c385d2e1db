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
def bench(settings, database):
    bench = OrchestratorHarness(settings, database)
    bench.wait_until_leases_count()
    return bench


def flushed(_queue):
    return 0


def full(_queue):
    return 10


def die(_target, _ctx):
    raise KilledError


def age(bench, seconds):
    """Move every message's and lease's time back."""
    bench.execute(
        "UPDATE check_runs SET sent_at = sent_at - make_interval(secs => :s),"
        " lease_expires_at = lease_expires_at - make_interval(secs => :s)",
        s=seconds,
    )
    bench.execute("UPDATE assessments SET sent_at = sent_at - make_interval(secs => :s)", s=seconds)


def status_of(bench, name):
    return bench.row("SELECT * FROM check_runs WHERE name = :name", name=name)


def kill_a_worker_on(bench, name):
    with pytest.raises(KilledError):
        bench.orchestrator.run_check(name, 1)


def test_lost_messages_are_sent_again_once_their_queue_is_empty(bench):
    submit_lead(bench.orchestrator, bench.add_lead())
    for _ in range(3):  # the coordinate message, then the checks, then the last step are flushed
        bench.queue.clear()
        age(bench, 5)
        reconcile(bench.orchestrator, flushed)
        assert bench.queue
        if len(bench.queue) == 1:
            bench.deliver(bench.queue.popleft())
        else:
            for message in list(bench.queue):
                bench.deliver(message)
    bench.drain()
    assert bench.row("SELECT status FROM assessments")["status"] == "completed"


def test_waiting_messages_are_not_sent_again_while_their_queue_is_long(bench):
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    age(bench, 30)
    before = len(bench.sent)
    reconcile(bench.orchestrator, full)
    assert len(bench.sent) == before


def test_unanswered_messages_are_sent_again_after_a_minute_if_some_are_missing(bench):
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    age(bench, 61)
    before = len(bench.sent)
    reconcile(bench.orchestrator, full)
    assert len(bench.sent) == before
    reconcile(bench.orchestrator, lambda _queue: 4)
    assert len(bench.sent) == before + 5


def test_nothing_is_sent_again_while_redis_does_not_answer(bench):
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    age(bench, 61)
    before = len(bench.sent)
    reconcile(bench.orchestrator, lambda _queue: None)
    assert len(bench.sent) == before


def test_lost_worker_s_check_is_taken_up_again(bench):
    bench.checks = six_checks(visual=die)
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    bench.queue.clear()
    kill_a_worker_on(bench, "visual")
    reconcile(bench.orchestrator, full)
    assert status_of(bench, "visual")["status"] == "in_progress"  # its lease still runs
    age(bench, TIMINGS.lease + 1)
    bench.checks = six_checks()
    reconcile(bench.orchestrator, full)
    bench.drain()
    done = status_of(bench, "visual")
    assert (done["status"], done["attempt_count"], done["lease_losses"]) == ("completed", 2, 1)
    outcomes = bench.rows("SELECT outcome FROM attempts ORDER BY id")
    assert [o["outcome"] for o in outcomes if o["outcome"] != "succeeded"] == ["lost"]


def test_lead_that_kills_its_workers_ends_as_worker_lost(bench):
    bench.checks = six_checks(visual=die)
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    for message in list(bench.queue):
        if not message.task.endswith("visual_task"):
            bench.deliver(message)
    bench.queue.clear()
    for _ in range(MAX_RESCUES + 1):
        kill_a_worker_on(bench, "visual")
        age(bench, TIMINGS.lease + 1)
        reconcile(bench.orchestrator, full)
    bench.queue = type(bench.queue)(m for m in bench.queue if not m.task.endswith("visual_task"))
    bench.drain()
    lost = status_of(bench, "visual")
    assert (lost["status"], lost["error_code"]) == ("failed", "worker_lost")
    closed = bench.row("SELECT status, checks_completed, checks_total FROM assessments")
    assert (closed["status"], closed["checks_completed"], closed["checks_total"]) == (
        "completed",
        5,
        6,
    )


def test_late_result_counts_while_nobody_else_has_the_check(bench):
    def slow(target, ctx):
        age(bench, TIMINGS.lease + 1)
        reconcile(bench.orchestrator, full)
        return six_checks()["visual"].fetch(target, ctx)

    bench.checks = six_checks(visual=slow)
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.drain()
    assert status_of(bench, "visual")["attempt_count"] == 1
    assert bench.row("SELECT status FROM assessments")["status"] == "completed"


def test_late_result_is_dropped_once_another_worker_has_the_check(bench):
    finished = []

    def slow(target, ctx):
        if not finished:
            finished.append("first")
            age(bench, TIMINGS.lease + 1)
            reconcile(bench.orchestrator, full)
            bench.orchestrator.run_check("visual", 1)
        return six_checks()["visual"].fetch(target, ctx)

    bench.checks = six_checks(visual=slow)
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.drain()
    assert status_of(bench, "visual")["attempt_count"] == 2
    assert bench.row("SELECT open_checks, status FROM assessments") == {
        "open_checks": 0,
        "status": "completed",
    }


def test_assessment_that_nobody_closed_is_closed(bench, monkeypatch):
    def forget(_self, _assessment_id):
        """Stands for a worker that dies between the last check's end and the closing."""

    submit_lead(bench.orchestrator, bench.add_lead())
    with monkeypatch.context() as patch:
        patch.setattr("lfassess.assessment.orchestrator.Orchestrator.finalise", forget)
        bench.drain()
    bench.execute("UPDATE check_runs SET finished_at = finished_at - interval '6 seconds'")
    assert bench.row("SELECT status FROM assessments")["status"] == "in_progress"
    reconcile(bench.orchestrator, full)
    assert bench.row("SELECT status FROM assessments")["status"] == "completed"


def test_parked_check_is_sent_when_its_time_has_come(bench):
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    bench.queue.clear()
    bench.execute(
        "UPDATE check_runs SET next_attempt_at = now() + interval '1 hour', sent_at = now()"
    )
    reconcile(bench.orchestrator, flushed)
    assert not bench.queue
    bench.execute(
        "UPDATE check_runs SET next_attempt_at = now() - interval '5 seconds',"
        " sent_at = now() - interval '1 hour'"
    )
    reconcile(bench.orchestrator, flushed)
    assert len(bench.queue) == 5


def test_workers_take_turns_at_repairing(bench):
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.execute("UPDATE control SET reconciled_at = NULL")
    bench.queue.clear()
    age(bench, 120)
    assert reconcile_if_due(bench.orchestrator) > 0
    bench.queue.clear()
    age(bench, 120)
    assert reconcile_if_due(bench.orchestrator) == 0  # somebody has just done it
    assert not bench.queue
    bench.execute("UPDATE control SET reconciled_at = reconciled_at - interval '1.6 seconds'")
    assert reconcile_if_due(bench.orchestrator) > 0


def test_a_turn_is_taken_where_the_one_row_is_missing(bench):
    bench.execute("DELETE FROM control")
    reconcile_if_due(bench.orchestrator)
    assert bench.row("SELECT paused, reconciled_at IS NOT NULL AS taken FROM control") == {
        "paused": False,
        "taken": True,
    }
