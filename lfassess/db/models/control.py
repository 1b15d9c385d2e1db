"""Control: whether assessments may start, and what a person has said of failures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base


class Control(Base):
    """One row; what runs goes on while it is paused."""

    __tablename__ = "control"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, server_default="1")
    paused: Mapped[bool] = mapped_column(server_default=text("false"))
    reason: Mapped[str | None]
    by_rule: Mapped[bool] = mapped_column(server_default=text("false"))  # no person did it
    changed_at: Mapped[datetime | None]
    reconciled_at: Mapped[datetime | None]  # when a worker last took its turn at repairing


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
