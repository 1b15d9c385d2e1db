"""The ledger on a real Postgres: nothing is bought twice, nothing beyond what is allowed."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command

from lfassess.assessment.execution import rate_limits
from lfassess.assessment.execution.rate_limits import Limits
from lfassess.assessment.intake.submission import submit_lead
from lfassess.assessment.recovery import operations
from lfassess.checks.base import BilledResponse, Fetched, Usage
from lfassess.db import migrate
from lfassess.db.fragments import FOREVER
from lfassess.db.queries import progress
from lfassess.db.schema import bring_up_to_date
from lfassess.errors import ProviderUnavailableError, RateLimitedError
from tests.support import OrchestratorHarness, six_checks

pytestmark = pytest.mark.integration

FREE = Limits(requests_per_minute=100_000)


class Provider:
    """Counts what is bought; ``fail`` raises before anything is."""

    def __init__(self, *, cost=0.01, fail=None):
        self.bought: list[str] = []
        self.cost = cost
        self.fail = fail

    def check(self, *requests, provider="places"):
        def fetch(target, ctx):
            asked = {r: f"{r} of {target.name}" for r in requests}
            return Fetched(
                {r: ctx.ledger.call(provider, text, self.buy(r)) for r, text in asked.items()}
            )

        return fetch

    def buy(self, request):
        def do():
            if self.fail is not None and (error := self.fail(request)):
                raise error
            self.bought.append(request)
            return BilledResponse({"answer": request}, Usage(calls=1, cost_usd=self.cost, units=3))

        return do


@pytest.fixture
def allow(monkeypatch):
    """Set every provider's limits for the test."""
    current = {"limits": FREE}
    monkeypatch.setattr(
        "lfassess.assessment.execution.provider_gateway.limits_of", lambda _p: current["limits"]
    )

    def set_limits(**changes):
        current["limits"] = dataclasses.replace(FREE, **changes)

    return set_limits


@pytest.fixture
def harness(settings, database, allow):
    return OrchestratorHarness(settings, database)


def run_gbp(harness, fetch, **lead):
    harness.checks = six_checks(gbp=fetch)
    submit_lead(harness.orchestrator, harness.add_lead(**lead), ["gbp"])
    harness.drain()
    return gbp(harness)


def gbp(harness):
    return harness.row("SELECT * FROM check_runs WHERE name = 'gbp' ORDER BY id DESC LIMIT 1")


def again(harness):
    harness.execute("UPDATE check_runs SET next_attempt_at = NULL WHERE name = 'gbp'")
    harness.orchestrator.run_check("gbp", 1)
    return gbp(harness)


def test_what_was_bought_is_booked_on_check_and_attempt(harness):
    check = run_gbp(harness, Provider().check("a", "b"))
    assert (check["status"], check["cost_usd"]) == ("completed", 0.02)
    assert harness.row(
        "SELECT cost_usd, calls FROM attempts WHERE check_run_id = :id", id=check["id"]
    ) == {
        "cost_usd": 0.02,
        "calls": 2,
    }
    calls = harness.rows("SELECT state, cost_usd, units FROM provider_calls")
    assert [tuple(c.values()) for c in calls] == [("answered", 0.01, 3)] * 2


def test_a_providers_balance_is_stored_and_measured(harness):
    from prometheus_client import generate_latest

    from lfassess.api.metrics import registry
    from lfassess.assessment.runtime import Runtime
    from lfassess.assessment.worker.celery_config import create_app

    def fetch(_target, ctx):
        ctx.ledger.note_balance("semrush", 10_350)
        ctx.ledger.note_balance("semrush", 10_000)
        return Fetched({})

    run_gbp(harness, fetch)
    row = harness.row("SELECT balance_units, balance_at FROM provider_states")
    assert row["balance_units"] == 10_000
    assert row["balance_at"] is not None
    app = create_app(harness.settings, "redis://127.0.0.1:1/0")
    try:
        exposed = generate_latest(
            registry(Runtime(harness.settings, harness.database, app))
        ).decode()
    finally:
        app.close()
    assert 'lfassess_provider_balance_units{provider="semrush"} 10000.0' in exposed


def test_retry_buys_only_what_is_missing(harness):
    broken = {"c"}
    provider = Provider(fail=lambda r: ProviderUnavailableError() if r in broken else None)
    check = run_gbp(harness, provider.check("a", "b", "c"))
    assert check["status"] == "pending"
    broken.clear()
    check = again(harness)
    assert check["status"] == "completed"
    assert provider.bought == ["a", "b", "c"]
    assert check["evidence"] == {r: {"answer": r} for r in "abc"}
    assert check["cost_usd"] == pytest.approx(0.03)


def test_older_answer_is_bought_anew_unless_somebody_allows_its_age(harness):
    provider = Provider()
    run_gbp(harness, provider.check("a"))
    harness.checks = six_checks(gbp=provider.check("a"))
    submit_lead(harness.orchestrator, 1, ["gbp"])
    harness.drain()
    assert provider.bought == ["a", "a"]


def test_answer_within_max_age_is_used_again(harness):
    provider = Provider()
    run_gbp(harness, provider.check("a"))
    harness.checks = six_checks(gbp=provider.check("a"))
    submit_lead(harness.orchestrator, 1, ["gbp"])
    harness.execute("UPDATE assessments SET max_age_s = 3600 WHERE status = 'pending'")
    harness.drain()
    assert gbp(harness)["status"] == "completed"
    assert provider.bought == ["a"]
    assert gbp(harness)["cost_usd"] == 0


def test_answer_beyond_the_providers_terms_is_bought_anew(harness, allow):
    allow(reuse_days=30)
    provider = Provider()
    run_gbp(harness, provider.check("a"))
    harness.execute("UPDATE provider_calls SET finished_at = finished_at - interval '31 days'")
    harness.checks = six_checks(gbp=provider.check("a"))
    submit_lead(harness.orchestrator, 1, ["gbp"])
    harness.execute("UPDATE assessments SET max_age_s = 1e9 WHERE status = 'pending'")
    harness.drain()
    assert provider.bought == ["a", "a"]


def test_breaker_parks_the_check_without_using_up_a_retry(harness, allow):
    allow(breaker_failures=1)
    provider = Provider(fail=lambda _r: ProviderUnavailableError(provider="places"))
    check = run_gbp(harness, provider.check("a"))
    assert check["retry_count"] == 1
    check = again(harness)
    assert (check["status"], check["retry_count"], check["attempt_count"]) == ("pending", 1, 1)
    assert "places is failing" in check["deferred_reason"]
    assert check["next_attempt_at"] is not None
    assert harness.row("SELECT count(*) AS n FROM attempts")["n"] == 1


def test_deferred_check_goes_on_when_the_provider_works_again(harness, allow):
    allow(breaker_failures=1)
    sick = [True]
    provider = Provider(fail=lambda _r: ProviderUnavailableError() if sick else None)
    run_gbp(harness, provider.check("a"))
    again(harness)
    sick.clear()
    harness.execute("UPDATE provider_states SET open_until = now() - interval '1 second'")
    check = again(harness)
    assert (check["status"], check["deferred_reason"]) == ("completed", None)
    assert harness.row("SELECT failures, open_until FROM provider_states") == {
        "failures": 0,
        "open_until": None,
    }


def test_other_checks_go_on_while_one_provider_is_down(harness, allow):
    allow(breaker_failures=1)
    provider = Provider(fail=lambda _r: RateLimitedError(retry_after=3600, provider="places"))
    harness.checks = six_checks(gbp=provider.check("a"))
    for number in range(3):
        submit_lead(harness.orchestrator, harness.add_lead(f"Lead {number}"))
    harness.drain()
    ended = harness.row("SELECT count(*) AS n FROM check_runs WHERE status = 'completed'")["n"]
    assert ended == 3 * 4  # all but gbp and the step that waits for it


def test_retry_after_makes_everybody_wait_for_a_place_and_nobody_for_a_probe(harness, allow):
    allow(requests_per_minute=60)
    answers = [RateLimitedError(retry_after=30, provider="places")]
    provider = Provider(fail=lambda _r: answers.pop() if answers else None)
    harness.checks = six_checks(gbp=provider.check("a"))
    for number in range(3):
        submit_lead(harness.orchestrator, harness.add_lead(f"Lead {number}"), ["gbp"])
    harness.drain()
    state = harness.row("SELECT failures, open_until FROM provider_states")
    assert state == {"failures": 1, "open_until": None}
    places = harness.rows("""
        SELECT extract(epoch FROM started_at - now())::float8 AS s FROM provider_calls
         WHERE state = 'reserved' ORDER BY started_at""")
    assert [20 < place["s"] < 40 for place in places] == [True, True]
    assert places[1]["s"] - places[0]["s"] == pytest.approx(1, abs=0.01)


def test_place_given_before_a_retry_after_is_moved_with_the_pace(harness, allow):
    allow(requests_per_minute=6)
    provider = Provider()
    harness.checks = six_checks(gbp=provider.check("a"))
    for number in range(2):
        submit_lead(harness.orchestrator, harness.add_lead(f"Lead {number}"), ["gbp"])
    harness.drain()  # the second has its place in 10 s
    provider.fail = lambda _r: RateLimitedError(retry_after=300, provider="places")
    harness.execute("UPDATE provider_states SET next_at = now()")
    submit_lead(harness.orchestrator, harness.add_lead("Lead 3"), ["gbp"])
    harness.drain()
    provider.fail = None
    harness.execute(
        "UPDATE check_runs SET next_attempt_at = now() WHERE lead_id = 2 AND name = 'gbp'"
    )
    harness.orchestrator.run_check("gbp", 2)
    assert len(provider.bought) == 1
    check = harness.row("""
        SELECT deferred_reason, extract(epoch FROM next_attempt_at - now())::float8 AS s FROM check_runs
         WHERE lead_id = 2 AND name = 'gbp'""")
    assert check["deferred_reason"] == "the rate limit of places is reached"
    assert check["s"] > 250
    assert (
        harness.row("SELECT count(*) AS n FROM provider_calls WHERE state = 'reserved'")["n"] == 1
    )


def test_daily_quota_is_never_exceeded_by_workers_together(harness, allow):
    allow(requests_per_day=5)
    provider = Provider()
    harness.checks = six_checks(gbp=provider.check("a"))
    for number in range(12):
        submit_lead(harness.orchestrator, harness.add_lead(f"Lead {number}"), ["gbp"])
    while harness.queue and harness.queue[0].task.endswith("coordinate_assessment"):
        harness.deliver(harness.queue.popleft())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(harness.deliver, list(harness.queue)))
    assert len(provider.bought) == 5
    deferred = harness.rows(
        "SELECT deferred_reason FROM check_runs WHERE deferred_reason IS NOT NULL"
    )
    assert len(deferred) == 7


def test_far_place_in_the_pace_defers_the_check_and_is_reserved_for_it(harness, allow):
    allow(requests_per_minute=6)
    provider = Provider()
    harness.checks = six_checks(gbp=provider.check("a"))
    for number in range(2):
        submit_lead(harness.orchestrator, harness.add_lead(f"Lead {number}"), ["gbp"])
    harness.drain()
    check = gbp(harness)
    assert "rate limit" in check["deferred_reason"]
    harness.execute("UPDATE provider_calls SET started_at = now() WHERE state = 'reserved'")
    harness.execute("UPDATE check_runs SET next_attempt_at = NULL")
    harness.orchestrator.run_check("gbp", 2)
    assert gbp(harness)["status"] == "completed"
    assert harness.row("SELECT count(*) AS n FROM provider_calls")["n"] == 2


def in_batch(harness, budget, leads):
    batch = harness.row(
        "INSERT INTO batches (name, budget_usd) VALUES ('b', :budget) RETURNING id", budget=budget
    )["id"]
    for number in range(leads):
        submit_lead(harness.orchestrator, harness.add_lead(f"Lead {number}"), ["gbp"])
    harness.execute("UPDATE assessments SET batch_id = :id", id=batch)
    return batch


def test_budget_stops_buying_in_time(harness, allow):
    allow(max_usd_per_call=0.02)
    provider = Provider(cost=0.02)
    harness.checks = six_checks(gbp=provider.check("a"))
    in_batch(harness, 0.07, 6)
    while harness.queue and harness.queue[0].task.endswith("coordinate_assessment"):
        harness.deliver(harness.queue.popleft())
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(harness.deliver, list(harness.queue)))
    assert len(provider.bought) == 3
    batch = harness.row("SELECT spent_usd, reserved_usd FROM batches")
    assert batch["spent_usd"] == pytest.approx(0.06)
    assert batch["reserved_usd"] == pytest.approx(0)
    deferred = harness.rows(
        "SELECT deferred_reason FROM check_runs WHERE deferred_reason IS NOT NULL"
    )
    assert {p["deferred_reason"] for p in deferred} == {"the batch's budget is used up"}


def deferred_and_active(harness):
    with harness.database.session() as session:
        found, left = progress.totals(session), progress.open_work(session)
    assert left.deferred == found.deferred
    return found.deferred, found.active


def test_what_waits_until_somebody_acts_does_so_however_long_that_takes(harness, allow):
    allow(max_usd_per_call=0.02)
    harness.checks = six_checks(gbp=Provider(cost=0.02).check("a"))
    in_batch(harness, 0.0, 1)
    harness.drain()
    assert deferred_and_active(harness) == (1, 0)
    assert gbp(harness)["next_attempt_at"] == FOREVER
    assert operations.resume(harness.orchestrator) == 1
    assert deferred_and_active(harness)[0] == 0


def test_a_provider_that_asks_for_forty_days_is_waited_for(harness, allow):
    check = run_gbp(harness, Provider().check("a"))
    harness.execute(
        "UPDATE check_runs SET status = 'pending', deferred_code = 'rate',"
        " deferred_reason = 'as semrush asks', next_attempt_at = now() + interval '40 days' WHERE id = :id",
        id=check["id"],
    )
    harness.execute("UPDATE assessments SET status = 'in_progress'")
    assert deferred_and_active(harness) == (0, 1)
    assert operations.resume(harness.orchestrator) == 0


def test_checks_put_off_for_a_year_by_the_release_before_are_held(harness, own_database):
    harness.database = own_database
    check = run_gbp(harness, Provider().check("a"))
    harness.execute(
        "UPDATE check_runs SET status = 'pending', deferred_code = 'budget',"
        " deferred_reason = 'the budget',"
        " next_attempt_at = now() + interval '364 days' WHERE id = :id",
        id=check["id"],
    )
    command.downgrade(migrate.config(harness.database), "0012")
    bring_up_to_date(harness.database)
    assert deferred_and_active(harness) == (1, 0)


def test_lost_call_counts_as_spent(harness, allow):
    from lfassess.db.commands import provider_calls

    class KilledError(BaseException):
        pass

    def die(_request):
        raise KilledError

    allow(max_usd_per_call=0.02)
    harness.checks = six_checks(gbp=Provider(fail=die).check("a"))
    in_batch(harness, 1.0, 1)
    harness.deliver(harness.queue.popleft())
    with pytest.raises(KilledError):
        harness.deliver(harness.queue.popleft())
    harness.execute("UPDATE provider_calls SET expires_at = now() - interval '1 hour'")
    with harness.database.session() as session:
        provider_calls.reap(session)
    assert harness.row("SELECT spent_usd, reserved_usd FROM batches") == {
        "spent_usd": 0.02,
        "reserved_usd": 0,
    }


def test_limits_of_a_provider_come_from_its_table():
    assert rate_limits.limits_of("psi").requests_per_day == 25_000
