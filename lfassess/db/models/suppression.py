"""Suppressions: who may not be called or written to."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Identity
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, CreatedAt


class Suppression(Base):
    """A domain (with its subdomains), a phone number as E.164, or an e-mail address."""

    __tablename__ = "suppressions"
    __table_args__ = (CheckConstraint("kind IN ('domain', 'phone', 'email')", name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)  # in order of entry
    note: Mapped[str | None]
    created_at: Mapped[CreatedAt]
