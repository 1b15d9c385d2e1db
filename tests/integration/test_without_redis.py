"""Work that goes on from Postgres while Redis is away."""

from __future__ import annotations

import os
import signal

import pytest

pytestmark = pytest.mark.integration

SITE = "https://harbour-bakery.demo.test/"
NOWHERE = "redis://127.0.0.1:1/0"


def test_drain_needs_no_redis_at_all(stage):
    stage.env["CELERY_BROKER_URL"] = NOWHERE
    stage.cli("run", SITE, "--checks", "security,gbp,llm_analysis")
    done = stage.cli("drain")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    (row,) = stage.rows("SELECT status, checks_completed, checks_total FROM assessments")
    assert (row["status"], row["checks_completed"], row["checks_total"]) == ("completed", 3, 7)


def test_workers_take_submissions_straight_from_postgres(stage):
    stage.env["CELERY_BROKER_URL"] = NOWHERE
    stage.start_worker()
    stage.wait_for(lambda: "straight from Postgres" in stage.log_of())
    done = stage.cli("run", SITE, "--checks", "security,gbp,llm_analysis")
    assert done.returncode == 0, done.stderr
    assert "the workers take the work straight from Postgres" in done.stderr
    assert stage.all_ended()


def test_worker_hands_over_to_redis_when_it_is_back(stage):
    stage.start_worker()
    stage.wait_for(lambda: "ready" in stage.log_of())
    pid = stage.redis.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        stage.wait_for(lambda: "straight from Postgres" in stage.log_of())
    finally:
        os.kill(pid, signal.SIGCONT)
    stage.wait_for(lambda: "Redis is back" in stage.log_of())
    assert stage.cli("run", SITE, "--checks", "security").returncode == 0


def test_a_worker_ends_when_ordered_to_while_redis_is_frozen(stage):
    worker = stage.start_worker("-P", "threads", "-c", "2")
    stage.wait_for(lambda: "ready" in stage.log_of())
    pid = stage.redis.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        stage.wait_for(lambda: "straight from Postgres" in stage.log_of())
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=120) == 0
    finally:
        os.kill(pid, signal.SIGCONT)
