"""Leads: the businesses in the store."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from lfassess.api.schemas.assessments import AssessmentStatus


class Lead(BaseModel):
    """A lead with how its newest assessment stands."""

    id: int = Field(examples=[12])
    name: str = Field(examples=["Harbour Bakery"])
    website: str | None
    phone: str | None
    address: str | None
    country: str = Field(examples=["US"])
    created_at: datetime
    assessment_id: int | None = Field(description="The newest.")
    status: AssessmentStatus | None
    score: int | None
    grade: str | None
    assessed_at: datetime | None
