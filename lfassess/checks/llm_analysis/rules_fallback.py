"""Recommendations by rule: the advice catalogue in order, for audits without a language model."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

from lfassess.checks.advice_catalogue import Advice, catalogue
from lfassess.checks.base import Json
from lfassess.checks.llm_analysis.evidence_prior import (
    PriorFinding,
    stored_findings,
    strengths,
    to_fix,
)
from lfassess.language import ENGLISH, Language, load

_MAX_RECOMMENDATIONS: Final = 10
_QUICK_WINS: Final = 3
_NAMED: Final = 3
_VOICES: Final = 3  # of each sentence in configs/languages, [insights.first] and the like
_LEVELS: Final = {"low": 0, "medium": 1, "high": 2}


def recommendations_by_rule(
    prior: Mapping[str, Json], business: str = "your business", language: str = ENGLISH
) -> Json:
    """Return insights in the shape llm_analysis stores, marked ``"by": "rules"``.

    Args:
        prior: stored results of the other checks, by check name.
        business: what to call the lead in the texts.
        language: of the texts.

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
    return {
        "by": "rules",
        "executive_summary": _summary(business, findings, advised, say),
        "summary_first": next((f.code for f in _fixable(findings, advised)), ""),
        "recommendations": [
            _recommendation(f, advice, say) for f, advice in advised[:_MAX_RECOMMENDATIONS]
        ],
        "quick_wins": _quick_wins(advised),
        "sales_talking_point": _talking_point(business, advised, say),
        "email_draft": _email(business, advised, say),
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


def _summary(
    business: str,
    findings: list[PriorFinding],
    advised: list[tuple[PriorFinding, Advice]],
    say: Language,
) -> str:
    """Return what matters most and its likely effect, what comes next, and what is done well."""
    fixable = _fixable(findings, advised)
    if not fixable:
        return say("insights.nothing", business=business)
    first, voice = fixable[0], voice_of(business)
    parts = [say(f"insights.first.{voice}", business=business, title=first.title)]
    parts += [advised[0][1].why] if advised else []
    parts += [say(f"insights.next.{voice}", title=f.title) for f in fixable[1:2]]
    parts += [say(f"insights.well.{voice}", title=f.title) for f in strengths(findings)[:1]]
    return " ".join(parts)


def voice_of(business: str) -> int:
    """Return which of the ways to say the same a business's texts take, from 1; always the same."""
    return zlib.crc32(business.encode(errors="replace")) % _VOICES + 1


def _fixable(
    findings: list[PriorFinding], advised: list[tuple[PriorFinding, Advice]]
) -> list[PriorFinding]:
    return [f for f, _ in advised] or to_fix(findings)


def _talking_point(business: str, advised: list[tuple[PriorFinding, Advice]], say: Language) -> str:
    if not advised:
        return say("insights.all_well", business=business)
    finding, advice = advised[0]
    seen = f": {finding.evidence}" if finding.evidence and not advice.technical else ""
    return f"{finding.title}{seen}. {advice.why}"


def _email(business: str, advised: list[tuple[PriorFinding, Advice]], say: Language) -> str:
    if not advised:
        return say("insights.email_well", business=business)
    first, why = f"- {advised[0][0].title}", advised[0][1].why
    points = [f"{first}. {why}", *(f"- {finding.title}" for finding, _ in advised[1:_NAMED])]
    return say("insights.email", business=business, points="\n".join(points))
