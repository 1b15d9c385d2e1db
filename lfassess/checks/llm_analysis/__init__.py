"""Language model analysis: the other checks' findings in plain words, and what to do about them."""

from __future__ import annotations

from lfassess.checks.base import Check, unless
from lfassess.checks.llm_analysis import catalogue, fetch, judge
from lfassess.checks.shared import llm_request

CHECK = Check(
    name="llm_analysis",
    title="Analysis and recommendations",
    fetch=fetch.fetch_insights,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    queue=lambda _settings: "llm",
    time_limit_s=60,
    needs_website=False,
    depends_on_others=True,
    skip_reason=unless(fetch.is_configured, "no OPENAI_API_KEY"),
    usual_cost=llm_request.usual_cost,
)
