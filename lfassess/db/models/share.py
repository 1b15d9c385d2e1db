"""Shares: links that show one report to whoever has them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt


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
