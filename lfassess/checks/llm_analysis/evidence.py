"""What the model answered, and what its answer is checked against."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pydantic import ValidationError

from lfassess.checks.base import Json
from lfassess.checks.llm_analysis.schema import Insights
from lfassess.checks.shared.json_access import get_number, get_object, get_text, get_texts
from lfassess.language import ENGLISH


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
