"""What to open a call with, and a first e-mail: the model's words, or those of fixed rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.llm_analysis.rules_fallback import recommendations_by_rule
from lfassess.checks.shared.json_access import get_object, get_text
from lfassess.findings import consolidate

_MODEL: Final = "llm_analysis"


@dataclass(frozen=True, slots=True)
class Pitch:
    """Texts for whoever calls or writes."""

    opener: str
    email: str


def pitch(
    business: str,
    runs: Mapping[str, tuple[Any, Any]],
    language: str,
    *,
    trade: str | None = None,
    address: str | None = None,
) -> Pitch:
    """Return the texts for a business.

    Args:
        business: its name.
        runs: (findings, metrics) of the completed checks as stored, by check name.
        language: of texts by rule; a model wrote in the audit's own.
        trade: of the record, as lfassess.trades names it.
        address: of the record.
    """
    stored = {name: made if isinstance(made, list) else [] for name, (made, _) in runs.items()}
    insights = get_object(runs[_MODEL][1], "insights") if _MODEL in runs else {}
    prior = {
        name: {"findings": rows, "metrics": runs[name][1]}
        for name, rows in consolidate(stored).items()
        if name != _MODEL
    }
    by_rule = recommendations_by_rule(prior, business, language, trade=trade, address=address)
    return Pitch(
        opener=get_text(insights, "sales_talking_point") or by_rule["sales_talking_point"],
        email=get_text(insights, "email_draft") or by_rule["email_draft"],
    )
