"""First impression: the home page as a browser shows it, on a desktop and on a phone."""

from __future__ import annotations

from lfassess.checks.base import Check
from lfassess.checks.visual import catalogue, fetch, judge

CHECK = Check(
    name="visual",
    title="First impression",
    fetch=fetch.fetch_page,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    queue=lambda _settings: "browser",
    time_limit_s=120,  # waiting for the browser and for the language model included
    depends_on="page",
)
