"""Failure states: what a person has said of a pattern of failures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base


class FailureState(Base):
    """A pattern without a row is new; a resolved one that fails again has come back."""

    __tablename__ = "failure_states"
    __table_args__ = (CheckConstraint("state IN ('acknowledged', 'resolved')", name="state"),)

    check_name: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    note: Mapped[str | None]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
