"""The declarative base and the vocabulary the tables share."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Status(StrEnum):
    """The four words, for assessments and check runs alike; ``skipped`` is for check runs only."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"  # not configured, not wanted or not applicable: no failure


OPEN = (Status.PENDING.value, Status.IN_PROGRESS.value)


class Outcome(StrEnum):
    """How one attempt at a check ended."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    RETRY = "retry"  # failed, and will be tried again
    FAILED = "failed"  # failed for good
    LOST = "lost"  # its worker died or stalled
    RELEASED = "released"  # its worker was told to end at once: no failure
    PARKED = "parked"  # held back by a rate, quota, budget or breaker: no failure


class Base(DeclarativeBase):
    """Names constraints by convention, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


BigId = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]
CreatedAt = Annotated[datetime, mapped_column(server_default=func.now())]
