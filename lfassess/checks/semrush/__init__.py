"""SEMrush: how visible is the site in search beside its competitors, and who links to it?"""

from __future__ import annotations

from lfassess.checks.base import Check
from lfassess.checks.semrush import catalogue, fetch, judge
from lfassess.settings import Settings


def _skip_reason(settings: Settings) -> str | None:
    return None if fetch.is_configured(settings) else "no SEMRUSH_API_KEY"


CHECK = Check(
    name="semrush",
    title="Search visibility",
    fetch=fetch.fetch_reports,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    queue=lambda _settings: "assessment",
    time_limit_s=20,
    depends_on="domain",
    skip_reason=_skip_reason,
    usual_cost=fetch.usual_cost,
)
