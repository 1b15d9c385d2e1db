"""Whether a provider may be called now: pace, quota, concurrency, breaker; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from lfassess.config_files import read_toml
from lfassess.statuses import DeferredCode

PROVIDERS = ("psi", "places", "semrush", "openai")
_PROBE_S = 60.0  # how long the one call that tries a broken provider keeps the others waiting
_SAME_ANSWER = timedelta(seconds=2)  # places further off mean that the pace was moved already
CONCURRENCY_RETRY_S = 1.0  # how soon to look again when all slots are taken


@dataclass(frozen=True, slots=True)
class Limits:
    """What one provider allows, from configs/providers.toml."""

    read_timeout_s: float = 60.0
    requests_per_minute: float | None = None
    requests_per_day: int | None = None
    day_ends_in: str = "UTC"
    concurrent: int | None = None
    max_usd_per_call: float = 0.0
    reuse_days: float = 30.0
    breaker_failures: int = 5
    breaker_first_wait_s: float = 15.0
    breaker_longest_wait_s: float = 600.0

    def today(self, now: datetime) -> date:
        """Return the day a call made now counts for."""
        return now.astimezone(ZoneInfo(self.day_ends_in)).date()

    def until_midnight(self, now: datetime) -> float:
        """Return the seconds until the provider's day ends."""
        local = now.astimezone(ZoneInfo(self.day_ends_in))
        midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight - local).total_seconds()


@cache
def limits_of(provider: str) -> Limits:
    """Return the provider's limits; those of one without an entry allow everything."""
    config = read_toml("providers.toml")
    table: dict[str, Any] = config.get(provider, {})
    known = Limits.__dataclass_fields__.keys()
    breaker = {f"breaker_{k}": v for k, v in config.get("breaker", {}).items()}
    return Limits(**{k: v for k, v in {**breaker, **table}.items() if k in known})


def terms_s() -> float:
    """Return for how many seconds every provider's terms allow what a check found to be reused."""
    return min(limits_of(p).reuse_days for p in PROVIDERS) * 86_400


@dataclass(frozen=True, slots=True)
class State:
    """Where a provider stands, as all workers share it."""

    next_at: datetime | None = None  # the next call's place in the pace
    day: date | None = None
    day_calls: int = 0
    failures: int = 0
    openings: int = 0
    open_until: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """The call may be made at ``at``; ``state`` is what to store."""

    at: datetime
    state: State
    probe: bool = False  # the one call that tries whether a broken provider works again


@dataclass(frozen=True, slots=True)
class Denial:
    """The call must wait."""

    wait_s: float
    code: DeferredCode
    reason: str


def acquire(
    provider: str, state: State, limits: Limits, *, in_flight: int, now: datetime
) -> Permit | Denial:
    """Decide about one call.

    The pace is the generic cell rate algorithm with no burst tolerance: each call takes the next
    place in an even row of places, so that callers who wait are let in one by one.
    """
    if refused := _denial(provider, state, limits, in_flight=in_flight, now=now):
        return refused
    today = limits.today(now)
    at = max(now, state.next_at or now)
    per_minute = limits.requests_per_minute
    step = timedelta(seconds=60 / per_minute) if per_minute else timedelta(0)
    probe = state.open_until is not None
    after = replace(
        state,
        next_at=at + step,
        day=today,
        day_calls=(state.day_calls if state.day == today else 0) + 1,
        open_until=now + timedelta(seconds=_PROBE_S) if probe else None,
    )
    return Permit(at, after, probe)


def _denial(
    provider: str, state: State, limits: Limits, *, in_flight: int, now: datetime
) -> Denial | None:
    if state.open_until is not None and now < state.open_until:
        wait = (state.open_until - now).total_seconds()
        return Denial(
            wait,
            DeferredCode.BREAKER,
            f"{provider} is failing ({state.last_error or 'no answer'})",
        )
    used = state.day_calls if state.day == limits.today(now) else 0
    if limits.requests_per_day is not None and used >= limits.requests_per_day:
        return Denial(
            limits.until_midnight(now),
            DeferredCode.QUOTA,
            f"{provider}'s quota of today is used up",
        )
    if limits.concurrent is not None and in_flight >= limits.concurrent:
        return Denial(
            CONCURRENCY_RETRY_S,
            DeferredCode.CONCURRENCY,
            f"{in_flight} calls to {provider} are under way",
        )
    return None


def after_success(state: State, *, now: datetime, probe: bool) -> State:
    """Return the state once a call has worked: failures no longer count, a probe closes."""
    if _is_open(state, now) and not probe:
        return state  # an older call that came through says nothing about now
    return replace(state, failures=0, openings=0, open_until=None, last_error=None)


def after_failure(
    state: State,
    limits: Limits,
    *,
    error_code: str,
    now: datetime,
    probe: bool,
    retry_after_s: float | None = None,
    closed_s: float | None = None,
) -> State:
    """Return the state once a call has failed through the provider's fault.

    A provider that names a wait is not broken: the pace goes on after it, at its own speed.

    Args:
        state: as it stands.
        limits: the provider's.
        error_code: what the call ended with.
        now: the time.
        probe: whether the call was the one that tries a broken provider.
        retry_after_s: how long the provider asks us to wait; the next place is not before.
        closed_s: open the breaker at once and for so long: its quota is used up.
    """
    if _is_open(state, now) and not probe:
        return state  # one of the many that were under way when the breaker opened
    if retry_after_s is not None:
        if state.next_at is not None and state.next_at > now + _SAME_ANSWER:
            return _delayed(state, now, retry_after_s)  # others have been refused already
        state = _delayed(state, now, retry_after_s)
    failures = state.failures + 1
    failed = replace(state, failures=failures, last_error=error_code)
    if not probe and closed_s is None and failures < limits.breaker_failures:
        return failed
    backoff = limits.breaker_first_wait_s * 2**state.openings
    wait_s = closed_s or retry_after_s or min(backoff, limits.breaker_longest_wait_s)
    return replace(failed, openings=state.openings + 1, open_until=now + timedelta(seconds=wait_s))


def _delayed(state: State, now: datetime, seconds: float) -> State:
    at = now + timedelta(seconds=seconds)
    return replace(state, next_at=max(at, state.next_at or at))


def moved_s(before: State, after: State, now: datetime) -> float:
    """Return by how many seconds the pace's next place was moved; places given move along."""
    if after.next_at is None or after.next_at == before.next_at:
        return 0.0
    return (after.next_at - max(now, before.next_at or now)).total_seconds()


def _is_open(state: State, now: datetime) -> bool:
    return state.open_until is not None and now < state.open_until
