"""First impression: the home page as a browser shows it, on a desktop and on a phone."""

from __future__ import annotations

from lfassess.checks.base import Area, Check, UsualCost
from lfassess.checks.shared import llm_request
from lfassess.checks.visual import catalogue, fetch, judge
from lfassess.settings import Settings


def _usual_cost(settings: Settings) -> UsualCost | None:
    """Return the cost of asking a model about the screenshots, where there is one to ask."""
    asks = settings.vision and (settings.openai_api_key or settings.sandbox_url)
    return llm_request.usual_cost(settings) if asks else None


CHECK = Check(
    name="visual",
    title="First impression",
    fetch=fetch.fetch_page,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    area=Area.FIRST_IMPRESSION,
    queue=lambda _settings: "browser",
    time_limit_s=120,  # waiting for the browser and for the language model included
    depends_on="page",
    usual_cost=_usual_cost,
)
