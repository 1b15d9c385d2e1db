"""Google Business Profile: is there one, is it complete, and what do customers see there?"""

from __future__ import annotations

from lfassess.checks.base import Area, Check, unless
from lfassess.checks.gbp import catalogue, fetch, judge

CHECK = Check(
    name="gbp",
    title="Google Business Profile",
    fetch=fetch.fetch_profile,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    area=Area.GOOGLE_PROFILE,
    time_limit_s=25,
    retention_days=30,  # Google Maps Platform's terms: everything but the place id
    needs_website=False,
    skip_reason=unless(fetch.is_configured, "no GOOGLE_API_KEY"),
    usual_cost=fetch.usual_cost,
    cost_of_rivals=fetch.cost_of_rivals,
)
