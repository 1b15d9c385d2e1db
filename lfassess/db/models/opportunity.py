"""Opportunities: what ranking made of each lead's newest audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base


class Opportunity(Base):
    """One per lead that has a completed audit; lists of leads filter and order by it."""

    __tablename__ = "opportunities"
    __table_args__ = (
        Index(
            "ix_opportunities_order",
            text("score DESC"),
            text("need DESC"),
            "lead_id",
            postgresql_where=text("out IS NULL"),
        ),
        Index("ix_opportunities_codes", "codes", postgresql_using="gin"),
        Index("ix_opportunities_technologies", "technologies", postgresql_using="gin"),
    )

    lead_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    assessment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("assessments.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[str]  # of configs/ranking.toml
    score: Mapped[float]  # 0-100, as need, worth and reach
    need: Mapped[float]
    worth: Mapped[float]
    reach: Mapped[float]
    out: Mapped[str | None]  # why it has no place in the ranking
    why: Mapped[str]  # one sentence
    findings: Mapped[list[Any]]  # the three to speak of: {check, code, severity, title, evidence}
    parts: Mapped[dict[str, Any]]  # points by factor and part
    codes: Mapped[list[str]] = mapped_column(ARRAY(String()))  # of all findings to fix
    technologies: Mapped[list[str]] = mapped_column(ARRAY(String()))  # by their names
    ranked_at: Mapped[datetime] = mapped_column(server_default=func.now())
