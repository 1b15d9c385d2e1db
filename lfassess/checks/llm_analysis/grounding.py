"""Keeps of a model's insights what rests on stored findings."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.llm_analysis.claims import without_claims
from lfassess.checks.llm_analysis.schema import Insights, Recommendation
from lfassess.checks.shared.domains import registrable_domain

Json = dict[str, Any]

# Addresses with a scheme, bare ones that name a path, and those of e-mail.
_LINK: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\"')\]]+"
    r"|(?<![\w.@-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}"
    r"|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}/[^\s<>\"')\]]*",
    re.IGNORECASE,
)
_MOST_RECOMMENDATIONS: Final = 10
_QUICK_WINS: Final = 3
_TEXTS: Final = ("title", "why", "how", "expected_effect")
_MOST_TEXT: Final = 2_000


@dataclass(slots=True)
class Kept:
    """Insights fit for a report, and how much was taken out of them."""

    insights: Json
    dropped_recommendations: int
    removed_links: int
    removed_claims: int  # sentences


def keep(insights: Insights, known: Collection[str], domain: str | None) -> Kept:
    """Return the insights less what the evidence doesn't carry.

    A recommendation stays if at least one finding it cites is known; of its citations only known
    ones stay. Sentences that claim what no audit measures (loss, money, theft, law) go. Links to
    anywhere but the lead's own domain are removed: no finding asks for them, and text on a website
    may have asked the model to put them there.

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
    dropped = len(insights.recommendations) - len(carried)
    return Kept(kept, dropped, text.removed, text.claims)


def texts_of(insights: Json) -> list[str]:
    """Return all texts of kept insights."""
    told = [insights[name] for name in ("executive_summary", "sales_talking_point", "email_draft")]
    advised = [r[name] for r in insights["recommendations"] for name in _TEXTS]
    return [*told, *insights["quick_wins"], *advised]


def _recommendation(given: Recommendation, known: Collection[str], text: _Cleaner) -> Json:
    return {
        **{name: text.clean(getattr(given, name)) for name in _TEXTS},
        "impact": given.impact,
        "effort": given.effort,
        "evidence_ids": [code for code in dict.fromkeys(given.evidence_ids) if code in known],
    }


class _Cleaner:
    """Takes strange links and unmeasured claims out of texts and counts them."""

    def __init__(self, domain: str | None) -> None:
        self.domain = domain
        self.removed = 0
        self.claims = 0

    def clean(self, text: str) -> str:
        kept, claims = without_claims(_LINK.sub(self._checked, text.strip()[:_MOST_TEXT]))
        self.claims += claims
        return kept

    def _checked(self, found: re.Match[str]) -> str:
        place = found[0].rstrip(".,;:!?")
        if "/" not in place:
            place = place.rpartition("@")[2]  # an e-mail address's domain
        if self.domain and registrable_domain(place) == self.domain:
            return found[0]
        self.removed += 1
        return "[link removed]"
