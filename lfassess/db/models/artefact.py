"""Artefacts: the files an assessment produced."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt


class StoredArtefact(Base):
    """Where a screenshot or a report lies."""

    __tablename__ = "artefacts"
    __table_args__ = (Index("uq_artefacts_assessment_name", "assessment_id", "name", unique=True),)

    id: Mapped[BigId]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id", ondelete="CASCADE"))
    name: Mapped[str]  # "desktop.jpg", "report.html"
    content_type: Mapped[str]
    uri: Mapped[str]  # a path below the data folder (older ones: absolute), or s3://bucket/key
    size: Mapped[int]
    check_name: Mapped[str | None]  # the check that made it; None of reports
    created_at: Mapped[CreatedAt]
