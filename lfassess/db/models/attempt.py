"""Attempts: each try of a check run, stored for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt, one_of
from lfassess.statuses import Outcome


class Attempt(Base):
    """When, where, how long and what came back."""

    __tablename__ = "attempts"
    __table_args__ = (
        one_of("outcome", Outcome),
        Index("uq_attempts_check_run_number", "check_run_id", "number", unique=True),
        Index("ix_attempts_finished_at", "finished_at"),
        Index(  # whatever is no success: a few of very many
            "ix_attempts_unsuccessful",
            "finished_at",
            postgresql_include=[
                "id",
                "check_run_id",
                "number",
                "outcome",
                "provider",
                "error_code",
                "fingerprint",
            ],
            postgresql_where=text("error_code IS NOT NULL OR outcome = 'released'"),
        ),
    )

    id: Mapped[BigId]
    check_run_id: Mapped[int] = mapped_column(ForeignKey("check_runs.id", ondelete="CASCADE"))
    number: Mapped[int]
    worker: Mapped[str]  # host:pid
    outcome: Mapped[Outcome]
    started_at: Mapped[CreatedAt]
    finished_at: Mapped[datetime | None]
    provider: Mapped[str | None]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    fingerprint: Mapped[str | None]  # groups failures of one kind
    cost_usd: Mapped[float] = mapped_column(server_default="0")
    calls: Mapped[int] = mapped_column(server_default="0")
