"""Reviews: what a person must look at before an audit is sold, decides, and shares."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt


class Review(Base):
    """One per assessment that has ended."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("state IN ('needs_review', 'approved', 'issued')", name="state"),
        Index("ix_reviews_state", "state", "assessment_id"),
    )

    assessment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("assessments.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str]
    reasons: Mapped[list[Any]] = mapped_column(server_default="[]")  # reason codes
    note: Mapped[str | None]
    decided_by: Mapped[str | None]  # a person's name, or "rule"
    decided_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class FindingDismissal(Base):
    """A finding that a person has judged wrong; it counts no more."""

    __tablename__ = "finding_overrules"
    __table_args__ = (
        Index("uq_finding_overrules_finding", "assessment_id", "check_name", "code", unique=True),
    )

    id: Mapped[BigId]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id", ondelete="CASCADE"))
    check_name: Mapped[str]
    code: Mapped[str]
    note: Mapped[str]
    decided_by: Mapped[str]
    created_at: Mapped[CreatedAt]


class Share(Base):
    """A link; only a hash of its secret is stored, so that nobody reads links out of a backup."""

    __tablename__ = "shares"
    __table_args__ = (CheckConstraint("kind IN ('report', 'teaser')", name="kind"),)

    id: Mapped[BigId]
    assessment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("assessments.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # SHA-256
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened: Mapped[int] = mapped_column(server_default="0")  # how often, not by which person
    last_opened_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
