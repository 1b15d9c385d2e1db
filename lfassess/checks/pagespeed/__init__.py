"""PageSpeed: how fast and how well built the page is, by Lighthouse."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, Check, Queue
from lfassess.checks.pagespeed import catalogue, fetch, judge
from lfassess.settings import Settings

_RUN_S: Final = 20.0  # for each run beyond the first that the settings ask for


def _queue(settings: Settings) -> Queue:
    return "assessment" if fetch.asks_google(settings) else "lighthouse"


def _more_time_s(settings: Settings) -> float:
    """Return the time that more runs take than the usual ones."""
    runs = settings.lighthouse_runs if _queue(settings) == "lighthouse" else None
    return _RUN_S * ((runs or 1) - 1)


CHECK = Check(
    name="pagespeed",
    title="PageSpeed",
    fetch=fetch.fetch_audit,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    area=Area.SPEED,
    queue=_queue,
    time_limit_s=75,
    depends_on="page",
    more_time_s=_more_time_s,
    usual_cost=fetch.usual_cost,
)
