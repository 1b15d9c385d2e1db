"""Assessments: one run of all checks over one lead, its files and its competitors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Computed, ForeignKey, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt, one_of
from lfassess.statuses import RivalRefusal, RivalSource, Status

_STATUSES = (Status.PENDING, Status.IN_PROGRESS, Status.COMPLETED, Status.FAILED)

# The order of ``area_scores``.
AREAS: Final = (
    "speed", "security", "accessibility", "search_basics", "search_visibility", "google_profile",
    "first_impression",
)  # fmt: skip
_AREA_SCORES: Final = ", ".join(
    f"(scoring_details #>> '{{areas,{name},score}}')::numeric::smallint" for name in AREAS
)


class Assessment(Base):
    """A lead has at most one open assessment, which is why tasks can be called by lead id."""

    __tablename__ = "assessments"
    __table_args__ = (
        one_of("status", _STATUSES),
        Index(
            "ix_assessments_finished_at",
            "finished_at",
            postgresql_include=["status", "shown_status", "rival"],
            postgresql_where=text("finished_at IS NOT NULL"),
        ),
        Index(
            "ix_assessments_batch_id_shown_status",
            "batch_id",
            "shown_status",
            postgresql_include=["started_at", "finished_at", "rival"],
        ),
        Index(
            "uq_assessments_open_lead",
            "lead_id",
            unique=True,
            postgresql_where=text("status IN ('pending', 'in_progress')"),
        ),
        Index(
            "ix_assessments_pending",
            "priority",
            "id",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_assessments_sent",
            "sent_at",
            postgresql_where=text("status = 'pending' AND sent_at IS NOT NULL"),
        ),
        Index(
            "ix_assessments_report_due",
            "report_due_at",
            postgresql_where=text("report_due_at IS NOT NULL"),
        ),
        Index(
            "ix_assessments_scored",
            "scoring_version",
            "sandbox",
            "lead_id",
            "id",
            postgresql_include=["score", "category", "area_scores"],
            postgresql_where=text("status = 'completed' AND score IS NOT NULL"),
        ),
        Index("ix_assessments_rival", "id", postgresql_where=text("rival")),
        Index("ix_assessments_sandbox", "id", postgresql_where=text("sandbox")),
        Index(
            "ix_assessments_completed",
            "lead_id",
            "id",
            postgresql_include=["score", "grade", "scoring_version", "area_scores"],
            postgresql_where=text("status = 'completed'"),
        ),
        Index("ix_assessments_newest", "lead_id", "id", postgresql_include=["shown_status"]),
        Index("ix_assessments_unfinished", "id", postgresql_where=text("status <> 'completed'")),
        Index("ix_assessments_in_progress", "id", postgresql_where=text("status = 'in_progress'")),
    )

    id: Mapped[BigId]
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), index=True)
    batch_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("batches.id", ondelete="SET NULL")
    )  # the one that opened it, and pays for it
    status: Mapped[Status]
    shown_status: Mapped[Status] = mapped_column(
        Computed(
            "CASE WHEN status = 'failed' AND scoring_details ? 'cancelled' THEN 'cancelled'"
            " ELSE status END",
            persisted=True,
        )
    )  # what people read; older code knows four words only
    priority: Mapped[int] = mapped_column(server_default="5")  # lower goes first
    open_independent_checks: Mapped[int]  # checks that must end before the dependent ones start
    open_checks: Mapped[int]  # checks that must end before the assessment does
    sent_at: Mapped[datetime | None]  # when its message was last sent
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]  # what has not ended by then ends as a failure
    max_age_s: Mapped[float] = mapped_column(server_default="0")  # of provider data to reuse
    site_url: Mapped[str | None]  # where a bare lead's website answers; the first finder's word
    lighthouse_runs: Mapped[int | None]  # asked for; None: the worker's setting
    report_due_at: Mapped[datetime | None]  # when to try again to store its report
    checks_completed: Mapped[int | None]  # with a result, once it has ended
    checks_total: Mapped[int | None]  # skipped ones too
    score: Mapped[int | None]
    grade: Mapped[str | None]
    scoring_version: Mapped[str | None]
    sandbox: Mapped[bool] = mapped_column(server_default=text("false"))
    rival: Mapped[bool] = mapped_column(server_default=text("false"))  # of a lead that is one
    rivals_asked: Mapped[int] = mapped_column(SmallInteger, server_default="0")  # beside this one
    category: Mapped[str | None]  # Google's, as lfassess.trades names it; expires
    # What the score was compared with when the audit ended; see lfassess.scoring.benchmark.
    benchmark: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    scoring_details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    area_scores: Mapped[list[int | None]] = mapped_column(
        ARRAY(SmallInteger), Computed(f"ARRAY[{_AREA_SCORES}]", persisted=True)
    )  # of the details, to be counted without reading them

    @property
    def completeness(self) -> str | None:
        """Return "5/6": checks with a result of all; None until it has ended."""
        if self.checks_completed is None:
            return None
        return f"{self.checks_completed}/{self.checks_total}"


class StoredArtefact(Base):
    """Where a screenshot or a report lies."""

    __tablename__ = "artefacts"
    __table_args__ = (Index("uq_artefacts_assessment_name", "assessment_id", "name", unique=True),)

    id: Mapped[BigId]
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id", ondelete="CASCADE"))
    name: Mapped[str]  # "desktop.webp", "report.html"
    content_type: Mapped[str]
    uri: Mapped[str]  # a path below the data folder (older ones: absolute), or s3://bucket/key
    size: Mapped[int]
    check_name: Mapped[str | None]  # the check that made it; None of reports
    created_at: Mapped[CreatedAt]


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
