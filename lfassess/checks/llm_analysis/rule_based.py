"""Recommendations by rule: the advice catalogue in order, for audits without a language model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from lfassess.checks.advice_catalogue import Advice, catalogue
from lfassess.checks.base import Json
from lfassess.checks.llm_analysis.prior_findings import (
    PriorFinding,
    stored_findings,
    strengths,
    to_fix,
)

_MAX_RECOMMENDATIONS: Final = 10
_QUICK_WINS: Final = 3
_LEVELS: Final = {"low": 0, "medium": 1, "high": 2}
_SEVERITIES: Final = ("critical", "high", "medium", "low")
# What an owner may expect, by check: nothing that a later audit could not show.
_EFFECTS: Final = {
    "pagespeed": "The page gets faster and easier to use; the next measurement shows by how much.",
    "security": "Visitors' connections are better protected; the next audit shows it.",
    "gbp": "People who find the business on Google see correct and complete details.",
    "semrush": "The site can show up in more searches; expect that to take months.",
    "onpage": "Search engines and customers learn more about the business from its own pages.",
    "visual": "Visitors find their way and get in touch more easily; new screenshots show it.",
}
_EFFECT: Final = "The next audit no longer finds this issue."


def recommendations_by_rule(prior: Mapping[str, Json], business: str = "your business") -> Json:
    """Return insights in the shape llm_analysis stores, marked ``"by": "rules"``.

    Args:
        prior: stored results of the other checks, by check name.
        business: what to call the lead in the texts.

    Returns:
        {by, executive_summary, recommendations [{title, why, how, impact, effort, expected_effect,
        evidence_ids}], quick_wins [at most 3], sales_talking_point, email_draft}. Recommendations
        stand in order of severity, then impact, then least effort; findings without advice have
        none. Quick wins are of little effort, then of some; never of much.
    """
    findings = stored_findings(prior)
    advised = _advised(to_fix(findings))
    return {
        "by": "rules",
        "executive_summary": _summary(business, findings),
        "recommendations": [
            _recommendation(f, advice) for f, advice in advised[:_MAX_RECOMMENDATIONS]
        ],
        "quick_wins": _quick_wins(advised),
        "sales_talking_point": _talking_point(business, advised),
        "email_draft": _email(business, advised),
    }


def _advised(findings: list[PriorFinding]) -> list[tuple[PriorFinding, Advice]]:
    advice = catalogue()
    once = {f.code: (f, advice[f.advice_id]) for f in findings if f.advice_id in advice}
    return sorted(once.values(), key=_rank)


def _rank(pair: tuple[PriorFinding, Advice]) -> tuple[int, int, int]:
    finding, advice = pair
    severity = _SEVERITIES.index(finding.severity) if finding.severity in _SEVERITIES else 9
    return severity, -_LEVELS[advice.impact], _LEVELS[advice.effort]


def _recommendation(finding: PriorFinding, advice: Advice) -> Json:
    return {
        "title": finding.title,
        "why": advice.why,
        "how": advice.fix,
        "impact": advice.impact,
        "effort": advice.effort,
        "expected_effect": _EFFECTS.get(finding.check, _EFFECT),
        "evidence_ids": [finding.code],
    }


def _quick_wins(advised: list[tuple[PriorFinding, Advice]]) -> list[str]:
    easy = [(f, a) for f, a in advised if a.effort != "high"]
    easy.sort(key=lambda pair: (_LEVELS[pair[1].effort], -_LEVELS[pair[1].impact]))
    return [f"{finding.title}: {advice.fix}" for finding, advice in easy[:_QUICK_WINS]]


def _summary(business: str, findings: list[PriorFinding]) -> str:
    fixable = to_fix(findings)
    counts = Counter(f.severity for f in fixable)
    parts = [f"{counts[s]} {s}" for s in _SEVERITIES if counts[s]]
    if not parts:
        return f"The checks found nothing to fix at {business}."
    worst = "; ".join(f.title for f in fixable[:3])
    good = strengths(findings)
    well = f" Done well: {'; '.join(f.title for f in good[:3])}." if good else ""
    noun = "issue" if len(fixable) == 1 else "issues"
    return (
        f"The audit of {business} found {len(fixable)} {noun} to fix ({', '.join(parts)}). "
        f"Most important: {worst}.{well}"
    )


def _talking_point(business: str, advised: list[tuple[PriorFinding, Advice]]) -> str:
    if not advised:
        return f"{business}'s web presence came through our checks well."
    finding, advice = advised[0]
    seen = f" ({finding.evidence})" if finding.evidence else ""
    return f"{finding.title}{seen}. {advice.why}"


def _email(business: str, advised: list[tuple[PriorFinding, Advice]]) -> str:
    if not advised:
        return (
            f"Hello,\n\nwe looked at the web presence of {business} and found it in good order. "
            "If you would like the full report, just reply to this email.\n\nKind regards"
        )
    points = "\n".join(f"- {finding.title}" for finding, _ in advised[:3])
    return (
        f"Hello,\n\nwe looked at the web presence of {business} and noticed a few things worth "
        f"fixing:\n\n{points}\n\n{advised[0][1].why}\n\nThe full report says what to do about "
        "each one. May we send it to you?\n\nKind regards"
    )
