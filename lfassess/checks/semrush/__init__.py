"""SEMrush: how visible is the site in search beside its competitors, and who links to it?"""

from __future__ import annotations

from lfassess.checks.base import Area, Check, unless
from lfassess.checks.semrush import catalogue, fetch, judge

CHECK = Check(
    name="semrush",
    title="Search visibility",
    fetch=fetch.fetch_reports,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    area=Area.SEARCH_VISIBILITY,
    time_limit_s=20,
    depends_on="domain",
    skip_reason=unless(fetch.is_configured, "no SEMRUSH_API_KEY"),
    usual_cost=fetch.usual_cost,
)
