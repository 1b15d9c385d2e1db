"""Postgres away while a provider answers: the answer is kept, written once, never bought again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

pytestmark = pytest.mark.integration


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


def kept(stage):
    return [json.loads(item)["kind"] for item in stage.redis.lrange("lfassess:spool", 0, -1)]


@pytest.fixture
def answering(stage, places):
    """A check whose provider is about to answer."""
    stage.env |= {"LFASSESS_PLACES_BASE_URL": places.url, "GOOGLE_API_KEY": "test-key"}
    stage.start_worker()
    stage.cli("leads", "add", "--name", "Harbour Bakery", "--address", "1 Quay Street")
    stage.cli("run", "--lead", "1", "--checks", "gbp", "--no-wait")
    stage.wait_for(places.asked.is_set)
    return places


def assert_paid_and_written_once(stage, places):
    stage.wait_for(stage.all_ended)
    assert len(places.details) == 1
    stage.wait_for(lambda: kept(stage) == [])
    (check,) = stage.rows("SELECT status, rescues FROM check_runs WHERE name = 'gbp'")
    assert (check["status"], check["rescues"]) == ("completed", 0)
    (call,) = stage.rows(
        "SELECT count(*) AS n, sum(cost_usd) AS usd FROM provider_calls WHERE state = 'answered'"
        " AND cost_usd > 0"
    )
    assert call["n"] == 1


def test_answer_is_kept_and_written_once(stage, answering):
    with postgres_away(stage):
        answering.may_answer.set()
        stage.wait_for(lambda: "call" in kept(stage))
    assert_paid_and_written_once(stage, answering)


def test_worker_keeps_the_answer_when_redis_forgets_it_too(stage, answering):
    with postgres_away(stage):
        answering.may_answer.set()
        stage.wait_for(lambda: "call" in kept(stage))
        stage.redis.flushall()
    assert_paid_and_written_once(stage, answering)


def test_redis_has_the_answer_of_a_worker_that_died(stage, answering):
    with postgres_away(stage):
        answering.may_answer.set()
        stage.wait_for(lambda: "call" in kept(stage))
        stage.kill(stage.workers[0])
    stage.start_worker()
    stage.wait_for(stage.all_ended)
    assert len(answering.details) == 1
    (check,) = stage.rows("SELECT status FROM check_runs WHERE name = 'gbp'")
    assert check["status"] == "completed"
