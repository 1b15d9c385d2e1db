"""A worker ordered to end at once hands its work over instead of letting its leases run out."""

from __future__ import annotations

import signal

import pytest

from tests.integration.test_postgres_down import postgres_away
from tests.integration.test_workers import assert_every_lead_ended_once

pytestmark = [pytest.mark.integration, pytest.mark.measured]

RUNS = "SELECT status, lease_worker_id, lease_losses FROM check_runs WHERE name = 'gbp'"
OUTCOMES = """
SELECT t.outcome FROM attempts t JOIN check_runs c ON c.id = t.check_run_id
 WHERE c.name = 'gbp' ORDER BY t.number
"""


@pytest.fixture
def asking(environment, places):
    """A worker in the middle of a call; returns its process."""
    environment.env |= {"LFASSESS_PLACES_BASE_URL": places.url, "GOOGLE_API_KEY": "test-key"}
    environment.env |= {"LFASSESS_SOFT_STOP_S": "1"}
    worker = environment.start_worker("-c", "4")
    done = environment.cli(
        "run", "https://harbour-bakery.demo.test/", "--checks", "gbp", "--no-wait"
    )
    assert done.returncode == 0, done.stderr
    environment.wait_for(places.asked.is_set)
    return worker


def test_what_runs_goes_back_at_once_and_counts_as_no_failure(environment, places, asking):
    asking.send_signal(signal.SIGQUIT)
    assert asking.wait(timeout=30) == 0
    (run,) = environment.rows(RUNS)
    assert run == {"status": "pending", "lease_worker_id": None, "lease_losses": 0}
    assert environment.redis.llen("assessment") == 1  # whoever is free takes it without any wait
    places.may_answer.set()
    environment.start_worker("-c", "4")
    environment.wait_for(environment.all_ended)
    assert [row["outcome"] for row in environment.rows(OUTCOMES)] == ["released", "succeeded"]
    assert_every_lead_ended_once(environment, 1)


def test_what_ends_in_time_is_stored(environment, places, asking):
    places.may_answer.set()
    asking.send_signal(signal.SIGQUIT)
    assert asking.wait(timeout=30) == 0
    assert [row["outcome"] for row in environment.rows(OUTCOMES)] == ["succeeded"]
    assert len(places.details) == 1


def test_a_second_ctrl_c_hands_over_too(environment, asking):
    asking.send_signal(signal.SIGINT)
    environment.wait_for(lambda: "Warm shutdown" in environment.log_of())
    asking.send_signal(signal.SIGINT)
    assert asking.wait(timeout=30) == 0
    assert [row["outcome"] for row in environment.rows(OUTCOMES)] == ["released"]


def test_without_postgres_it_ends_all_the_same(environment, asking):
    with postgres_away(environment):
        asking.send_signal(signal.SIGQUIT)
        assert asking.wait(timeout=30) == 0
    assert [row["outcome"] for row in environment.rows(OUTCOMES)] == ["running"]
