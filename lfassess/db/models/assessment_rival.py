"""Competitors that are measured beside a lead, one row for each."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, one_of
from lfassess.statuses import RivalRefusal, RivalSource


class AssessmentRival(Base):
    """A competitor's website; ``rival_assessment_id`` is where it is measured, once it is opened.

    Several leads that name the same competitor share that assessment.
    """

    __tablename__ = "assessment_rivals"
    __table_args__ = (
        one_of("source", RivalSource),
        one_of("refused", RivalRefusal),
        Index("uq_assessment_rivals_site", "assessment_id", "site", unique=True),
    )

    id: Mapped[BigId]
    assessment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("assessments.id", ondelete="CASCADE")
    )
    position: Mapped[int] = mapped_column(SmallInteger)  # from 1
    site: Mapped[str]  # what tells competitors apart: the domain, where there is one
    website: Mapped[str]  # as it is visited, or as it was written where it is refused
    bare: Mapped[bool] = mapped_column(server_default=text("false"))  # no scheme was given
    source: Mapped[RivalSource]
    refused: Mapped[RivalRefusal | None]  # why it is not measured
    rival_assessment_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("assessments.id", ondelete="SET NULL"), index=True
    )
