"""Shapes that several answers share."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Wrong(BaseModel):
    """One part of a request that can't be used."""

    where: str = Field(examples=["body.url"])
    message: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:lfassess:problem:not_found",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is no assessment 7.",
                    "code": "not_found",
                }
            ]
        }
    )

    type: str = Field(description="A URN that ends with the code.")
    title: str
    status: int
    detail: str = Field(description="What happened, for people.")
    code: str = Field(description="Stable, for programs.")
    hint: str | None = Field(None, description="What to do about it.")
    errors: list[Wrong] | None = None


class Page(BaseModel, Generic[T]):
    """One page of a list, newest first."""

    items: list[T]
    next_cursor: str | None = Field(description="Gives the next page; null on the last one.")


class LeadName(BaseModel):
    """Which business it is about."""

    id: int = Field(examples=[12])
    name: str = Field(examples=["Harbour Bakery"])
    website: str | None = Field(examples=["https://harbour-bakery.example/"])
