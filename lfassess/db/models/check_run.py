"""Check runs: one check inside one assessment, and each try of it, stored for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt, one_of
from lfassess.statuses import DeferredCode, Outcome, SkipCode, Status, skip_text

_STATUSES = (Status.PENDING, Status.IN_PROGRESS, Status.COMPLETED, Status.FAILED, Status.SKIPPED)


class CheckRun(Base):
    """Claimed by lease: whoever holds ``lease_token`` may end it."""

    __tablename__ = "check_runs"
    __table_args__ = (
        one_of("status", _STATUSES),
        one_of("skip_code", SkipCode),
        one_of("deferred_code", DeferredCode),
        CheckConstraint("(status = 'skipped') = (skip_code IS NOT NULL)", name="skipped"),
        CheckConstraint("(deferred_code IS NULL) = (deferred_reason IS NULL)", name="deferred"),
        Index("ix_check_runs_finished_at", "finished_at"),
        Index(
            "ix_check_runs_deferred",
            "deferred_reason",
            "next_attempt_at",
            postgresql_where=text("deferred_reason IS NOT NULL"),
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
        Index("ix_check_runs_requeued", "id", postgresql_where=text("requeue_count > 0")),
        Index(
            "ix_check_runs_content_expires_at",
            "content_expires_at",
            postgresql_where=text("content_expires_at IS NOT NULL"),
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
    depends_on_others: Mapped[bool]  # waits for the independent ones
    status: Mapped[Status]
    skip_code: Mapped[SkipCode | None]  # why it is skipped
    skip_reason: Mapped[str | None]  # in the check's own words: what is not configured
    site_key: Mapped[str | None]  # what all branches ask alike; see db/commands/branches.py
    reused_from: Mapped[int | None] = mapped_column(BigInteger)  # the lead whose result this was

    runnable_at: Mapped[datetime | None]  # may run from here on
    sent_at: Mapped[datetime | None]  # when its message was last sent
    next_attempt_at: Mapped[datetime | None]  # not before; infinity: until somebody acts
    deferred_code: Mapped[DeferredCode | None]  # what it waits for
    deferred_reason: Mapped[str | None]  # the same in words, with the provider's name
    attempt_count: Mapped[int] = mapped_column(server_default="0")  # attempts started
    retry_count: Mapped[int] = mapped_column(server_default="0")  # failures that were retried
    lease_losses: Mapped[int] = mapped_column(server_default="0")  # times its worker was lost
    requeue_count: Mapped[int] = mapped_column(
        server_default="0"
    )  # times an operator sent it again
    lease_token: Mapped[UUID | None]
    lease_worker_id: Mapped[UUID | None]  # the process that holds the lease
    lease_expires_at: Mapped[datetime | None]

    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    score: Mapped[int | None]
    findings: Mapped[list[Any] | None]
    metrics: Mapped[dict[str, Any] | None]
    evidence: Mapped[dict[str, Any] | None]
    inconclusive_reason: Mapped[str | None]  # why there is a result but no judgement
    content_expires_at: Mapped[datetime | None]  # the provider's terms let it be stored until then
    content_expired_at: Mapped[datetime | None]  # when it was deleted for that; the score stays
    sandbox: Mapped[bool] = mapped_column(server_default=text("false"))
    cost_usd: Mapped[float] = mapped_column(server_default="0")
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]

    @property
    def skip_text(self) -> str | None:
        """Why it is skipped, for operators."""
        return skip_text(self.skip_code, self.skip_reason)


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
