"""What leads to a call, or forbids one: changes, links to share, the do-not-contact list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lfassess.api.dependencies import MAX_BIGINT
from lfassess.assessment.completion.sharing import MAX_DAYS

Value = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]


class Fault(BaseModel):
    """A finding that came or went."""

    check: str = Field(examples=["security"])
    code: str = Field(examples=["no-https"])
    severity: str = Field(examples=["high"])
    title: str


class Change(BaseModel):
    """How a lead's last audit differs from an earlier one."""

    change: Literal["gone", "worse", "back", "better", "changed"] = Field(
        description="gone, back: no website of the business is seen any more, or one is again; "
        "changed: findings came or went, and the scores are about the same or can't be compared."
    )
    lead_id: int = Field(examples=[12])
    name: str = Field(examples=["Harbour Bakery"])
    website: str | None
    before: int | None = Field(description="The earlier audit's score.")
    after: int | None = Field(description="The later audit's score.")
    new: list[Fault] = Field(description="Findings that it had not, worst first.")
    fixed: list[Fault] = Field(description="Findings that it has no more, worst first.")
    before_at: datetime | None
    after_at: datetime | None
    before_id: int = Field(description="The earlier audit, by its assessment.")
    after_id: int = Field(description="The later audit, by its assessment.")
    sandbox: bool
    incomparable: Literal["unscored", "other_rules", "other_areas"] | None = Field(
        description="Why the two scores say nothing of each other; null where they can be compared."
    )


class NewShare(BaseModel):
    """A link that is to be made."""

    model_config = ConfigDict(extra="forbid")

    assessment_id: int = Field(ge=1, le=MAX_BIGINT, examples=[7])
    kind: Literal["report", "teaser"] = "report"
    days: int = Field(30, ge=1, le=MAX_DAYS, description="How long it works.")


class ShareLinks(BaseModel):
    """Where to go on."""

    self: str
    revoke: str


class Share(BaseModel):
    """A link that shows one report or teaser to whoever has it; its address is said only once."""

    id: int = Field(examples=[3])
    assessment_id: int
    lead: str = Field(description="The business's name.", examples=["Harbour Bakery"])
    kind: Literal["report", "teaser"]
    valid: bool = Field(description="It still works.")
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int = Field(description="How often; nothing is stored of who did.")
    last_opened_at: datetime | None
    links: ShareLinks


class ShareMade(Share):
    """A link just made."""

    url: str | None = Field(
        description="What to send. It is stored nowhere: null where the request is a repeated one."
    )


class Suppressed(BaseModel):
    """An entry of the do-not-contact list."""

    id: int
    kind: Literal["domain", "phone", "email"]
    value: str = Field(
        description="A domain, which counts for those below it, a phone number as E.164, or an "
        "e-mail address.",
        examples=["shop.example"],
    )
    note: str | None
    created_at: datetime


class Named(BaseModel):
    """Who is meant, each by a domain, phone number or e-mail address."""

    model_config = ConfigDict(extra="forbid")

    values: list[Value] = Field(
        min_length=1, max_length=10_000, examples=[["shop.example", "+14155550100"]]
    )


class NewSuppressions(Named):
    """Who is not to be contacted any more."""

    note: str | None = Field(
        None, max_length=500, pattern=r"^[^\x00]*$", description="Why, and since when."
    )


class Refused(BaseModel):
    """A value that means nobody."""

    line: int = Field(description="Its line in the CSV, or its place in the list, from 1.")
    reason: str


class SuppressionsChanged(BaseModel):
    """What came of a change to the list."""

    changed: int = Field(description="Entries put on the list, or taken off it.")
    unchanged: int = Field(description="Those that were on it already, or not on it.")
    refused: list[Refused] = Field(description="Values that mean nobody; the others count.")


class Evaluation(BaseModel):
    """Whether the ranking's order would have found what was won."""

    won: int
    lost: int
    pairs_right: float | None = Field(
        description="Share of pairs in which a won lead stands above a lost one; 0.5 is chance."
    )
    top: int = Field(description="Leads in the first fifth of the order.")
    won_in_top: int
