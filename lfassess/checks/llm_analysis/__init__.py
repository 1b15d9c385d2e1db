"""Language model analysis: the other checks' findings in plain words, and what to do about them."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from lfassess.checks.base import Check, CheckContext, Fetched, Judgement, Target
from lfassess.checks.llm_analysis.grounding import keep, texts_of
from lfassess.checks.llm_analysis.number_check import figures_in, strange_figures
from lfassess.checks.llm_analysis.prompt import citable, instructions, prompt
from lfassess.checks.llm_analysis.reasons import REASONS
from lfassess.checks.llm_analysis.schema import Insights
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.domains import own_domain, registrable_domain
from lfassess.checks.shared.json_access import get_object, get_text, get_texts
from lfassess.checks.shared.llm_request import ask_model
from lfassess.clients.llm_endpoint import endpoint
from lfassess.settings import Settings

Json = dict[str, Any]


def fetch(target: Target, ctx: CheckContext) -> Fetched:
    """Ask the model about everything stored of the other checks.

    Raises:
        ContentRefusedError: the model refused, or its answer was cut off or filtered.
        InvalidResponseError: its answer fitted the shape neither at first nor when asked again.
    """
    asked = prompt(ctx.prior, business=target.name, website=registrable_domain(target.url))
    said = ask_model(ctx, instructions(ctx.settings.report_language), asked, Insights)
    evidence = {
        "answer": said.parsed.model_dump(),
        "model": said.model,
        "asked": said.asked,
        "tokens": said.tokens,
        "known_codes": citable(ctx.prior),
        "figures": sorted(figures_in(asked)),
        "domain": own_domain(target.url),
    }
    return Fetched(evidence, sandbox=said.sandbox)


def judge(evidence: Json) -> Judgement:
    """Keep what rests on stored findings, in metrics["insights"]; there is no score."""
    metrics: Json = {"model": get_text(evidence, "model"), "tokens": get_object(evidence, "tokens")}
    try:
        insights = Insights.model_validate(evidence.get("answer"))
    except ValidationError:
        return _unused("llm.unreadable", metrics)
    known = get_texts(evidence, "known_codes")
    kept = keep(insights, known, get_text(evidence, "domain"))
    metrics |= {
        "dropped_recommendations": kept.dropped_recommendations,
        "removed_links": kept.removed_links,
        "removed_claims": kept.removed_claims,
        "strange_figures": strange_figures(texts_of(kept.insights), get_texts(evidence, "figures")),
    }
    if (known or insights.recommendations) and not kept.insights["recommendations"]:
        return _unused("llm.ungrounded", metrics)
    return Judgement(metrics={**metrics, "insights": kept.insights})


def _unused(code: str, metrics: Json) -> Judgement:
    reason = as_json(code, REASONS)
    return Judgement(metrics={**metrics, "reason": reason}, inconclusive=REASONS[code].wording)


def _skip_reason(settings: Settings) -> str | None:
    return None if endpoint(settings) else "no OPENAI_API_KEY"


CHECK = Check(
    name="llm_analysis",
    title="Analysis and recommendations",
    fetch=fetch,
    judge=judge,
    kinds={},
    queue=lambda _settings: "llm",
    time_limit_s=60,
    needs_website=False,
    depends_on_others=True,
    skip_reason=_skip_reason,
)
