"""Security: headers, cookies, redirects, TLS and page, seen passively in a handful of requests."""

from __future__ import annotations

from lfassess.checks.base import Area, Check
from lfassess.checks.security import catalogue, fetch, judge

CHECK = Check(
    name="security",
    title="Security",
    fetch=fetch.fetch_site,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    area=Area.SECURITY,
    time_limit_s=15,
    depends_on="page",
)
