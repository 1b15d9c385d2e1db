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
def bench(settings, database):
    return OrchestratorHarness(settings, database)


@pytest.mark.parametrize(("asked", "used"), [(5, 5), (None, 2)])
def test_lighthouse_runs_asked_for_reach_the_check(bench, asked, used):
    seen = []

    def fetch(target, ctx):
        seen.append(ctx.settings.lighthouse_runs)
        return fetch_nothing(target, ctx)

    bench.settings = bench.settings.model_copy(update={"lighthouse_runs": 2})
    bench.checks = six_checks(pagespeed=fetch)
    submit_lead(bench.orchestrator, bench.add_lead(), lighthouse_runs=asked)
    bench.drain()
    assert seen == [used]


def test_every_message_may_come_twice(bench):
    submit_lead(bench.orchestrator, bench.add_lead())
    while bench.queue:
        message = bench.queue.popleft()
        bench.deliver(message)
        bench.deliver(message)
    assert bench.assessment()["status"] == "completed"
    assert [r["attempt_count"] for r in bench.rows("SELECT attempt_count FROM check_runs")] == [
        1
    ] * 6
    assert bench.row("SELECT count(*) AS n FROM attempts")["n"] == 6


def test_one_check_runs_once_however_many_workers_ask(bench):
    started = []

    def fetch(target, ctx):
        started.append(target)
        return fetch_nothing(target, ctx)

    bench.checks = six_checks(security=fetch)
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    message = next(m for m in bench.queue if m.task.endswith("security_task"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bench.deliver, [message] * 8))
    assert len(started) == 1


def test_failed_check_leaves_the_other_five_alone(bench):
    bench.checks = six_checks(
        security=raising(TargetUnreachableError("No answer.", provider="website"))
    )
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.drain()
    closed, failed = bench.assessment(), bench.check("security")
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


def test_fault_in_a_check_is_stored_without_taking_others_down(bench):
    bench.checks = six_checks(visual=raising(ZeroDivisionError("oops")))
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.drain()
    assert (bench.assessment()["checks_completed"], bench.assessment()["checks_total"]) == (5, 6)
    assert bench.check("visual")["error_code"] == "internal_error"


def test_what_a_check_logs_says_which_check_of_which_lead(bench):
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.loads(handler.format(record)))
    handler.setFormatter(redacting_formatter("json"))
    own = logging.getLogger("lfassess.assessment.execution.runner")
    own.addHandler(handler)
    bench.checks = six_checks(visual=raising(ZeroDivisionError("oops")))
    submit_lead(bench.orchestrator, bench.add_lead())
    try:
        bench.drain()
    finally:
        own.removeHandler(handler)
    fault = next(line for line in lines if "exception" in line)
    about = {"lead_id": 1, "assessment_id": 1, "check": "visual", "attempt": 1}
    assert fault["event"] == "a fault in lfassess itself"
    assert about.items() <= fault.items()


def test_transient_error_is_tried_again_after_one_two_and_four_seconds(bench):
    bench.checks = six_checks(gbp=raising(ProviderUnavailableError("503", provider="places")))
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    message = next(m for m in bench.queue if m.task.endswith("gbp_task"))
    countdowns = []
    for _ in range(3):
        bench.deliver(message)
        message = bench.sent[-1]
        countdowns.append(message.countdown)
        waiting = bench.row(
            "SELECT status, extract(epoch FROM next_attempt_at - sent_at) AS wait FROM check_runs"
            " WHERE name = 'gbp'"
        )
        assert waiting["status"] == "pending"
        assert float(waiting["wait"]) == pytest.approx(countdowns[-1], abs=0.001)
        bench.execute("UPDATE check_runs SET next_attempt_at = now() WHERE name = 'gbp'")
    bench.deliver(message)
    ended = bench.check("gbp")
    assert countdowns == [1.0, 2.0, 4.0]
    assert (ended["status"], ended["attempt_count"], ended["retry_count"]) == ("failed", 4, 3)
    outcomes = bench.rows("SELECT outcome, error_code, provider FROM attempts ORDER BY number")
    assert [o["outcome"] for o in outcomes] == ["retry", "retry", "retry", "failed"]
    assert {(o["error_code"], o["provider"]) for o in outcomes} == {
        ("provider_unavailable", "places")
    }


def test_parked_check_is_not_run_before_its_time(bench):
    bench.checks = six_checks(gbp=raising(RateLimitedError(retry_after=60)))
    submit_lead(bench.orchestrator, bench.add_lead())
    bench.deliver(bench.queue.popleft())
    message = next(m for m in bench.queue if m.task.endswith("gbp_task"))
    bench.deliver(message)
    bench.deliver(message)
    assert bench.check("gbp")["attempt_count"] == 1
    assert bench.sent[-1].countdown == 60


def test_check_that_now_needs_lighthouse_moves_to_its_queue_unused(bench):
    lead_id = bench.add_lead()
    submit_lead(bench.orchestrator, lead_id)
    bench.deliver(bench.queue.popleft())
    here = dataclasses.replace(bench.checks["pagespeed"], queue=lambda _settings: "lighthouse")
    bench.checks = bench.checks | {"pagespeed": here}
    bench.sent.clear()
    bench.orchestrator.run_check("pagespeed", lead_id)
    assert [(m.task.rpartition(".")[2], m.queue) for m in bench.sent] == [
        ("pagespeed_task", "lighthouse")
    ]
    row = bench.row("SELECT status, queue, attempt_count FROM check_runs WHERE name = 'pagespeed'")
    assert row == {"status": "pending", "queue": "lighthouse", "attempt_count": 0}
    assert bench.rows("SELECT id FROM attempts") == []
    bench.drain()
    (ended,) = bench.rows("SELECT status, checks_completed, checks_total FROM assessments")
    assert (ended["status"], ended["checks_completed"], ended["checks_total"]) == (
        "completed",
        6,
        6,
    )


def test_check_planned_for_lighthouse_is_done_where_it_is_when_google_can_do_it(bench):
    here = dataclasses.replace(bench.checks["pagespeed"], queue=lambda _settings: "lighthouse")
    bench.checks = bench.checks | {"pagespeed": here}
    lead_id = bench.add_lead()
    submit_lead(bench.orchestrator, lead_id)
    bench.deliver(bench.queue.popleft())
    bench.checks = six_checks()
    bench.orchestrator.run_check("pagespeed", lead_id)
    row = bench.row("SELECT status, queue FROM check_runs WHERE name = 'pagespeed'")
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


def test_coordinating_opens_the_assessment_and_says_what_it_did(bench, workers_database):
    lead_id = bench.add_lead()
    said = coordinate_assessment.apply((lead_id,)).get()
    assert said == {"lead_id": lead_id, "assessment_id": 1, "started": True}
    assert coordinate_assessment.apply((lead_id,)).get() == said | {"started": False}


def test_coordinating_an_unknown_lead_is_an_expected_error(bench, workers_database):
    with pytest.raises(NotFoundError):
        coordinate_assessment.apply((77,)).get()


def test_task_without_anything_to_do_ends_well(bench, workers_database):
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
