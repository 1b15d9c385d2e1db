"""Asks the language model about everything stored of the other checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lfassess.checks.advice_catalogue import Advice, catalogue, titles
from lfassess.checks.base import CheckContext, Fetched, Json, Target
from lfassess.checks.llm_analysis.evidence import Evidence, Insights
from lfassess.checks.llm_analysis.evidence_prior import (
    PriorFinding,
    stored_findings,
    strengths,
    to_fix,
)
from lfassess.checks.llm_analysis.rules_grounding import figures_in
from lfassess.checks.shared.domains import own_domain, registrable_domain
from lfassess.checks.shared.llm_request import ask_model, in_language
from lfassess.clients.llm_endpoint import endpoint
from lfassess.config_files import read_text
from lfassess.language import ENGLISH, of_country
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


_MAX_FINDINGS: Final = 60
_ADVISED: Final = 30  # findings that come with our advice; it makes up half of the prompt
_MAX_STRENGTHS: Final = 15
_MAX_TEXT: Final = 300  # characters


def instructions(language: str = ENGLISH) -> str:
    """Return what the model is to do: configs/prompts/llm_analysis.md.

    Args:
        language: of the report, as a BCP 47 tag such as "en-GB" or "de".
    """
    return in_language(read_text("prompts/llm_analysis.md"), language)


def prompt(
    prior: Mapping[str, Json], *, business: str, website: str | None, language: str = ENGLISH
) -> str:
    """Return the audit's results between <data> and </data>, as one JSON object.

    Evidence quotes websites, so it may hold anything: as JSON without angle brackets it can't end
    the fence, and line breaks in it don't look like lines of ours. Titles and advice are in the
    report's language.
    """
    named, advice = titles(language), catalogue(language)
    findings = [replace(f, title=named.get(f.code, f.title)) for f in stored_findings(prior)]
    data = {
        "business": business[:_MAX_TEXT],
        "website": website,
        "checks": [_check(name, result) for name, result in sorted(prior.items())],
        "findings": [
            _finding(f) | (_advice(f, advice) if place < _ADVISED else {})
            for place, f in enumerate(to_fix(findings)[:_MAX_FINDINGS])
        ],
        "strengths": [_finding(f) for f in strengths(findings)[:_MAX_STRENGTHS]],
    }
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    return f"The audit's results, as data:\n<data>\n{text}\n</data>\n"


def citable(prior: Mapping[str, Json]) -> list[str]:
    """Return the codes a recommendation may rest on: those the prompt offers."""
    return list(dict.fromkeys(f.code for f in to_fix(stored_findings(prior))[:_MAX_FINDINGS]))


def _check(name: str, result: Json) -> Json:
    return {"check": name, "status": result.get("status"), "score": result.get("score")}


def _finding(stored: PriorFinding) -> Json:
    return {
        "code": stored.code,
        "check": stored.check,
        "severity": stored.severity,
        "title": stored.title[:_MAX_TEXT],
        "evidence": stored.evidence[:_MAX_TEXT],
    }


def _advice(stored: PriorFinding, known: Mapping[str, Advice]) -> Json:
    advice = known.get(stored.advice_id)
    if advice is None:
        return {}
    return {"advice": {"fix": advice.fix, "impact": advice.impact, "effort": advice.effort}}
