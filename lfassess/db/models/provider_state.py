"""Provider states: pace, quota and breaker of each provider, shared by all workers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, Date
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base


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
