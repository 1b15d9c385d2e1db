"""The gateway to providers: every call is limited, recorded and its response cached in Postgres."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from lfassess.assessment.execution import rate_limits, spool
from lfassess.assessment.execution.rate_limits import Denial, Limits, State, limits_of
from lfassess.assessment.runtime import Runtime
from lfassess.checks.base import BilledResponse, Json, Usage
from lfassess.checks.shared.json_access import sanitise_for_jsonb
from lfassess.db.commands import provider_calls
from lfassess.db.commands.claims import Claim
from lfassess.db.commands.provider_calls import NewCall, StateRow
from lfassess.db.database import Database
from lfassess.errors import (
    DeferredError,
    LfassessError,
    QuotaExhaustedError,
    ServiceUnreachableError,
    TransientError,
)
from lfassess.statuses import DeferredCode

# A slot this near is waited for; a later one defers the check.
MAX_INLINE_WAIT_S: Final = 2.0
_MAX_REQUEST: Final = 500
_SPARE_S: Final = 30.0  # beyond its time limit, before a call without an end counts as lost


@dataclass(frozen=True, slots=True)
class _Call:
    id: int
    probe: bool
    wait_s: float


class ProviderGateway:
    """One check run's access to the providers; see ``lfassess.checks.base.Ledger``."""

    def __init__(self, runtime: Runtime, claim: Claim, *, sandbox: bool) -> None:
        self.usage = Usage()
        self.oldest = datetime.now(UTC)  # when the oldest answer used was given
        self._lock = threading.Lock()
        self._runtime = runtime
        self._claim = claim
        self._sandbox = sandbox
        self._unbooked: list[dict[str, Any]] = []  # answers that Postgres could not take

    def call(self, provider: str, request: str, do: Callable[[], BilledResponse]) -> Json:
        """Return the cached response, or buy one; raises DeferredError when that must wait."""
        key = self._key(provider, request)
        provider_limits = limits_of(provider)
        cached = self._cached(provider, key, provider_limits)
        if cached is not None:
            return cached
        call = self._book(provider, request, key, provider_limits)
        if call.wait_s > MAX_INLINE_WAIT_S:
            raise DeferredError(
                f"the rate limit of {provider} is reached",
                wait_s=call.wait_s,
                provider=provider,
                deferred_code=DeferredCode.RATE,
            )
        time.sleep(max(call.wait_s, 0.0))
        try:
            paid = do()
        except LfassessError as e:
            self._failed(provider, call, provider_limits, e)
            raise
        with self._lock:  # a check may ask for several things at once
            self.usage += paid.usage
        self._succeeded(provider, call, paid)
        return paid.answer

    def note_balance(self, provider: str, units: int) -> None:
        """Store the provider's balance; without Postgres the next look will."""
        with (
            contextlib.suppress(ServiceUnreachableError),
            self._runtime.database.session() as session,
        ):
            provider_calls.note_balance(session, provider, units)

    def _key(self, provider: str, request: str) -> str:
        data = "sandbox" if self._sandbox else "live"
        return hashlib.sha256(f"{data}\n{provider}\n{request}".encode()).hexdigest()

    def _cached(self, provider: str, key: str, provider_limits: Limits) -> Json | None:
        with self._runtime.database.autocommit() as session:
            cached = provider_calls.cached_response(
                session,
                provider=provider,
                request_key=key,
                assessment_id=self._claim.assessment_id,
                terms_s=provider_limits.reuse_days * 86_400,
            )
        if cached is None:
            return None
        answer, given_at = cached
        with self._lock:
            self.oldest = min(self.oldest, given_at)
        return answer

    def _book(self, provider: str, request: str, key: str, provider_limits: Limits) -> _Call:
        """Reserve a rate-limit slot; one further off is stored, and the check deferred."""
        claim = self._claim
        with self._runtime.database.session() as session:
            row = provider_calls.lock_state(session, provider)
            place = provider_calls.take_reserved(
                session, check_run_id=claim.check_run_id, request_key=key, nap=MAX_INLINE_WAIT_S
            )
            if place is not None:
                call_id, wait_s = place
                return _Call(call_id, probe=False, wait_s=wait_s)
            decision = rate_limits.acquire(
                provider, _state(row), provider_limits, in_flight=row.in_flight, now=row.now
            )
            if isinstance(decision, Denial):
                raise DeferredError(
                    decision.reason,
                    wait_s=decision.wait_s,
                    provider=provider,
                    deferred_code=decision.code,
                )
            usd = provider_limits.max_usd_per_call
            if claim.batch_id is not None and not provider_calls.reserve_budget(
                session, claim.batch_id, usd
            ):
                raise DeferredError(
                    "the batch's budget is used up",
                    wait_s=None,
                    provider=provider,
                    deferred_code=DeferredCode.BUDGET,
                )
            provider_calls.save_state(session, provider, decision.state)
            wait_s = (decision.at - row.now).total_seconds()
            new = NewCall(
                provider=provider,
                request=request[:_MAX_REQUEST],
                request_key=key,
                check_run_id=claim.check_run_id,
                state="in_flight" if wait_s <= MAX_INLINE_WAIT_S else "reserved",
                sandbox=self._sandbox,
                at=decision.at,
                ttl=provider_limits.read_timeout_s + _SPARE_S,
                reserved_usd=usd,
            )
            call_id = provider_calls.insert(session, new)
        return _Call(call_id, decision.probe, wait_s)

    def _succeeded(self, provider: str, call: _Call, paid: BilledResponse) -> None:
        booked: dict[str, Any] = {
            "state": "answered",
            "cost_usd": paid.usage.cost_usd,
            "calls": paid.usage.calls,
            "units": paid.usage.units,
            "answer": sanitise_for_jsonb(paid.answer),
        }
        try:
            with self._runtime.database.session() as session:
                if call.probe or provider_calls.is_troubled(session, provider):
                    row = provider_calls.lock_state(session, provider)
                    after = rate_limits.after_success(_state(row), now=row.now, probe=call.probe)
                    provider_calls.save_state(session, provider, after)
                provider_calls.finish(session, call.id, **booked)
        except ServiceUnreachableError:
            answer = {"id": call.id, **booked}
            spool.append("call", answer, self._runtime.broker)
            with self._lock:
                self._unbooked.append(answer)

    def settle(self) -> None:
        """Book what could not be booked when it was answered; waits for Postgres."""
        while self._unbooked:
            answer = self._unbooked.pop()
            spool.retry_until_written(
                "call",
                answer,
                partial(book, self._runtime.database, answer),
                self._runtime.broker,
                copied=True,
            )

    def _failed(
        self, provider: str, call: _Call, provider_limits: Limits, error: LfassessError
    ) -> None:
        with (
            contextlib.suppress(ServiceUnreachableError),
            self._runtime.database.session() as session,
        ):
            row = provider_calls.lock_state(session, provider)
            before = _state(row)
            after = _after(before, provider_limits, error, now=row.now, probe=call.probe)
            provider_calls.save_state(session, provider, after)
            if moved := rate_limits.moved_s(before, after, row.now):
                provider_calls.delay_reserved(session, provider, moved)
            provider_calls.finish(session, call.id, state="failed", error_code=error.code, calls=1)


def book(database: Database, answer: dict[str, Any]) -> None:
    """Write what a call brought to its row: {"id": int, column: value, ...}; once only."""
    booked = {name: value for name, value in answer.items() if name != "id"}
    with database.session() as session:
        provider_calls.finish(session, answer["id"], **booked)


def _state(row: StateRow) -> State:
    return State(**{name: getattr(row, name) for name in State.__dataclass_fields__})


def _after(
    state: State, provider_limits: Limits, error: LfassessError, *, now: datetime, probe: bool
) -> State:
    """Return the provider's state after a failed call: only its own faults count against it."""
    if not isinstance(error, QuotaExhaustedError | TransientError):
        return rate_limits.after_success(state, now=now, probe=probe)
    used_up = isinstance(error, QuotaExhaustedError)
    return rate_limits.after_failure(
        state,
        provider_limits,
        error_code=error.code,
        now=now,
        probe=probe,
        retry_after_s=None if used_up else error.retry_after,
        closed_s=provider_limits.breaker_longest_wait_s if used_up else None,
    )
