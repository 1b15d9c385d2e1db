"""Postgres away while a provider answers: the answer is spooled, written once, never bought again."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

pytestmark = [pytest.mark.integration, pytest.mark.measured]


@contextmanager
def postgres_away(stage) -> Iterator[None]:
    """Let nobody into the database."""
    url = stage.endpoints.database_url.replace("postgresql+psycopg://", "postgresql://")
    admin = url.replace("/lfassess?", "/postgres?")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("ALTER DATABASE lfassess ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'lfassess'"
        )
        try:
            yield
        finally:
            connection.execute("ALTER DATABASE lfassess ALLOW_CONNECTIONS true")


def spooled(stage):
    return [json.loads(item)["kind"] for item in stage.redis.lrange("lfassess:spool", 0, -1)]


@pytest.fixture
def answering(stage, places):
    """A check whose provider is about to answer."""
    stage.env |= {"LFASSESS_PLACES_BASE_URL": places.url, "GOOGLE_API_KEY": "test-key"}
    stage.start_worker()
    stage.cli("leads", "add", "--name", "Harbour Bakery", "--address", "1 Quay Street")
    # Not waited for: the provider is given 10 s, and a busy machine needs them to end a command.
    stage.start("run", "--lead", "1", "--checks", "gbp", "--no-wait")
    stage.wait_for(places.asked.is_set)
    return places


def assert_paid_and_written_once(stage, places):
    stage.wait_for(stage.all_ended)
    assert len(places.details) == 1
    stage.wait_for(lambda: spooled(stage) == [])
    (check,) = stage.rows("SELECT status, lease_losses FROM check_runs WHERE name = 'gbp'")
    assert (check["status"], check["lease_losses"]) == ("completed", 0)
    (call,) = stage.rows(
        "SELECT count(*) AS n, sum(cost_usd) AS usd FROM provider_calls WHERE state = 'answered'"
        " AND cost_usd > 0"
    )
    assert call["n"] == 1


def test_answer_is_spooled_and_written_once(stage, answering):
    with postgres_away(stage):
        answering.may_answer.set()
        stage.wait_for(lambda: "call" in spooled(stage))
    assert_paid_and_written_once(stage, answering)


def test_worker_keeps_the_answer_when_redis_forgets_it_too(stage, answering):
    with postgres_away(stage):
        answering.may_answer.set()
        stage.wait_for(lambda: "call" in spooled(stage))
        stage.redis.flushall()
    assert_paid_and_written_once(stage, answering)


def test_redis_has_the_answer_of_a_worker_that_died(stage, answering):
    with postgres_away(stage):
        answering.may_answer.set()
        stage.wait_for(lambda: "call" in spooled(stage))
        stage.kill(stage.workers[0])
    stage.start_worker()
    stage.wait_for(stage.all_ended)
    assert len(answering.details) == 1
    (check,) = stage.rows("SELECT status FROM check_runs WHERE name = 'gbp'")
    assert check["status"] == "completed"


def test_worker_told_to_end_leaves_the_answer_to_redis(stage, answering):
    with postgres_away(stage):
        answering.may_answer.set()
        stage.wait_for(lambda: "call" in spooled(stage))
        stage.workers[0].terminate()
        stage.workers[0].wait(timeout=30)
    stage.start_worker()
    assert_paid_and_written_once(stage, answering)


def test_operator_is_warned_when_it_begins_and_when_it_is_over(stage, answering):
    with postgres_away(stage):
        answering.may_answer.set()
        stage.wait_for(lambda: "Nothing can be repaired or sent again: Postgres" in stage.log_of())
    stage.wait_for(lambda: "Nothing can be repaired or sent again: over after" in stage.log_of())


@pytest.fixture
def draining(stage, places):
    """`lfassess drain` in the middle of a call, without Redis; returns its process."""
    stage.env |= {"LFASSESS_PLACES_BASE_URL": places.url, "GOOGLE_API_KEY": "test-key"}
    stage.env |= {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}
    stage.cli("leads", "add", "--name", "Harbour Bakery", "--address", "1 Quay Street")
    stage.cli("run", "--lead", "1", "--checks", "gbp", "--no-wait")
    process = stage.start("drain")
    stage.wait_for(places.asked.is_set)
    return process


def test_ctrl_c_lets_drain_finish_what_runs(stage, places, draining):
    draining.send_signal(signal.SIGINT)
    stage.wait_for(lambda: "Ctrl-C again" in stage.said())
    places.may_answer.set()
    assert draining.wait(timeout=30) == 130
    assert (
        stage.rows("SELECT status FROM check_runs WHERE name = 'gbp'")[0]["status"] == "completed"
    )


def test_second_ctrl_c_ends_drain_at_once_even_without_postgres(stage, places, draining):
    with postgres_away(stage):
        places.may_answer.set()
        stage.wait_for(lambda: "No work can be taken" in stage.said())
        draining.send_signal(signal.SIGINT)
        stage.wait_for(lambda: "Ctrl-C again" in stage.said())
        draining.send_signal(signal.SIGINT)
        assert draining.wait(timeout=10) == 130
    assert "Traceback" not in stage.said()
    assert stage.cli("drain").returncode == 0
    assert stage.all_ended()
