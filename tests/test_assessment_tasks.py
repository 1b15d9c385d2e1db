"""The check tasks: claims, retries, failures, and what Celery sees of them."""

from __future__ import annotations

import dataclasses
import json
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from lfassess.assessment import tasks
from lfassess.assessment.execution import enqueue
from lfassess.assessment.intake.submission import submit_lead
from lfassess.assessment.orchestrator import coordinate_assessment
from lfassess.assessment.runtime import Runtime
from lfassess.assessment.worker.celery_config import create_app
from lfassess.db.database import Database
from lfassess.errors import (
    NotFoundError,
    ProviderUnavailableError,
    RateLimitedError,
    TargetUnreachableError,
)
from lfassess.log import redacting_formatter
from lfassess.settings import Settings
from tests.support import OrchestratorHarness, fetch_nothing, raising, six_checks

pytestmark = pytest.mark.integration

NOWHERE = "postgresql://u:p@127.0.0.1:1/none"


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(settings, database)


@pytest.mark.parametrize(("asked", "used"), [(5, 5), (None, 2)])
def test_lighthouse_runs_asked_for_reach_the_check(harness, asked, used):
    seen = []

    def fetch(target, ctx):
        seen.append(ctx.settings.lighthouse_runs)
        return fetch_nothing(target, ctx)

    harness.settings = harness.settings.model_copy(update={"lighthouse_runs": 2})
    harness.checks = six_checks(pagespeed=fetch)
    submit_lead(harness.orchestrator, harness.add_lead(), lighthouse_runs=asked)
    harness.drain()
    assert seen == [used]


def test_every_message_may_come_twice(harness):
    submit_lead(harness.orchestrator, harness.add_lead())
    while harness.queue:
        message = harness.queue.popleft()
        harness.deliver(message)
        harness.deliver(message)
    assert harness.assessment()["status"] == "completed"
    assert [r["attempt_count"] for r in harness.rows("SELECT attempt_count FROM check_runs")] == [
        1
    ] * 6
    assert harness.row("SELECT count(*) AS n FROM attempts")["n"] == 6


def test_one_check_runs_once_however_many_workers_ask(harness):
    started = []

    def fetch(target, ctx):
        started.append(target)
        return fetch_nothing(target, ctx)

    harness.checks = six_checks(security=fetch)
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    message = next(m for m in harness.queue if m.task.endswith("security_task"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(harness.deliver, [message] * 8))
    assert len(started) == 1


def test_failed_check_leaves_the_other_five_alone(harness):
    harness.checks = six_checks(
        security=raising(TargetUnreachableError("No answer.", provider="website"))
    )
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    closed, failed = harness.assessment(), harness.check("security")
    assert (closed["status"], closed["checks_completed"], closed["checks_total"]) == (
        "completed",
        5,
        6,
    )
    assert (
        failed["status"],
        failed["error_code"],
        failed["error_message"],
        failed["attempt_count"],
    ) == (
        "failed",
        "target_unreachable",
        "No answer.",
        1,
    )


def test_fault_in_a_check_is_stored_without_taking_others_down(harness):
    harness.checks = six_checks(visual=raising(ZeroDivisionError("oops")))
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.drain()
    assert (harness.assessment()["checks_completed"], harness.assessment()["checks_total"]) == (
        5,
        6,
    )
    assert harness.check("visual")["error_code"] == "internal_error"


def test_what_a_check_logs_says_which_check_of_which_lead(harness):
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.loads(handler.format(record)))
    handler.setFormatter(redacting_formatter("json"))
    own = logging.getLogger("lfassess.assessment.execution.runner")
    own.addHandler(handler)
    harness.checks = six_checks(visual=raising(ZeroDivisionError("oops")))
    submit_lead(harness.orchestrator, harness.add_lead())
    try:
        harness.drain()
    finally:
        own.removeHandler(handler)
    fault = next(line for line in lines if "exception" in line)
    about = {"lead_id": 1, "assessment_id": 1, "check": "visual", "attempt": 1}
    assert fault["event"] == "a fault in lfassess itself"
    assert about.items() <= fault.items()


def test_transient_error_is_tried_again_after_one_two_and_four_seconds(harness):
    harness.checks = six_checks(gbp=raising(ProviderUnavailableError("503", provider="places")))
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    message = next(m for m in harness.queue if m.task.endswith("gbp_task"))
    countdowns = []
    for _ in range(3):
        harness.deliver(message)
        message = harness.sent[-1]
        countdowns.append(message.countdown)
        waiting = harness.row(
            "SELECT status, extract(epoch FROM next_attempt_at - sent_at) AS wait FROM check_runs"
            " WHERE name = 'gbp'"
        )
        assert waiting["status"] == "pending"
        assert float(waiting["wait"]) == pytest.approx(countdowns[-1], abs=0.001)
        harness.execute("UPDATE check_runs SET next_attempt_at = now() WHERE name = 'gbp'")
    harness.deliver(message)
    ended = harness.check("gbp")
    assert countdowns == [1.0, 2.0, 4.0]
    assert (ended["status"], ended["attempt_count"], ended["retry_count"]) == ("failed", 4, 3)
    outcomes = harness.rows("SELECT outcome, error_code, provider FROM attempts ORDER BY number")
    assert [o["outcome"] for o in outcomes] == ["retry", "retry", "retry", "failed"]
    assert {(o["error_code"], o["provider"]) for o in outcomes} == {
        ("provider_unavailable", "places")
    }


def test_parked_check_is_not_run_before_its_time(harness):
    harness.checks = six_checks(gbp=raising(RateLimitedError(retry_after=60)))
    submit_lead(harness.orchestrator, harness.add_lead())
    harness.deliver(harness.queue.popleft())
    message = next(m for m in harness.queue if m.task.endswith("gbp_task"))
    harness.deliver(message)
    harness.deliver(message)
    assert harness.check("gbp")["attempt_count"] == 1
    assert harness.sent[-1].countdown == 60


def test_check_that_now_needs_lighthouse_moves_to_its_queue_unused(harness):
    lead_id = harness.add_lead()
    submit_lead(harness.orchestrator, lead_id)
    harness.deliver(harness.queue.popleft())
    here = dataclasses.replace(harness.checks["pagespeed"], queue=lambda _settings: "lighthouse")
    harness.checks = harness.checks | {"pagespeed": here}
    harness.sent.clear()
    harness.orchestrator.run_check("pagespeed", lead_id)
    assert [(m.task.rpartition(".")[2], m.queue) for m in harness.sent] == [
        ("pagespeed_task", "lighthouse")
    ]
    row = harness.row(
        "SELECT status, queue, attempt_count FROM check_runs WHERE name = 'pagespeed'"
    )
    assert row == {"status": "pending", "queue": "lighthouse", "attempt_count": 0}
    assert harness.rows("SELECT id FROM attempts") == []
    harness.drain()
    (ended,) = harness.rows("SELECT status, checks_completed, checks_total FROM assessments")
    assert (ended["status"], ended["checks_completed"], ended["checks_total"]) == (
        "completed",
        6,
        6,
    )


def test_check_planned_for_lighthouse_is_done_where_it_is_when_google_can_do_it(harness):
    here = dataclasses.replace(harness.checks["pagespeed"], queue=lambda _settings: "lighthouse")
    harness.checks = harness.checks | {"pagespeed": here}
    lead_id = harness.add_lead()
    submit_lead(harness.orchestrator, lead_id)
    harness.deliver(harness.queue.popleft())
    harness.checks = six_checks()
    harness.orchestrator.run_check("pagespeed", lead_id)
    row = harness.row("SELECT status, queue FROM check_runs WHERE name = 'pagespeed'")
    assert row == {"status": "completed", "queue": "lighthouse"}


def test_every_check_is_a_task_by_the_specifications_name():
    names = {task.name for task in tasks.TASKS.values()} | {coordinate_assessment.name}
    assert {
        f"assessment_orchestrator.{name}"
        for name in (
            "coordinate_assessment", "pagespeed_task", "security_task", "gbp_task",
            "semrush_task", "visual_task", "llm_analysis_task",
        )
    } <= names  # fmt: skip
    assert names <= tasks.app.tasks.keys()


@pytest.fixture
def workers_database(database, monkeypatch, settings):
    """What a worker process works with."""
    monkeypatch.setattr(tasks.app, "runtime", Runtime(settings, database))
    enqueue.cooldown.end()  # no Redis is there to be sent to


def test_coordinating_opens_the_assessment_and_says_what_it_did(harness, workers_database):
    lead_id = harness.add_lead()
    said = coordinate_assessment.apply((lead_id,)).get()
    assert said == {"lead_id": lead_id, "assessment_id": 1, "started": True}
    assert coordinate_assessment.apply((lead_id,)).get() == said | {"started": False}


def test_coordinating_an_unknown_lead_is_an_expected_error(harness, workers_database):
    with pytest.raises(NotFoundError):
        coordinate_assessment.apply((77,)).get()


def test_task_without_anything_to_do_ends_well(harness, workers_database):
    assert tasks.security_task.apply((77,)).successful()


@pytest.mark.parametrize("task", ["coordinate", "security", "llm_analysis"])
def test_task_that_meets_no_postgres_is_no_failure(settings, monkeypatch, caplog, task):
    monkeypatch.setattr(tasks.app, "runtime", Runtime(settings, Database(NOWHERE)))
    found = coordinate_assessment if task == "coordinate" else tasks.TASKS[task]
    assert found.apply((1,)).successful()
    assert f"lead 1 {task}: Postgres is out of reach" in caplog.text
    assert "Traceback" not in caplog.text


def test_what_is_sent_together_is_one_group_in_the_queues_it_names(servers):
    app = create_app(Settings(), servers.broker_url)
    messages = [
        enqueue.check("security", 1, 2, "assessment"),
        enqueue.check("gbp", 1, 2, "assessment", countdown=1.0),
        enqueue.check("visual", 1, 2, "browser"),
    ]
    try:
        with app.connection() as connection:
            redis = connection.default_channel.client
            redis.delete("assessment", "browser")
            assert enqueue.send(messages, app)
            raw = redis.lrange("assessment", 0, -1) + redis.lrange("browser", 0, -1)
            redis.delete("assessment", "browser")
    finally:
        app.close()
    headers = [json.loads(m)["headers"] for m in raw]
    assert sorted(h["task"].rpartition(".")[2] for h in headers) == [
        "gbp_task", "security_task", "visual_task",
    ]  # fmt: skip
    assert len({h["group"] for h in headers}) == 1
    assert None not in {h["group"] for h in headers}
    assert all(h["ignore_result"] for h in headers)
    assert enqueue.send([], app)
