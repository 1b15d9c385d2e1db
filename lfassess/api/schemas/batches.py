"""Batches: leads submitted together."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from lfassess.api.schemas.assessments import Checks, RivalCount, Rivals

MAX_LEADS: Final = 10_000  # in one JSON request; a CSV may have more
WEEK_S: Final = 7 * 86_400

MaxAge = Annotated[
    int,
    Field(
        ge=0,
        le=366 * 86_400,
        description="Keep a lead's assessment that is younger than so many seconds.",
    ),
]


class NewLead(BaseModel):
    """A lead: a website, or a name with a phone number or address."""

    model_config = ConfigDict(extra="forbid")

    website: str | None = Field(None, max_length=2_048, examples=["harbour-bakery.example"])
    name: str | None = Field(None, max_length=300, examples=["Harbour Bakery"])
    phone: str | None = Field(None, max_length=100)
    address: str | None = Field(None, max_length=500)
    city: str | None = Field(None, max_length=200)
    region: str | None = Field(None, max_length=200)
    postcode: str | None = Field(None, max_length=50)
    country: str | None = Field(None, max_length=100)
    industry: str | None = Field(None, max_length=300, examples=["plumber"])
    rivals: Rivals = []


class NewBatch(BaseModel):
    """A batch as JSON."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "May leads",
                    "leads": [{"website": "harbour-bakery.example", "name": "Harbour Bakery"}],
                }
            ]
        },
    )

    name: str = Field("API batch", min_length=1, max_length=200)
    leads: list[NewLead] = Field(min_length=1, max_length=MAX_LEADS)
    checks: Checks = None
    max_age_s: MaxAge = WEEK_S
    rival_count: RivalCount = 0
    keep_duplicates: bool = Field(
        default=False, description="Leads that repeat another are taken, too."
    )


class Rejected(BaseModel):
    """A row that could not be taken in."""

    line: int = Field(description="In the file; for JSON, the place in the list plus one.")
    reason: str
    excerpt: str


class Repaired(BaseModel):
    """A cell that was repaired or dropped."""

    line: int
    column: str
    text: str = Field(description="What was done.")


class Sample(BaseModel):
    """A lead as its row was read."""

    name: str
    website: str | None
    phone: str | None
    address: str | None
    country: str


class BatchSubmitted(BaseModel):
    """What came of a batch's rows; rows = added + known + rejected."""

    batch_id: int = Field(examples=[3])
    rows: int
    added: int = Field(description="New leads.")
    known: int = Field(description="Leads that were in the store already.")
    rejected: int
    changed: int = Field(description="Of the known ones, what was missing there was filled in.")
    rejects: list[Rejected] = Field(description="The first 50.")
    repaired: int = Field(description="Cells that were repaired or dropped; their rows went on.")
    notes: list[Repaired] = Field(description="The first 50 of them.")
    columns: str = Field(
        description="What each column was taken for.", examples=["name ← Company, website ← Url"]
    )
    custom_fields: list[str] = Field(description="Columns stored as custom fields.")
    samples: list[Sample] = Field(description="The first three leads, as they were read.")
    note: str | None
    resumed: bool = Field(description="These very rows were submitted before.")
    opened: int = Field(description="Assessments opened now.")
    reused: int = Field(description="Leads with an open or recent assessment.")
    links: dict[str, str]


class Batch(BaseModel):
    """A batch with its leads counted by how their assessments stand."""

    id: int = Field(examples=[3])
    name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancelled_at: datetime | None
    budget_usd: float | None
    spent_usd: float
    leads: int
    pending: int
    in_progress: int
    completed: int
    failed: int
    cancelled: int = Field(description="Given up before they had a result: no failures.")
    not_submitted: int
    reports_left: int = Field(description="Reports that wait for competitors.")
    rejected: int = Field(description="Rows that could not be taken in.")
    percentage: int = Field(ge=0, le=100, description="Of its leads that are done.")
    links: dict[str, str]
