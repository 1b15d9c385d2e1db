"""Keeps of a model's insights what rests on stored findings."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.domains import registrable_domain
from lfassess.checks.llm_rules.shape import Insights, Recommendation

Json = dict[str, Any]

_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)
_MOST_RECOMMENDATIONS: Final = 10
_QUICK_WINS: Final = 3
_MOST_TEXT: Final = 2_000


@dataclass(slots=True)
class Kept:
    """Insights fit for a report, and how much was taken out of them."""

    insights: Json
    dropped_recommendations: int
    removed_links: int


def keep(insights: Insights, known: Collection[str], domain: str | None) -> Kept:
    """Return the insights less what the evidence doesn't carry.

    A recommendation stays if at least one finding it cites is known; of its citations only known
    ones stay. Links to anywhere but the lead's own domain are removed: no finding asks for them,
    and text on a website may have asked the model to put them there.

    Args:
        insights: the model's.
        known: codes of stored findings it was given.
        domain: the lead's registrable domain.
    """
    text = _Cleaner(domain)
    carried = [r for r in insights.recommendations if set(r.evidence_ids) & set(known)]
    kept: Json = {
        "by": "llm",
        "executive_summary": text.clean(insights.executive_summary),
        "recommendations": [
            _recommendation(r, known, text) for r in carried[:_MOST_RECOMMENDATIONS]
        ],
        "quick_wins": [text.clean(win) for win in insights.quick_wins[:_QUICK_WINS]],
        "sales_talking_point": text.clean(insights.sales_talking_point),
        "email_draft": text.clean(insights.email_draft),
    }
    return Kept(kept, len(insights.recommendations) - len(carried), text.removed)


def _recommendation(given: Recommendation, known: Collection[str], text: _Cleaner) -> Json:
    return {
        "title": text.clean(given.title),
        "why": text.clean(given.why),
        "how": text.clean(given.how),
        "impact": given.impact,
        "effort": given.effort,
        "expected_effect": text.clean(given.expected_effect),
        "evidence_ids": [code for code in dict.fromkeys(given.evidence_ids) if code in known],
    }


class _Cleaner:
    """Takes strange links out of texts and counts them."""

    def __init__(self, domain: str | None) -> None:
        self.domain = domain
        self.removed = 0

    def clean(self, text: str) -> str:
        return _LINK.sub(self._checked, text.strip()[:_MOST_TEXT])

    def _checked(self, found: re.Match[str]) -> str:
        if self.domain and registrable_domain(found[0].rstrip(".,;:!?")) == self.domain:
            return found[0]
        self.removed += 1
        return "[link removed]"
