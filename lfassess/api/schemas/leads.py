"""Leads: the businesses in the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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


class Contact(BaseModel):
    """Who to ask for; null where the lead's list says nothing."""

    first_name: str | None = Field(examples=["Ann"])
    last_name: str | None = Field(examples=["Baker"])
    email: str | None
    phone: str | None = Field(
        description="The person's, else the lead's; as E.164.", examples=["+12075550111"]
    )


class RankedLead(BaseModel):
    """A lead in the order in which a call is worth most."""

    rank: int = Field(description="Its place, from 1.", examples=[1])
    lead_id: int = Field(examples=[12])
    assessment_id: int
    name: str = Field(examples=["Harbour Bakery"])
    website: str | None
    phone: str | None
    contact: Contact
    audit_score: int | None
    grade: str | None
    sandbox: bool
    finished_at: datetime | None = Field(description="When the audit ended.")
    opportunity: float = Field(description="0-100: need x worth x reach.", examples=[36.4])
    need: float = Field(description="0-100: what should be fixed.")
    worth: float = Field(description="0-100: customers and spending.")
    reach: float = Field(description="0-100: known ways to the owner.")
    parts: dict[str, dict[str, float | None]] = Field(
        description="Points of each factor's parts; null where nobody knows."
    )
    why: str = Field(description="One sentence for whoever calls.")
    findings: list[dict[str, Any]] = Field(description="The three to speak of.")
    version: str = Field(description="Of the ranking's rules.", examples=["1"])
