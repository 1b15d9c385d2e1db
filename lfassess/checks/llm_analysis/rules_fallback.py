"""Recommendations by rule: the advice catalogue in order, for audits without a language model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lfassess.checks.advice_catalogue import Advice, catalogue
from lfassess.checks.base import Json
from lfassess.checks.llm_analysis.evidence_prior import (
    PriorFinding,
    stored_findings,
    to_fix,
)
from lfassess.checks.llm_analysis.rules_prose import texts
from lfassess.checks.llm_analysis.rules_seeker import seeker
from lfassess.language import ENGLISH, Language, load

_MAX_RECOMMENDATIONS: Final = 10
_QUICK_WINS: Final = 3
_LEVELS: Final = {"low": 0, "medium": 1, "high": 2}


def recommendations_by_rule(
    prior: Mapping[str, Json],
    business: str = "your business",
    language: str = ENGLISH,
    *,
    trade: str | None = None,
    address: str | None = None,
) -> Json:
    """Return insights in the shape llm_analysis stores, marked ``"by": "rules"``.

    Args:
        prior: stored results of the other checks, by check name.
        business: what to call the lead in the texts.
        language: of the texts.
        trade: the lead's, as lfassess.trades names it; Google's word goes before it.
        address: the lead's.

    Returns:
        {by, executive_summary, summary_first, recommendations [{title, why, how, impact, effort,
        expected_effect, evidence_ids}], quick_wins [at most 3], sales_talking_point, email_draft}.
        Recommendations stand in the order of `stored_findings`; findings without advice have none.
        The summary begins with the finding of the code ``summary_first``. Quick wins are of little
        effort, then of some; never of much.
    """
    say = load(language)
    findings = stored_findings(prior, say)
    advised = _advised(to_fix(findings), say)
    for_whom = seeker(prior, say, trade, address)
    written = texts(business, stored_findings(prior), say, for_whom)
    return {
        "by": "rules",
        "executive_summary": written.summary
        if written
        else say("insights.nothing", business=business),
        "summary_first": next((f.code for f in [f for f, _ in advised] or to_fix(findings)), ""),
        "recommendations": [
            _recommendation(f, advice, say) for f, advice in advised[:_MAX_RECOMMENDATIONS]
        ],
        "quick_wins": _quick_wins(advised),
        "sales_talking_point": written.opener
        if written
        else say("insights.all_well", business=business),
        "email_draft": written.email if written else say("insights.email_well", business=business),
    }


def _advised(findings: list[PriorFinding], say: Language) -> list[tuple[PriorFinding, Advice]]:
    advice = catalogue(say.code)
    once = {f.code: (f, advice[f.advice_id]) for f in findings if f.advice_id in advice}
    return list(once.values())


def _recommendation(finding: PriorFinding, advice: Advice, say: Language) -> Json:
    return {
        "title": finding.title,
        "why": advice.why,
        "how": advice.fix,
        "impact": advice.impact,
        "effort": advice.effort,
        "expected_effect": say.find(f"insights.effects.{finding.check}")
        or say("insights.effects.other"),
        "evidence_ids": [finding.code],
    }


def _quick_wins(advised: list[tuple[PriorFinding, Advice]]) -> list[str]:
    easy = [(f, a) for f, a in advised if a.effort != "high"]
    easy.sort(key=lambda pair: (_LEVELS[pair[1].effort], -_LEVELS[pair[1].impact]))
    return [f"{finding.title}: {advice.fix}" for finding, advice in easy[:_QUICK_WINS]]
