"""Judges a model's insights: which of them rest on stored findings; pure."""

from __future__ import annotations

from lfassess.checks.base import Json, Judgement
from lfassess.checks.llm_analysis.catalogue import REASONS
from lfassess.checks.llm_analysis.evidence import Evidence
from lfassess.checks.llm_analysis.metrics import Metrics
from lfassess.checks.llm_analysis.rules_grounding import ground, texts_of, unknown_figures
from lfassess.checks.reasons import as_json


def judge(evidence: Json) -> Judgement:
    """Return what rests on stored findings in metrics["insights"]; there is no score."""
    seen = Evidence.from_json(evidence)
    if seen.answer is None:
        return _unused("llm.unreadable", Metrics(seen.model, seen.tokens))
    grounded = ground(seen.answer, seen.known_codes, seen.domain, seen.language)
    cites_nothing = not grounded.insights["recommendations"]
    unused = cites_nothing and bool(seen.known_codes or seen.answer.recommendations)
    figures = unknown_figures(texts_of(grounded.insights), seen.figures, seen.language)
    metrics = Metrics(seen.model, seen.tokens, grounded, tuple(figures), usable=not unused)
    return _unused("llm.ungrounded", metrics) if unused else Judgement(metrics=metrics.to_json())


def _unused(code: str, metrics: Metrics) -> Judgement:
    reason = as_json(code, REASONS)
    return Judgement(
        metrics={**metrics.to_json(), "reason": reason}, inconclusive=REASONS[code].wording
    )
