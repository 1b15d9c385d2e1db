"""Calls to providers: admitted under the provider's lock, recorded, and their responses cached."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from lfassess.db.database import ConnectionLike


@dataclass(frozen=True, slots=True)
class StateRow:
    """A provider's row, locked until the transaction ends, and Postgres's time."""

    next_at: datetime | None
    day: date | None
    day_calls: int
    failures: int
    openings: int
    open_until: datetime | None
    last_error: str | None
    now: datetime
    in_flight: int


_LOCK_STATE = text("""
INSERT INTO provider_states (provider) VALUES (:provider)
    ON CONFLICT (provider) DO UPDATE SET provider = excluded.provider
RETURNING next_at, day, day_calls, failures, openings, open_until, last_error,
          clock_timestamp() AS now,
          (SELECT count(*) FROM provider_calls c WHERE c.provider = :provider
              AND c.finished_at IS NULL AND c.state = 'in_flight'
              AND c.expires_at > clock_timestamp()) AS in_flight
""")

_SAVE_STATE = text("""
UPDATE provider_states
   SET next_at = :next_at, day = :day, day_calls = :day_calls, failures = :failures,
       openings = :openings, open_until = :open_until, last_error = :last_error
 WHERE provider = :provider
""")


def lock_state(session: Session, provider: str) -> StateRow:
    """Lock the provider's row (made if there is none) and return it."""
    return StateRow(**session.execute(_LOCK_STATE, {"provider": provider}).mappings().one())


def save_state(session: Session, provider: str, state: Any) -> None:
    """Store a state (a dataclass with the row's columns); the lock must be held."""
    session.execute(_SAVE_STATE, {"provider": provider, **asdict(state)})


_NOTE_BALANCE = text("""
INSERT INTO provider_states (provider, balance_units, balance_at)
VALUES (:provider, :units, clock_timestamp())
    ON CONFLICT (provider) DO UPDATE
       SET balance_units = excluded.balance_units, balance_at = excluded.balance_at
""")


def note_balance(session: Session, provider: str, units: int) -> None:
    """Store how many units the provider says are left."""
    session.execute(_NOTE_BALANCE, {"provider": provider, "units": units})


def is_troubled(session: Session, provider: str) -> bool:
    """Return whether the provider's latest calls failed."""
    return bool(
        session.scalar(
            text("SELECT failures > 0 FROM provider_states WHERE provider = :provider"),
            {"provider": provider},
        )
    )


_ANSWERED = text("""
SELECT answer, finished_at FROM provider_calls
 WHERE provider = :provider AND request_key = :request_key AND answer IS NOT NULL
   AND finished_at >= (SELECT a.created_at - make_interval(secs => LEAST(a.max_age_s, :terms_s))
                         FROM assessments a WHERE a.id = :assessment_id)
 ORDER BY finished_at DESC LIMIT 1
""")


def cached_response(
    session: ConnectionLike, *, provider: str, request_key: str, assessment_id: int, terms_s: float
) -> tuple[dict[str, Any], datetime] | None:
    """Return the answer to the same request and when it was given.

    It was bought for this assessment, or within its max age.
    """
    row = session.execute(
        _ANSWERED,
        {
            "provider": provider,
            "request_key": request_key,
            "assessment_id": assessment_id,
            "terms_s": terms_s,
        },
    ).first()
    return None if row is None else (row.answer, row.finished_at)


_TAKE_RESERVED = text("""
UPDATE provider_calls
   SET state = CASE WHEN started_at <= clock_timestamp() + make_interval(secs => :nap)
                    THEN 'in_flight' ELSE 'reserved' END
 WHERE id = (SELECT min(id) FROM provider_calls
              WHERE check_run_id = :check_run_id AND request_key = :request_key
                AND state = 'reserved' AND expires_at > clock_timestamp())
RETURNING id, GREATEST(extract(epoch FROM started_at - clock_timestamp()), 0)::float8 AS wait_s
""")

_DELAY_RESERVED = text("""
UPDATE provider_calls
   SET started_at = started_at + make_interval(secs => :seconds),
       expires_at = expires_at + make_interval(secs => :seconds)
 WHERE provider = :provider AND state = 'reserved' AND expires_at > clock_timestamp()
""")

_INSERT = text("""
INSERT INTO provider_calls (provider, request, request_key, check_run_id, state, sandbox,
                            started_at, expires_at, reserved_usd)
VALUES (:provider, :request, :request_key, :check_run_id, :state, :sandbox, :at,
        CAST(:at AS timestamptz) + make_interval(secs => :ttl), :reserved_usd)
RETURNING id
""")


def take_reserved(
    session: Session, *, check_run_id: int, request_key: str, nap: float
) -> tuple[int, float] | None:
    """Return the place in the pace that an earlier try of this check was given.

    Returns:
        (the call's id, the seconds until its place); the call is under way when these are no more
        than ``nap``. None when there is no place.
    """
    row = session.execute(
        _TAKE_RESERVED, {"check_run_id": check_run_id, "request_key": request_key, "nap": nap}
    ).one_or_none()
    return None if row is None else (row.id, row.wait_s)


def delay_reserved(session: Session, provider: str, seconds: float) -> None:
    """Move all places that are given but not yet used; the provider's lock must be held."""
    session.execute(_DELAY_RESERVED, {"provider": provider, "seconds": seconds})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """A call that is about to be made, or has its place in the pace."""

    provider: str
    request: str
    request_key: str
    check_run_id: int
    state: Literal["in_flight", "reserved"]
    sandbox: bool
    at: datetime
    ttl: float  # seconds after which it counts as lost
    reserved_usd: float


def insert(session: Session, call: NewCall) -> int:
    """Note a call; returns its id."""
    return int(session.execute(_INSERT, asdict(call)).scalar_one())


_RESERVE = text("""
UPDATE batches SET reserved_usd = reserved_usd + :usd
 WHERE id = :batch_id
   AND (budget_usd IS NULL OR spent_usd + reserved_usd + :usd <= budget_usd)
RETURNING id
""")


def reserve_budget(session: Session, batch_id: int, usd: float) -> bool:
    """Set money aside; False when the batch's budget has none left."""
    return session.scalar(_RESERVE, {"batch_id": batch_id, "usd": usd}) is not None


_FINISH = text("""
WITH call AS (
    UPDATE provider_calls
       SET state = :state, finished_at = clock_timestamp(), error_code = :error_code,
           cost_usd = :cost_usd, calls = :calls, units = :units, answer = :answer
     WHERE id = :id AND finished_at IS NULL
    RETURNING check_run_id, reserved_usd
)
UPDATE batches b
   SET reserved_usd = GREATEST(b.reserved_usd - call.reserved_usd, 0),
       spent_usd = b.spent_usd + :cost_usd
  FROM call JOIN check_runs c ON c.id = call.check_run_id
  JOIN assessments a ON a.id = c.assessment_id
 WHERE b.id = a.batch_id
""").bindparams(bindparam("answer", type_=JSONB(none_as_null=True)))


def finish(
    session: Session,
    call_id: int,
    *,
    state: str,
    error_code: str | None = None,
    cost_usd: float = 0.0,
    calls: int = 0,
    units: int = 0,
    answer: dict[str, Any] | None = None,
) -> None:
    """Book a call's end and give back what was set aside for it; once only."""
    session.execute(
        _FINISH,
        {
            "id": call_id,
            "state": state,
            "error_code": error_code,
            "cost_usd": cost_usd,
            "calls": calls,
            "units": units,
            "answer": answer,
        },
    )


# Nobody knows whether a lost call was charged; taking it for paid keeps the budget safe.
_REAP = text("""
WITH lost AS (
    UPDATE provider_calls
       SET finished_at = clock_timestamp(),
           cost_usd = CASE state WHEN 'in_flight' THEN reserved_usd ELSE 0 END, state = 'lost'
     WHERE finished_at IS NULL AND expires_at < clock_timestamp() - interval '30 seconds'
    RETURNING check_run_id, reserved_usd, cost_usd
), due AS (
    SELECT a.batch_id, sum(lost.reserved_usd) AS reserved, sum(lost.cost_usd) AS spent
      FROM lost JOIN check_runs c ON c.id = lost.check_run_id
      JOIN assessments a ON a.id = c.assessment_id
     WHERE a.batch_id IS NOT NULL GROUP BY a.batch_id
)
UPDATE batches b
   SET reserved_usd = GREATEST(b.reserved_usd - due.reserved, 0),
       spent_usd = b.spent_usd + due.spent
  FROM due WHERE b.id = due.batch_id
""")


def reap(session: Session) -> None:
    """End the calls whose worker died; their cost counts as spent."""
    session.execute(_REAP)
