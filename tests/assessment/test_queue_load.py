"""The work there is, counted on a real Postgres with the orchestrator's own rows."""

from __future__ import annotations

import pytest

from lfassess.assessment.intake.submission import submit_lead
from lfassess.db.queries import system
from lfassess.db.queries.queue_load import QueueLoad, busy_hosts, load_by_queue
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.integration


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(settings, database)


def loads(harness):
    with harness.database.session() as session:
        return load_by_queue(session)


def submit(harness, *names):
    for name in names or ("one",):
        submit_lead(harness.orchestrator, harness.add_lead(website=f"https://{name}.test/"))


def test_nothing_to_do_is_no_load(harness):
    assert loads(harness) == {}


def test_checks_of_leads_not_yet_let_in_count_as_waiting(harness):
    submit(harness, "one", "two", "three")
    assert loads(harness)["assessment"].waiting == 15
    assert "llm" not in loads(harness) or loads(harness)["llm"].waiting == 0


def test_leads_held_back_are_no_reason_for_more_workers(harness):
    submit(harness)
    harness.execute("UPDATE control SET paused = true, reason = 'a test'")
    assert loads(harness)["assessment"].waiting == 0


def test_what_runs_and_the_oldest_wait_are_seen(harness):
    submit(harness)
    harness.deliver(harness.queue.popleft())
    harness.execute(
        "UPDATE check_runs SET runnable_at = now() - interval '90 s' WHERE NOT depends_on_others"
    )
    harness.execute("UPDATE assessments SET started_at = now() - interval '90 s'")
    harness.execute("UPDATE check_runs SET status = 'in_progress' WHERE name = 'security'")
    load = loads(harness)["assessment"]
    assert (load.waiting, load.running) == (4, 1)
    assert load.oldest_s == pytest.approx(90, abs=10)


def test_a_check_waits_for_its_slot_from_where_its_lead_was_let_in(harness):
    submit(harness)
    harness.deliver(harness.queue.popleft())
    harness.deliver(harness.queue.popleft())
    harness.execute("UPDATE check_runs SET status = 'in_progress' WHERE status = 'completed'")
    harness.execute("UPDATE check_runs SET runnable_at = now() - interval '90 s'")
    harness.execute("UPDATE assessments SET started_at = now() - interval '40 s'")
    with harness.database.session() as session:
        waits = {row["queue"]: row["wait_s"] for row in system.queues(session)}
    assert waits["assessment"] == pytest.approx(40, abs=10)
    assert waits["llm"] is None


def test_parked_checks_do_not_wait_for_a_worker(harness):
    submit(harness)
    harness.deliver(harness.queue.popleft())
    harness.execute("UPDATE check_runs SET next_attempt_at = now() + interval '1 hour'")
    assert loads(harness)["assessment"] == QueueLoad(seconds=None)


def test_the_usual_length_is_that_of_the_last_hour(harness):
    submit(harness)
    harness.drain()
    harness.execute("UPDATE attempts SET started_at = finished_at - interval '6 s'")
    submit(harness, "another")
    assert loads(harness)["assessment"].seconds == pytest.approx(6, abs=0.1)
    harness.execute("UPDATE attempts SET started_at = started_at - interval '2 hours'")
    assert loads(harness)["assessment"].seconds is None


def test_checks_that_take_turns_count_their_workers_time_once(harness):
    submit(harness)
    harness.drain()  # five checks of one worker, each as long as all together
    harness.execute(
        "UPDATE attempts SET started_at = now() - interval '60 s', worker = 'one:1',"
        " finished_at = now() - interval '50 s' + (id % 5) * interval '1 s'"
    )
    submit(harness, "another")
    with harness.database.session() as session:
        alone = load_by_queue(session)["assessment"].seconds
        turns = load_by_queue(session, {"assessment"})["assessment"].seconds
    assert alone == pytest.approx(12, abs=0.5)
    assert turns == pytest.approx(14 / 5, abs=0.5)


def test_busy_hosts_are_those_whose_attempts_run(harness):
    submit(harness)
    harness.drain()
    with harness.database.session() as session:
        assert busy_hosts(session) == {}
    harness.execute(
        "UPDATE attempts SET outcome = 'running', worker = 'abc123:7'"
        " WHERE check_run_id IN (SELECT id FROM check_runs WHERE name IN ('gbp', 'security'))"
    )
    harness.execute(
        "UPDATE check_runs SET status = 'in_progress' WHERE name IN ('gbp', 'security')"
    )
    with harness.database.session() as session:
        assert busy_hosts(session) == {"abc123": 2}
