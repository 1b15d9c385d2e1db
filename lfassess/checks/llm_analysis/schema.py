"""What insights look like, whoever wrote them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

Level = Literal["low", "medium", "high"]


class Recommendation(BaseModel):
    """One thing to do about the website or the business's online presence."""

    title: str = Field(
        description="The issue in at most ten words: the finding's own title, or one for several"
    )
    why: str = Field(description="What it likely means for customers, in plain words")
    how: str = Field(description="The steps, concretely, for whoever looks after the website")
    impact: Level
    effort: Level
    # A default for answers stored before the field existed; strict schemas require every field.
    expected_effect: str = Field(
        default_factory=str, description="What will be better once it is done, without new figures"
    )
    evidence_ids: list[str] = Field(description="Codes of the findings this rests on, as given")


class Insights(BaseModel):
    """An audit's findings put into words for the business owner and the salesperson."""

    executive_summary: str = Field(description="At most 120 words for the owner")
    recommendations: list[Recommendation] = Field(description="Three to eight, weightiest first")
    quick_wins: list[str] = Field(description="Exactly three, each doable within a day")
    sales_talking_point: str = Field(description="One or two sentences to open a phone call with")
    email_draft: str = Field(description="A first email to the owner, at most 150 words")
