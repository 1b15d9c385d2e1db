"""Postgres away while a provider answers: the answer is spooled, written once, never bought again."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.measured]


@contextmanager
def postgres_away(environment) -> Iterator[None]:
    """Let nobody into the database."""
    environment.admin.execute("ALTER DATABASE lfassess ALLOW_CONNECTIONS false")
    environment.admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'lfassess'"
    )
    try:
        yield
    finally:
        environment.admin.execute("ALTER DATABASE lfassess ALLOW_CONNECTIONS true")


def spooled(environment):
    return [json.loads(item)["kind"] for item in environment.redis.lrange("lfassess:spool", 0, -1)]


@pytest.fixture
def answering(environment, places):
    """A check whose provider is about to answer."""
    environment.env |= {"LFASSESS_PLACES_BASE_URL": places.url, "GOOGLE_API_KEY": "test-key"}
    environment.start_worker()
    environment.cli("leads", "add", "--name", "Harbour Bakery", "--address", "1 Quay Street")
    # The provider is given 10 s, and a busy machine needs them to end a command, or to connect.
    assert not environment.admin.closed
    environment.start("run", "--lead", "1", "--checks", "gbp", "--no-wait")
    environment.wait_for(places.asked.is_set)
    return places


def assert_paid_and_written_once(environment, places):
    environment.wait_for(environment.all_ended)
    assert len(places.details) == 1
    environment.wait_for(lambda: spooled(environment) == [])
    (check,) = environment.rows("SELECT status, lease_losses FROM check_runs WHERE name = 'gbp'")
    assert (check["status"], check["lease_losses"]) == ("completed", 0)
    (call,) = environment.rows(
        "SELECT count(*) AS n, sum(cost_usd) AS usd FROM provider_calls WHERE state = 'answered'"
        " AND cost_usd > 0"
    )
    assert call["n"] == 1


def test_answer_is_spooled_and_written_once(environment, answering):
    with postgres_away(environment):
        answering.may_answer.set()
        environment.wait_for(lambda: "call" in spooled(environment))
    assert_paid_and_written_once(environment, answering)


def test_worker_keeps_the_answer_when_redis_forgets_it_too(environment, answering):
    with postgres_away(environment):
        answering.may_answer.set()
        environment.wait_for(lambda: "call" in spooled(environment))
        environment.redis.flushall()
    assert_paid_and_written_once(environment, answering)


def test_redis_has_the_answer_of_a_worker_that_died(environment, answering):
    with postgres_away(environment):
        answering.may_answer.set()
        environment.wait_for(lambda: "call" in spooled(environment))
        environment.kill(environment.workers[0])
    environment.start_worker()
    environment.wait_for(environment.all_ended)
    assert len(answering.details) == 1
    (check,) = environment.rows("SELECT status FROM check_runs WHERE name = 'gbp'")
    assert check["status"] == "completed"


def test_worker_told_to_end_leaves_the_answer_to_redis(environment, answering):
    with postgres_away(environment):
        answering.may_answer.set()
        environment.wait_for(lambda: "call" in spooled(environment))
        environment.workers[0].terminate()
        environment.workers[0].wait(timeout=30)
    environment.start_worker()
    assert_paid_and_written_once(environment, answering)


def test_operator_is_warned_when_it_begins_and_when_it_is_over(environment, answering):
    with postgres_away(environment):
        answering.may_answer.set()
        environment.wait_for(
            lambda: "Nothing can be repaired or sent again: Postgres" in environment.log_of()
        )
    environment.wait_for(
        lambda: "Nothing can be repaired or sent again: over after" in environment.log_of()
    )


@pytest.fixture
def draining(environment, places):
    """`lfassess drain` in the middle of a call, without Redis; returns its process."""
    environment.env |= {"LFASSESS_PLACES_BASE_URL": places.url, "GOOGLE_API_KEY": "test-key"}
    environment.env |= {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
    environment.cli("leads", "add", "--name", "Harbour Bakery", "--address", "1 Quay Street")
    environment.cli("run", "--lead", "1", "--checks", "gbp", "--no-wait")
    process = environment.start("drain")
    environment.wait_for(places.asked.is_set)
    return process


def test_ctrl_c_lets_drain_finish_what_runs(environment, places, draining):
    draining.send_signal(signal.SIGINT)
    environment.wait_for(lambda: "Ctrl-C again" in environment.said())
    places.may_answer.set()
    assert draining.wait(timeout=30) == 130
    assert (
        environment.rows("SELECT status FROM check_runs WHERE name = 'gbp'")[0]["status"]
        == "completed"
    )


def test_second_ctrl_c_ends_drain_at_once_even_without_postgres(environment, places, draining):
    with postgres_away(environment):
        places.may_answer.set()
        environment.wait_for(lambda: "No work can be taken" in environment.said())
        draining.send_signal(signal.SIGINT)
        environment.wait_for(lambda: "Ctrl-C again" in environment.said())
        draining.send_signal(signal.SIGINT)
        assert draining.wait(timeout=10) == 130
    assert "Traceback" not in environment.said()
    assert environment.cli("drain").returncode == 0
    assert environment.all_ended()
