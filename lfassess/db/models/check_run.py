"""Check runs: one check inside one assessment."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId


class CheckRun(Base):
    """Claimed by lease: whoever holds ``lease_token`` may end it."""

    __tablename__ = "check_runs"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'in_progress', 'completed', 'failed', 'skipped')",
            name="status",
        ),
        Index("ix_check_runs_finished_at", "finished_at"),
        Index(
            "ix_check_runs_parked",
            "parked",
            "retry_at",
            postgresql_where=text("parked IS NOT NULL"),
        ),
        Index("uq_check_runs_assessment_name", "assessment_id", "name", unique=True),
        Index(
            "ix_check_runs_cost",
            "assessment_id",
            postgresql_include=["cost_usd"],
            postgresql_where=text("cost_usd > 0"),
        ),
        Index(
            "ix_check_runs_failed",
            "assessment_id",
            postgresql_include=["finished_at"],
            postgresql_where=text("status = 'failed'"),
        ),
        Index("ix_check_runs_replayed", "id", postgresql_where=text("replays > 0")),
        Index(
            "ix_check_runs_expires_at",
            "expires_at",
            postgresql_where=text("expires_at IS NOT NULL"),
        ),
        Index(
            "ix_check_runs_open",
            "queue",
            "status",
            postgresql_where=text("status IN ('pending', 'in_progress')"),
        ),
        Index(
            "ix_check_runs_site_results",
            "site_key",
            "finished_at",
            postgresql_where=text(
                "site_key IS NOT NULL AND reused_from IS NULL AND status IN ('completed', 'failed')"
            ),
        ),
        Index(
            "ix_check_runs_site_open",
            "site_key",
            postgresql_where=text("site_key IS NOT NULL AND status IN ('pending', 'in_progress')"),
        ),
    )

    id: Mapped[BigId]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id", ondelete="CASCADE"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    queue: Mapped[str]
    dependent: Mapped[bool]  # waits for the independent ones
    status: Mapped[str]
    reason: Mapped[str | None]  # why it is skipped
    site_key: Mapped[
        str | None
    ]  # what all branches of a website ask alike; see db/commands/branches.py
    reused_from: Mapped[int | None] = mapped_column(BigInteger)  # the lead whose result this was

    released_at: Mapped[datetime | None]  # may run from here on
    sent_at: Mapped[datetime | None]  # when its message was last sent
    retry_at: Mapped[datetime | None]  # not to be tried before
    parked: Mapped[str | None]  # why it waits: a rate, quota, budget or breaker
    attempt: Mapped[int] = mapped_column(server_default="0")  # attempts started
    retries: Mapped[int] = mapped_column(server_default="0")  # failures that were retried
    rescues: Mapped[int] = mapped_column(server_default="0")  # times its worker was lost
    replays: Mapped[int] = mapped_column(server_default="0")  # times an operator sent it again
    lease_token: Mapped[UUID | None]
    lease_worker: Mapped[UUID | None]  # the process that holds the lease
    lease_expires_at: Mapped[datetime | None]

    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    score: Mapped[int | None]
    findings: Mapped[list[Any] | None]
    metrics: Mapped[dict[str, Any] | None]
    evidence: Mapped[dict[str, Any] | None]
    inconclusive: Mapped[str | None]  # why there is a result but no judgement
    expires_at: Mapped[datetime | None]  # the provider's terms let its content be stored until then
    expired_at: Mapped[datetime | None]  # when it was deleted for that; the score stays
    sandbox: Mapped[bool] = mapped_column(server_default=text("false"))
    cost_usd: Mapped[float] = mapped_column(server_default="0")
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
