"""Asks the language model about everything stored of the other checks."""

from __future__ import annotations

from lfassess.checks.base import CheckContext, Fetched, Target
from lfassess.checks.llm_analysis.evidence import Evidence
from lfassess.checks.llm_analysis.prompt import citable, instructions, prompt
from lfassess.checks.llm_analysis.rules_grounding import figures_in
from lfassess.checks.llm_analysis.schema import Insights
from lfassess.checks.shared.domains import own_domain, registrable_domain
from lfassess.checks.shared.llm_request import ask_model
from lfassess.clients.llm_endpoint import endpoint
from lfassess.language import of_country
from lfassess.settings import Settings


def is_configured(settings: Settings) -> bool:
    return endpoint(settings) is not None


def fetch_insights(target: Target, ctx: CheckContext) -> Fetched:
    """Ask for insights.

    Raises:
        ContentRefusedError: the model refused, or its answer was cut off or filtered.
        InvalidResponseError: its answer fitted the schema neither at first nor when asked again.
    """
    language = ctx.settings.report_language or of_country(target.country)
    question = prompt(
        ctx.other_results,
        business=target.name,
        website=registrable_domain(target.url),
        language=language,
    )
    reply = ask_model(ctx, instructions(language), question, Insights)
    evidence = Evidence(
        answer=reply.parsed,
        model=reply.model,
        asked=reply.asked,
        tokens=dict(reply.tokens),
        known_codes=citable(ctx.other_results),
        figures=sorted(figures_in(question)),
        domain=own_domain(target.url),
        language=language,
    )
    return Fetched(evidence.to_json(), sandbox=reply.sandbox)
