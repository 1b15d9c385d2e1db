"""What the API and the report read of a judgement."""

from __future__ import annotations

from dataclasses import dataclass

from lfassess.checks.base import Json
from lfassess.checks.llm_analysis.rules_grounding import Grounded


@dataclass(frozen=True, slots=True)
class Metrics:
    """The insights, and what the model left to remove; only its name where they can't be read."""

    model: str | None
    tokens: Json
    grounded: Grounded | None = None
    unknown_figures: tuple[str, ...] = ()  # numbers that weren't in the prompt
    usable: bool = False

    def to_json(self) -> Json:
        metrics: Json = {"model": self.model, "tokens": self.tokens}
        if self.grounded is None:
            return metrics
        return {
            **metrics,
            "dropped_recommendations": self.grounded.dropped_recommendations,
            "removed_links": self.grounded.removed_links,
            "removed_claims": self.grounded.removed_claims,
            "strange_figures": list(self.unknown_figures),
            **({"insights": self.grounded.insights} if self.usable else {}),
        }
