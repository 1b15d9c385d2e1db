"""Whether new leads may start: pause and resume."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from lfassess.api.dependencies import Connected, Work
from lfassess.assessment.recovery import operations

router = APIRouter(prefix="/work", tags=["work"])


class Pause(BaseModel):
    """Why work is paused."""

    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=200, pattern=r"^[^\x00]*$")


class Switch(BaseModel):
    """Whether new leads may start."""

    paused: bool
    reason: str | None
    by_rule: bool = Field(description="No person did it: too many checks failed.")
    changed_at: datetime | None


@router.get("", summary="Whether new leads may start")
def get_switch(database: Connected) -> Switch:
    """Say whether work is paused, why and since when."""
    return Switch.model_validate(operations.switch(database), from_attributes=True)


@router.post("/pause", summary="Let no new lead start")
def pause(database: Connected, body: Annotated[Pause, Body()]) -> Switch:
    """Pause: what runs is finished, single assessments still start, batches wait."""
    operations.pause(database, body.reason)
    return get_switch(database)


@router.post("/resume", summary="Let leads start again")
def resume(work: Work) -> Switch:
    """Go on, with checks that waited for somebody, too."""
    operations.resume(work)
    return get_switch(work.runtime.database)
