"""Health: is it alive, and what does it have to work with."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"]
    version: str = Field(examples=["0.2.0"])


class Part(BaseModel):
    """One thing lfassess needs."""

    ok: bool
    detail: str


class Ready(BaseModel):
    """Whether requests can be served, and how well."""

    status: Literal["ready", "degraded", "unavailable"] = Field(
        description="degraded: submissions are accepted, but nothing works on them, or more slowly."
    )
    parts: dict[str, Part] = Field(
        examples=[{"postgres": {"ok": True, "detail": "answers; its schema is today's"}}]
    )
