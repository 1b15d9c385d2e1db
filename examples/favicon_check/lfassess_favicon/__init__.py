"""Favicon: has the website an icon for browser tabs, bookmarks and search results?"""

from __future__ import annotations

from importlib.resources import files

from lfassess.checks.base import Check
from lfassess_favicon import catalogue, fetch, judge

CHECK = Check(
    name="favicon",
    title="Favicon",
    fetch=fetch.fetch_icon,
    judge=judge.judge,
    kinds=catalogue.KINDS,
    time_limit_s=20,
    depends_on="page",
    advice=files(__name__) / "advice.toml",
)
