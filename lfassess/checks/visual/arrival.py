"""Opens a lead's page in the browser and says what was met there."""

from __future__ import annotations

import time
from functools import cache
from importlib import resources
from typing import Any, Final

from lfassess.checks.base import Target
from lfassess.checks.shared.json_access import get_number, get_text
from lfassess.checks.shared.visit import Kind, Met, Visit, meet
from lfassess.clients.browser import Page
from lfassess.errors import PermanentError

Json = dict[str, Any]

_UNFOLLOWED: Final = "frame"


@cache
def _script() -> str:
    return (resources.files("lfassess.checks.visual") / "visit.js").read_text("utf-8")


def arrive(page: Page, target: Target, wait_s: float = 0.0) -> Met:
    """Open the lead's page, or the one that its frame shows in its place, and say what it is.

    Args:
        page: the browser's.
        target: with a URL.
        wait_s: to leave a bot check, or a slow page, before looking.

    Raises:
        CheckError: whatever ``Page.goto`` raises.
    """
    assert target.url
    page.goto(target.url)
    time.sleep(wait_s)
    seen = page.evaluate(_script())
    if frame := get_text(seen, "frame"):
        return _behind(page, target, frame, _met(page, target, seen))
    return _met(page, target, seen)


def _behind(page: Page, target: Target, frame: str, outside: Met) -> Met:
    """Open what a frame shows, unless the page around it is no website already."""
    if outside.kind in {Kind.PLATFORM, Kind.WALL, Kind.REFUSED}:
        return outside
    try:
        page.goto(frame)
    except PermanentError:
        assert target.url
        page.goto(target.url)
        return Met(Kind.UNREAD, _UNFOLLOWED, frame[:100])
    return _met(page, target, page.evaluate(_script()))


def _met(page: Page, target: Target, seen: object) -> Met:
    visit = Visit(
        requested_url=target.url or page.url,
        url=page.url,
        status=page.status,
        title=page.title,
        text=get_text(seen, "text") or "",
        html=get_text(seen, "html") or "",
        rendered=True,
        pictures=round(get_number(seen, "pictures") or 0),
    )
    return meet(visit, target.name)
