"""What the model answered, and what its answer is checked against."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from lfassess.checks.base import Json
from lfassess.checks.shared.json_access import get_number, get_object, get_text, get_texts
from lfassess.language import ENGLISH

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
    summary_first: str = Field(
        default_factory=str,
        description="Code of the finding that executive_summary begins with, as given; else empty",
    )
    recommendations: list[Recommendation] = Field(description="Three to eight, weightiest first")
    quick_wins: list[str] = Field(description="Exactly three, each doable within a day")
    sales_talking_point: str = Field(description="One or two sentences to open a phone call with")
    email_draft: str = Field(description="A first email to the owner, at most 150 words")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer; stored under the fields' names."""

    answer: Insights | None  # None: the stored one can't be read
    model: str | None  # as the provider names it
    asked: int  # requests it took, 1 or 2
    tokens: Json  # {input, cached, output, reasoning}
    known_codes: list[str]  # of the findings that the prompt offered
    figures: list[str]  # numbers in the prompt, see rules_grounding.figures_in
    domain: str | None  # the lead's own, registrable
    language: str = ENGLISH  # in which the model was asked to write

    @classmethod
    def from_json(cls, stored: Json) -> Evidence:
        return cls(
            answer=_insights(stored.get("answer")),
            model=get_text(stored, "model"),
            asked=int(get_number(stored, "asked") or 0),
            tokens=get_object(stored, "tokens"),
            known_codes=get_texts(stored, "known_codes"),
            figures=get_texts(stored, "figures"),
            domain=get_text(stored, "domain"),
            language=get_text(stored, "language") or ENGLISH,
        )

    def to_json(self) -> Json:
        return {**asdict(self), "answer": self.answer.model_dump() if self.answer else None}


def _insights(stored: object) -> Insights | None:
    try:
        return Insights.model_validate(stored)
    except ValidationError:
        return None
