"""Work that goes on from Postgres while Redis is away."""

from __future__ import annotations

import os
import signal

import pytest

pytestmark = pytest.mark.integration

SITE = "https://harbour-bakery.demo.test/"
NOWHERE = "redis://127.0.0.1:1/0"


def test_drain_needs_no_redis_at_all(environment):
    environment.env["CELERY_BROKER_URL"] = NOWHERE
    environment.cli("run", SITE, "--checks", "security,gbp,llm_analysis")
    done = environment.cli("drain")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    (row,) = environment.rows("SELECT status, checks_completed, checks_total FROM assessments")
    assert (row["status"], row["checks_completed"], row["checks_total"]) == ("completed", 3, 7)


def test_workers_take_submissions_straight_from_postgres(environment):
    environment.env["CELERY_BROKER_URL"] = NOWHERE
    environment.start_worker()
    environment.wait_for(lambda: "straight from Postgres" in environment.log_of())
    done = environment.cli("run", SITE, "--checks", "security,gbp,llm_analysis")
    assert done.returncode == 0, done.stderr
    assert "the workers take the work straight from Postgres" in done.stderr
    assert environment.all_ended()


def test_worker_hands_over_to_redis_when_it_is_back(environment):
    environment.start_worker()
    environment.wait_for(lambda: "ready" in environment.log_of())
    pid = environment.redis.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        environment.wait_for(lambda: "straight from Postgres" in environment.log_of())
    finally:
        os.kill(pid, signal.SIGCONT)
    environment.wait_for(lambda: "Redis is back" in environment.log_of())
    assert environment.cli("run", SITE, "--checks", "security").returncode == 0


def test_a_worker_ends_when_ordered_to_while_redis_is_frozen(environment):
    worker = environment.start_worker("-P", "threads", "-c", "2")
    environment.wait_for(lambda: "ready" in environment.log_of())
    pid = environment.redis.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        environment.wait_for(lambda: "straight from Postgres" in environment.log_of())
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=120) == 0
    finally:
        os.kill(pid, signal.SIGCONT)
