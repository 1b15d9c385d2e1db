"""Pace, quota, concurrency and breaker: decided without Postgres."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lfassess.assessment.execution.rate_limits import (
    Denial,
    Limits,
    Permit,
    State,
    acquire,
    after_failure,
    after_success,
    limits_of,
    moved_s,
    terms_s,
)
from lfassess.statuses import DeferredCode

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PACED = Limits(requests_per_minute=60)


def later(seconds):
    return NOW + timedelta(seconds=seconds)


def ask(state=None, limits=PACED, *, in_flight=0, now=NOW):
    return acquire("places", state or State(), limits, in_flight=in_flight, now=now)


def fail(state, *, now=NOW, probe=False, limits=PACED, **waits):
    return after_failure(
        state, limits, error_code="provider_timeout", now=now, probe=probe, **waits
    )


def broken(now=NOW):
    state = State()
    for _ in range(PACED.breaker_failures):
        state = fail(state, now=now)
    return state


def test_calls_get_places_in_an_even_row_without_a_burst():
    state, places = State(), []
    for _ in range(4):
        decision = ask(state)
        places.append((decision.at - NOW).total_seconds())
        state = decision.state
    assert places == [0, 1, 2, 3]


def test_an_idle_time_is_not_saved_up():
    state = ask().state
    first, second = ask(state, now=later(600)), None
    second = ask(first.state, now=later(600))
    assert (first.at, second.at) == (later(600), later(601))


def test_quota_of_the_day_refuses_until_the_providers_midnight():
    limits = Limits(requests_per_day=2, day_ends_in="America/Los_Angeles")
    state = State()
    for _ in range(2):
        state = ask(state, limits).state
    refused = ask(state, limits)
    assert isinstance(refused, Denial)
    assert refused.wait_s == 20 * 3600  # 12:00 UTC is 04:00 there
    assert "quota of today" in refused.reason


def test_a_new_day_starts_counting_again():
    limits = Limits(requests_per_day=2)
    state = State(day=date(2026, 2, 28), day_calls=2)
    assert ask(state, limits).state.day_calls == 1
    assert isinstance(ask(state, Limits(requests_per_day=1)), Permit)


@pytest.mark.parametrize(
    ("zone", "now", "seconds"),
    [
        ("UTC", datetime(2026, 3, 1, 23, 59, 58, 500_000, tzinfo=UTC), 1.5),
        ("UTC", datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC), 11.5 * 3600 - 15),
        ("Asia/Kolkata", datetime(2026, 3, 1, 18, 29, 59, tzinfo=UTC), 1),
    ],
)
def test_the_day_ends_at_the_providers_midnight(zone, now, seconds):
    assert Limits(day_ends_in=zone).until_midnight(now) == seconds


def test_the_day_is_the_providers():
    now = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    assert [Limits(day_ends_in=z).today(now).day for z in ("UTC", "Asia/Kolkata")] == [1, 2]


def test_no_more_calls_than_slots_are_under_way():
    assert isinstance(ask(limits=Limits(concurrent=8), in_flight=7), Permit)
    full = ask(limits=Limits(concurrent=8), in_flight=8)
    assert isinstance(full, Denial)
    assert (full.wait_s, full.reason) == (1.0, "8 calls to places are under way")
    assert full.code is DeferredCode.CONCURRENCY


def test_breaker_opens_after_failures_in_a_row():
    almost = State()
    for _ in range(PACED.breaker_failures - 1):
        almost = fail(almost)
    assert isinstance(ask(almost), Permit)
    refused = ask(fail(almost))
    assert isinstance(refused, Denial)
    assert refused.wait_s == PACED.breaker_first_wait_s
    assert "provider_timeout" in refused.reason


def test_success_between_failures_keeps_the_breaker_closed():
    state = State()
    for _ in range(20):
        state = after_success(fail(state), now=NOW, probe=False)
    assert isinstance(ask(state), Permit)
    assert (state.failures, state.last_error) == (0, None)


def test_a_broken_provider_is_named_in_the_reason():
    refused = ask(State(open_until=later(5)))
    assert (refused.wait_s, refused.reason) == (5, "places is failing (no answer)")
    assert refused.code is DeferredCode.BREAKER


def test_the_breaker_is_closed_from_the_very_moment_on():
    state = State(open_until=NOW, failures=3)
    assert ask(state).probe
    assert after_success(state, now=NOW, probe=False) == State()


def test_one_call_tries_a_broken_provider_and_the_others_wait():
    state = broken()
    when = later(PACED.breaker_first_wait_s)
    first = ask(state, now=when)
    assert isinstance(first, Permit)
    assert first.probe
    assert isinstance(ask(first.state, now=when), Denial)


def test_each_vain_try_doubles_the_wait_up_to_the_longest():
    state, now, waits = broken(), NOW, []
    for _ in range(8):
        waits.append((state.open_until - now).total_seconds())
        now = state.open_until
        state = fail(ask(state, now=now).state, now=now, probe=True)
    assert waits == [15, 30, 60, 120, 240, 480, 600, 600]


def test_a_try_that_works_closes_the_breaker():
    when = later(PACED.breaker_first_wait_s)
    trying = ask(broken(), now=when)
    closed = after_success(trying.state, now=when, probe=True)
    assert isinstance(ask(closed, now=when), Permit)
    assert closed.openings == 0


def test_calls_that_were_under_way_when_it_opened_change_nothing():
    state = broken()
    assert fail(state, now=later(1)) == state
    assert after_success(state, now=later(1), probe=False) == state


def test_retry_after_moves_the_next_place_and_asks_for_no_probe():
    state, places = fail(State(), retry_after_s=90), []
    for _ in range(3):
        decision = ask(state)
        places.append((decision.at - NOW).total_seconds())
        state = decision.state
        assert not decision.probe
    assert places == [90, 91, 92]


def test_many_answers_with_one_retry_after_are_one_failure():
    state = State()
    for number in range(PACED.breaker_failures * 2):
        state = fail(state, now=later(0.1 * number), retry_after_s=90)
    assert state.failures == 1
    assert state.open_until is None
    assert state.next_at == later(0.1 * (PACED.breaker_failures * 2 - 1) + 90)


def test_a_provider_that_only_ever_says_later_is_broken_in_the_end():
    state, now = State(), NOW
    for _ in range(PACED.breaker_failures):
        state = fail(state, now=now, retry_after_s=30)
        now += timedelta(seconds=31)
    assert state.open_until is not None


def test_an_earlier_retry_after_does_not_bring_the_place_forward():
    state = fail(fail(State(), retry_after_s=90), retry_after_s=1)
    assert state.next_at == later(90)


def test_places_given_already_move_by_as_much_as_the_pace():
    before = ask().state  # the next place is in one second
    after = fail(before, retry_after_s=30)
    assert moved_s(before, after, NOW) == 29
    assert moved_s(after, fail(after, retry_after_s=1), NOW) == 0
    assert moved_s(before, State(), NOW) == 0


def test_an_unpaced_provider_gives_every_call_its_place_at_once():
    state = ask(limits=Limits()).state
    assert ask(state, Limits()).at == NOW


def test_results_are_reused_as_long_as_the_strictest_terms_allow():
    days = [limits_of(p).reuse_days for p in ("psi", "places", "semrush", "openai")]
    assert terms_s() == min(days) * 24 * 3600


def test_quota_used_up_opens_the_breaker_at_once():
    refused = ask(fail(State(), closed_s=600))
    assert isinstance(refused, Denial)
    assert refused.wait_s == 600


def test_a_lost_try_is_followed_by_another():
    when = later(PACED.breaker_first_wait_s)
    trying = ask(broken(), now=when).state
    assert isinstance(ask(trying, now=when + timedelta(seconds=61)), Permit)


@pytest.mark.parametrize("provider", ["psi", "places", "semrush", "openai"])
def test_every_paid_provider_has_its_limits(provider):
    limits = limits_of(provider)
    assert limits.requests_per_minute
    assert limits.concurrent
    assert limits.reuse_days <= 365


def test_unknown_provider_is_not_limited():
    assert isinstance(ask(limits=limits_of("nobody"), in_flight=1000), Permit)
