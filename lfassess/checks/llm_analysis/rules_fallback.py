"""Recommendations by rule: the advice catalogue in order, for audits without a language model."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
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
_PRAISED: Final = 2
_VOICES: Final = 3  # of each sentence in configs/languages, [insights.first] and the like
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ“„])")
_NONE: Final = re.compile(r"0\b")
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
    points, well = _points(findings, advised), [f.title for f in strengths(findings)]
    return {
        "by": "rules",
        "executive_summary": summary(business, points, well, say)
        if points
        else say("insights.nothing", business=business),
        "summary_first": next((f.code for f in [f for f, _ in advised] or to_fix(findings)), ""),
        "recommendations": [
            _recommendation(f, advice, say) for f, advice in advised[:_MAX_RECOMMENDATIONS]
        ],
        "quick_wins": _quick_wins(advised),
        "sales_talking_point": talking_point(business, *_opening(*advised[0]), say)
        if advised
        else say("insights.all_well", business=business),
        "email_draft": email(business, points, well, say)
        if advised
        else say("insights.email_well", business=business),
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


def _opening(finding: PriorFinding, advice: Advice) -> tuple[str, str, str]:
    nothing = _NONE.match(finding.evidence)  # of which there is none, as the advice says
    return advice.what, "" if advice.technical or nothing else finding.evidence, advice.why


def _quick_wins(advised: list[tuple[PriorFinding, Advice]]) -> list[str]:
    easy = [(f, a) for f, a in advised if a.effort != "high"]
    easy.sort(key=lambda pair: (_LEVELS[pair[1].effort], -_LEVELS[pair[1].impact]))
    return [f"{finding.title}: {advice.fix}" for finding, advice in easy[:_QUICK_WINS]]


def summary(
    business: str, points: Sequence[tuple[str, str]], well: Sequence[str], say: Language
) -> str:
    """Return what matters most and its likely effect, what comes next, and what is done well.

    Args:
        business: what to call it.
        points: what was found and why it matters, most important first; full sentences.
        well: titles of strengths, without a full stop.
        say: the language of all these.
    """
    voice = voice_of(business)
    (what, why), more = points[0], points[1:_NAMED]
    parts = [say(f"insights.first.{voice}", business=business, what=what, why=why).strip()]
    if more:
        key = f"insights.{'next_one' if len(more) == 1 else 'next'}.{voice}"
        parts += [say(key), *(first_sentence(what) for what, _ in more)]
    if well:
        parts += [say(f"insights.well.{voice}"), *(f"{title}." for title in well[:_PRAISED])]
    return " ".join(parts)


def email(
    business: str, points: Sequence[tuple[str, str]], well: Sequence[str], say: Language
) -> str:
    """Return a first letter to the business; the arguments are `summary`'s."""
    (what, why), more = points[0], points[1:_NAMED]
    parts = [f"{what} {first_sentence(why)}".strip()]
    if more:
        lead = say("insights.email_more" if len(more) > 1 else "insights.email_one_more")
        parts.append(" ".join([lead, *(first_sentence(what) for what, _ in more)]))
    if well:
        parts.append(" ".join([say("insights.email_praise"), f"{well[0]}."]))
    return say("insights.email", business=business, points="\n\n".join(parts))


def talking_point(business: str, what: str, seen: str, why: str, say: Language) -> str:
    """Return how a phone call may open; ``seen`` is evidence that an owner understands, or ""."""
    parts = [say(f"insights.opener.{voice_of(business)}", business=business), what]
    parts += [say("insights.seen", seen=seen)] if seen else []
    return " ".join([*parts, first_sentence(why), say("insights.question")])


def first_sentence(text: str) -> str:
    return _SENTENCE_END.split(text, maxsplit=1)[0]


def voice_of(business: str) -> int:
    """Return which of the ways to say the same a business's texts take, from 1; always the same."""
    return zlib.crc32(business.encode(errors="replace")) % _VOICES + 1


def _points(
    findings: list[PriorFinding], advised: list[tuple[PriorFinding, Advice]]
) -> list[tuple[str, str]]:
    """Return what was found and why it matters; a finding without advice has its title alone."""
    return [(advice.what, advice.why) for _, advice in advised] or [
        (f"{finding.title}.", "") for finding in to_fix(findings)
    ]
