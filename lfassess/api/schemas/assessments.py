"""Assessments: asking for one, its status, its results."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lfassess.api.schemas.common import LeadName

AssessmentStatus = Literal["pending", "in_progress", "completed", "failed", "cancelled"]
CheckStatus = Literal["pending", "in_progress", "completed", "failed", "skipped"]

CheckName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
Checks = Annotated[
    list[CheckName] | None,
    Field(
        min_length=1,
        max_length=50,
        description="Only these checks; all where it is left out.",
        examples=[["pagespeed", "security"]],
    ),
]

Site = Annotated[
    str | None,
    Field(
        description="The address that was assessed: where the lead's domain answers.",
        examples=["https://www.harbour-bakery.example/"],
    ),
]

Rivals = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=2_048)]],
    Field(
        max_length=3,
        description="Competitors' websites, to be measured, too.",
        examples=[["other-bakery.example"]],
    ),
]
RivalCount = Annotated[
    int,
    Field(
        ge=0,
        le=3,
        description="Measure so many competitors; those that nobody gave are SEMrush's and "
        "Google's.",
    ),
]


class AssessLead(BaseModel):
    """Assess a lead of the store."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"lead_id": 12}]}
    )

    lead_id: int = Field(ge=1, le=2**63 - 1)
    checks: Checks = None
    rivals: Rivals = []
    rival_count: RivalCount = 0


class AssessWebsite(BaseModel):
    """Assess a website; the business becomes a lead unless it is one already."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://harbour-bakery.example", "name": "Harbour Bakery"}]
        },
    )

    url: str = Field(min_length=1, max_length=2_048)
    name: str | None = Field(None, max_length=300)
    phone: str | None = Field(None, max_length=100)
    address: str | None = Field(None, max_length=500)
    country: str | None = Field(None, max_length=100, description="A name or a two-letter code.")
    industry: str | None = Field(
        None, max_length=300, examples=["plumber"], description="Its trade, for the benchmark."
    )
    checks: Checks = None
    rivals: Rivals = []
    rival_count: RivalCount = 0


class Submitted(BaseModel):
    """Where the assessment is to be seen."""

    assessment_id: int = Field(examples=[1])
    lead_id: int = Field(examples=[12])
    status: AssessmentStatus
    new: bool = Field(description="False: the lead was being assessed already.")
    links: dict[str, str] = Field(examples=[{"self": "/api/v1/assessments/1"}])


class Failure(BaseModel):
    """Why a check failed."""

    code: str = Field(examples=["target_unreachable"])
    message: str


class CheckProgress(BaseModel):
    """One check as it stands."""

    status: CheckStatus
    score: int | None = Field(description="0 to 100.")
    attempts: int
    reason: str | None = Field(description="Why it is skipped, or has a result but no judgement.")
    reused_from: int | None = Field(
        description="The lead of the same website for which this was looked up."
    )
    started_at: datetime | None
    finished_at: datetime | None
    next_attempt_at: datetime | None = Field(
        description="It waits until then; null while deferred: until someone acts."
    )
    error: Failure | None
    sandbox: bool


class AssessmentProgress(BaseModel):
    """How far an assessment is."""

    assessment_id: int = Field(examples=[1])
    lead_id: int = Field(examples=[12])
    status: AssessmentStatus
    percentage: int = Field(ge=0, le=100, description="Of its checks that have ended.")
    score: int | None
    grade: str | None = Field(examples=["B+"])
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    checks: dict[str, CheckProgress]


class Finding(BaseModel):
    """One thing that was found."""

    code: str = Field(examples=["no-csp"])
    severity: str = Field(examples=["high"])
    title: str
    evidence: str = Field(description="One line with what was seen.")
    area: str | None = Field(
        None, examples=["security"], description="The owner's area; null in older audits."
    )


class AreaScore(BaseModel):
    """One of the owner's areas."""

    score: int | None = Field(description="0 to 100; null where it was not assessed.")
    grade: str | None
    weight: float | None = Field(description="Share of the overall score, 0 to 1.")
    parts: dict[str, int] = Field({}, description="What the score is made of, where it has parts.")


class CheckResult(CheckProgress):
    """One check with what it found."""

    duration_s: float | None
    cost_usd: float
    findings: list[Finding]
    metrics: dict[str, Any]


class Review(BaseModel):
    """Whether the audit may be sold; until it is approved its report is a draft."""

    state: Literal["needs_review", "approved", "issued"]
    reasons: list[str] = Field(description="What a person is to look at.")


class Standing(BaseModel):
    """The overall score among those of others."""

    n: int = Field(ge=30, description="Other audits.")
    better_than: int = Field(ge=0, le=100, description="Of 100 of them; equal scores count half.")


class Benchmark(BaseModel):
    """The score beside those of the store's other audits, as it was when the audit ended."""

    at: datetime = Field(description="When the others' scores were read.")
    trade: str | None = Field(examples=["plumber"])
    groups: dict[str, Standing] = Field(description="By group: trade, batch, all.")


class Assessment(BaseModel):
    """One run of all checks over one lead."""

    id: int = Field(examples=[1])
    lead: LeadName
    site: Site
    batch_id: int | None = Field(description="The batch that opened it.")
    status: AssessmentStatus
    percentage: int = Field(ge=0, le=100)
    completeness: str | None = Field(
        examples=["5/6"], description="Checks with a result / checks of the assessment."
    )
    score: int | None = Field(description="0 to 100.")
    grade: str | None
    scoring_version: str | None
    sandbox: bool = Field(description="Some of the data is emulated, not real.")
    cost_usd: float
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    areas: dict[str, AreaScore] = Field(
        description="By area: speed, security, accessibility, search_basics, search_visibility, "
        "google_profile, first_impression. Empty in audits of scoring version 1."
    )
    range: dict[str, Any] = Field(
        description="By area, or overall: {low, high, grades} where another measurement may change "
        "the grade."
    )
    benchmark: Benchmark | None = Field(description="Null where there are fewer than 30 others.")
    checks: dict[str, CheckResult]
    review: Review | None = Field(description="Null until the assessment has ended.")
    artefacts: list[str] = Field(examples=[["desktop.webp", "report.html"]])
    links: dict[str, str]


class AssessmentListed(BaseModel):
    """An assessment in a list."""

    id: int = Field(examples=[1])
    lead: LeadName
    site: Site
    batch_id: int | None
    status: AssessmentStatus
    completeness: str | None
    score: int | None
    grade: str | None
    sandbox: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class Artefact(BaseModel):
    """A file an assessment has produced."""

    name: str = Field(examples=["desktop.webp"])
    content_type: str = Field(examples=["image/webp"])
    size: int = Field(description="Bytes.")
    created_at: datetime
    link: str
