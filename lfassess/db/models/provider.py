"""Providers: what each was asked and answered; pace, quota and breaker, shared by all workers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt


class ProviderCall(Base):
    """Booked before the call is made; its response is cached so that it is never paid for twice."""

    __tablename__ = "provider_calls"
    __table_args__ = (
        Index(
            "ix_provider_calls_answered",
            "provider",
            "request_key",
            "finished_at",
            postgresql_where=text("answer IS NOT NULL"),
        ),
        Index(
            "ix_provider_calls_in_flight",
            "provider",
            "expires_at",
            postgresql_where=text("finished_at IS NULL"),
        ),
        Index(  # all that is counted of them: rows are long, with what providers answered
            "ix_provider_calls_finished_at",
            "finished_at",
            postgresql_include=["provider", "state", "calls", "units", "cost_usd", "error_code"],
        ),
    )

    id: Mapped[BigId]
    provider: Mapped[str]
    request: Mapped[str]  # method, path and parameters, never the key
    request_key: Mapped[str]  # its hash
    check_run_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("check_runs.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str]  # reserved (has a place in the pace), in_flight, answered, failed, lost
    sandbox: Mapped[bool] = mapped_column(server_default=text("false"))
    started_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]  # from here on a call without an end counts as lost
    finished_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    reserved_usd: Mapped[float] = mapped_column(server_default="0")
    cost_usd: Mapped[float] = mapped_column(server_default="0")
    calls: Mapped[int] = mapped_column(server_default="0")
    units: Mapped[int] = mapped_column(BigInteger, server_default="0")
    answer: Mapped[dict[str, Any] | None]


class ProviderState(Base):
    """Locked for the moment a call is admitted or booked: what makes limits hold over workers."""

    __tablename__ = "provider_states"

    provider: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime | None]  # theoretical arrival time of the next call (GCRA)
    day: Mapped[date | None] = mapped_column(Date)  # that day_calls counts
    day_calls: Mapped[int] = mapped_column(server_default="0")
    balance_units: Mapped[int | None] = mapped_column(BigInteger)  # as the provider last said
    balance_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")  # in a row
    open_until: Mapped[datetime | None]  # the breaker is open; from then on one call may try
    openings: Mapped[int] = mapped_column(server_default="0")  # in a row, for growing waits
    last_error: Mapped[str | None]
