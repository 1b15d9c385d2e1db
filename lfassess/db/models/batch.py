"""Batches: leads imported together, and the rows that could not be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt


class Batch(Base):
    """One import; ``content_hash`` recognises the same file when it comes again."""

    __tablename__ = "batches"

    id: Mapped[BigId]
    name: Mapped[str]
    content_hash: Mapped[str | None] = mapped_column(unique=True)
    options: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    budget_usd: Mapped[float | None]  # no call is bought that would go beyond it
    spent_usd: Mapped[float] = mapped_column(server_default="0")
    reserved_usd: Mapped[float] = mapped_column(server_default="0")  # by calls under way
    cancelled_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]  # when its last assessment ended
    created_at: Mapped[CreatedAt]


class BatchLead(Base):
    """A lead's place in a batch, and the assessment that serves it there."""

    __tablename__ = "batch_leads"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    )
    lead_id: Mapped[int] = mapped_column(
        ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int | None]  # in the file it came from
    assessment_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("assessments.id", ondelete="SET NULL"), index=True
    )


class BatchReject(Base):
    """A row that could not be imported, with the reason."""

    __tablename__ = "batch_rejects"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    excerpt: Mapped[str]  # the row's beginning, for people to recognise it
