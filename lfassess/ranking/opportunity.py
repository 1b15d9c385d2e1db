"""Need times worth times reach of one lead, each part with what it came from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from lfassess.quantities import plural
from lfassess.ranking.facts import Fixable, RankingFacts
from lfassess.ranking.rules import FACTORS, RankingRules

SHOWN: Final = 3  # findings
_NAMED: Final = 2  # tools
_MANY_REVIEWS: Final = 20  # reviews worth a word
_MUCH: Final = 100  # USD a month, likewise


class Out(StrEnum):
    """Why a lead has no place in the ranking."""

    CLOSED = "closed"  # for good, by Google
    NO_SIGN_OF_LIFE = "no_sign_of_life"  # no website, and Google doesn't know it
    NOTHING_TO_FIX = "nothing_to_fix"
    DO_NOT_CONTACT = "do_not_contact"  # by a person's list, whatever the audit says


OUT_WORDS: Final[Mapping[Out, str]] = {
    Out.CLOSED: "Google shows the business as permanently closed.",
    Out.NO_SIGN_OF_LIFE: "No website of the business was seen, and Google doesn't know it.",
    Out.NOTHING_TO_FIX: "The audit found nothing to fix.",
    Out.DO_NOT_CONTACT: "On the do-not-contact list.",
}


@dataclass(frozen=True, slots=True)
class Opportunity:
    """How much a call is worth, and what it rests on."""

    score: float  # 0-100, one decimal
    need: float  # 0-100, likewise
    worth: float
    reach: float
    out: Out | None
    why: str  # one sentence for whoever calls
    findings: tuple[Fixable, ...]  # the three to speak of
    parts: Mapping[str, Mapping[str, float | None]]  # points by part; None: nobody knows
    version: str

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "out": self.out.value if self.out else None}


def opportunity(facts: RankingFacts, rules: RankingRules) -> Opportunity:
    """Return the opportunity that the facts make.

    Each factor f, from 0 to 1, counts as (least + (1 - least) f) ^ exponent; their product is the
    score. More need, worth or reach never lowers it.
    """
    parts = {
        "need": _need(facts, rules),
        "worth": _worth(facts, rules),
        "reach": _reach(facts, rules),
    }
    values = {
        "need": _share(parts["need"], rules.need_half),
        "worth": _worth_share(parts["worth"], facts, rules),
        "reach": _sum(parts["reach"]) / sum(rules.reach.values()),
    }
    counted = (_counted(values[name], name, rules) for name in FACTORS)
    out = _out(facts)
    return Opportunity(
        score=0.0 if out else round(100 * math.prod(counted), 1),
        **{name: round(100 * values[name], 1) for name in FACTORS},
        out=out,
        why=OUT_WORDS[out] if out else _why(facts),
        findings=facts.findings[:SHOWN],
        parts=parts,
        version=rules.version,
    )


def _counted(value: float, name: str, rules: RankingRules) -> float:
    factor = rules.factors[name]
    return math.pow(factor.least + (1 - factor.least) * value, factor.exponent)


def _need(facts: RankingFacts, rules: RankingRules) -> dict[str, float | None]:
    points: dict[str, float | None] = {}
    for finding in facts.findings:
        if finding.hardening or finding.area is None:
            continue
        more = rules.need_points[finding.severity] * rules.need_areas[finding.area]
        points[finding.area] = round((points.get(finding.area) or 0) + more, 1)
    return points


def _share(parts: Mapping[str, float | None], half: float) -> float:
    points = _sum(parts)
    return points / (points + half)


def _worth(facts: RankingFacts, rules: RankingRules) -> dict[str, float | None]:
    values = {
        "reviews": facts.reviews,
        "tools": None if facts.tools is None else float(len(facts.tools)),
        "traffic_value": facts.traffic_value,
        "rating": facts.rating,
    }
    return {
        name: None if value is None else round(rules.worth[name].of(max(0.0, value)), 1)
        for name, value in values.items()
    }


def _worth_share(
    parts: Mapping[str, float | None], facts: RankingFacts, rules: RankingRules
) -> float:
    factor = rules.trades.get(facts.trade or "", 1.0)
    return min(1.0, factor * _sum(parts) / sum(part.points for part in rules.worth.values()))


def _reach(facts: RankingFacts, rules: RankingRules) -> dict[str, float | None]:
    return {name: points if getattr(facts, name) else 0.0 for name, points in rules.reach.items()}


def _sum(parts: Mapping[str, float | None]) -> float:
    return sum(points or 0.0 for points in parts.values())


def _out(facts: RankingFacts) -> Out | None:
    if facts.closed:
        return Out.CLOSED
    if facts.no_site and not facts.on_google:
        return Out.NO_SIGN_OF_LIFE
    if not any(not finding.hardening for finding in facts.findings):
        return Out.NOTHING_TO_FIX
    return None


def _why(facts: RankingFacts) -> str:
    """Return what the business has, and what is in its way."""
    has = []
    if facts.reviews is not None and facts.reviews >= _MANY_REVIEWS:
        stars = f" ({facts.rating:.1f} stars)" if facts.rating is not None else ""
        has.append(f"{plural(facts.reviews, 'review')} on Google{stars}")
    if facts.tools:
        has.append(f"pays for {' and '.join(facts.tools[:_NAMED])}")
    if facts.traffic_value is not None and facts.traffic_value >= _MUCH:
        has.append(f"visitors from searches worth about ${facts.traffic_value:,.0f} a month")
    worst = facts.findings[0].title
    first = f"{', '.join(has)}; but: {worst}" if has else worst
    others = sum(not finding.hardening for finding in facts.findings) - 1
    more = f", and {others} more to fix" if others > 0 else ""
    return f"{first[:1].upper()}{first[1:]}{more}."
