"""Failures: patterns of them, single ones, and sending them again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lfassess.api.schemas.assessments import CheckName


class Pattern(BaseModel):
    """One kind of failure."""

    id: str = Field(examples=["pagespeed:psi:rate_limited"])
    check: str = Field(examples=["pagespeed"])
    provider: str | None = Field(examples=["psi"])
    code: str = Field(examples=["rate_limited"])
    fingerprint: str = Field(description="Of the cause.", examples=["psi:rate_limited"])
    state: Literal["new", "acknowledged", "resolved", "came_back"]
    note: str | None = Field(description="Of whoever set the state.")
    attempts: int = Field(description="Failed attempts, those that were retried included.")
    checks_failed: int = Field(
        description="Checks that failed for good, whatever became of them since."
    )
    still_failed: int = Field(description="Checks that are failed now.")
    leads: int
    share: float = Field(description="Of all attempts of the period.")
    first_seen: datetime
    last_seen: datetime
    trend: Literal["rising", "falling", "steady", "unknown"] = Field(
        description="Of its share of the attempts, second half of the period against the first."
    )
    windows: list[int] = Field(description="Failed attempts in equal parts of the period.")
    message: str | None = Field(description="The latest.")
    example_leads: list[int]
    cause: str
    advice: str


class Patterns(BaseModel):
    """What failed in a period, worst first."""

    since: datetime
    batch_id: int | None
    attempts: int
    failed_attempts: int
    checks_ended: int = Field(description="Checks that have ended, and were not sent again since.")
    checks_failed: int = Field(
        description="Checks that failed for good, whatever became of them since."
    )
    still_failed: int = Field(description="Checks that are failed now.")
    failure_share: float = Field(description="Checks that are failed now / checks that have ended.")
    patterns: list[Pattern]


class FailedAttempt(BaseModel):
    """One attempt that failed."""

    id: int
    assessment_id: int
    lead_id: int
    check: str
    number: int = Field(description="The first try is 1.")
    outcome: Literal["failed", "retry", "lost"]
    provider: str | None
    code: str | None
    message: str | None
    worker: str
    started_at: datetime
    finished_at: datetime | None


class RetryWhich(BaseModel):
    """Which failed checks to send again; what is left out does not narrow."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"code": "rate_limited"}]}
    )

    code: str | None = Field(None, pattern=r"^[a-z][a-z0-9_]{0,49}$")
    check: CheckName | None = None
    batch_id: int | None = Field(None, ge=1, le=2**63 - 1)
    lead_id: int | None = Field(None, ge=1, le=2**63 - 1)
    fingerprint: str | None = Field(
        None, max_length=300, pattern=r"^[^\x00]*$", description="As the patterns have it."
    )


class Retried(BaseModel):
    """What was sent again."""

    checks: int
    assessments: int


class StateOf(BaseModel):
    """What is said of a pattern."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"what": "pagespeed:psi:rate_limited", "state": "acknowledged"}]
        },
    )

    what: str = Field(
        max_length=300, pattern=r"^[^\x00]+$", description="A pattern's id, or an error code."
    )
    state: Literal["acknowledged", "resolved"]
    note: str | None = Field(None, max_length=500, pattern=r"^[^\x00]*$")
    by: str = Field("api", max_length=100, pattern=r"^[^\x00]+$", description="Who says so.")


class Marked(BaseModel):
    """Which patterns have the state now."""

    state: Literal["acknowledged", "resolved"]
    patterns: list[str]
