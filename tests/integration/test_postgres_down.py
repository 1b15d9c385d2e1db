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


def test_finished_result_waits_in_redis_and_is_written_once(stage, places):
    stage.env |= {"LFASSESS_PLACES_BASE_URL": places.url, "GOOGLE_API_KEY": "test-key"}
    stage.start_worker()
    stage.cli("leads", "add", "--name", "Harbour Bakery", "--address", "1 Quay Street")
    stage.cli("run", "--lead", "1", "--checks", "gbp", "--no-wait")
    stage.wait_for(places.asked.is_set)
    with postgres_away(stage):
        places.may_answer.set()
        stage.wait_for(lambda: "call" in kept(stage))
        stage.wait_for(lambda: kept(stage)[-1] in {"end", "release"})
    stage.wait_for(stage.all_ended)
    assert len(places.details) == 1
    assert kept(stage) == []
    (check,) = stage.rows("SELECT status, rescues FROM check_runs WHERE name = 'gbp'")
    assert (check["status"], check["rescues"]) == ("completed", 0)
    (call,) = stage.rows(
        "SELECT count(*) AS n, sum(cost_usd) AS usd FROM provider_calls WHERE state = 'answered'"
        " AND cost_usd > 0"
    )
    assert call["n"] == 1
