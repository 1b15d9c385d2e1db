"""Tells which of a page's elements no script listens to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lfassess.clients.chromium.page import Page

Json = dict[str, Any]

_CLICKS: Final = frozenset(
    {"click", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"}
)
_MAX_ELEMENTS: Final = 80  # elements asked about, one command each


def without_listener(page: Page, script: str) -> list[Json]:
    """Return those of a script's candidates that neither they nor an ancestor has a handler for.

    The script runs among the page's own, since handlers show there alone. It evaluates to a list:
    elements, and last the candidates as JSON: [{"chain": [places in the list], ...}]. What could
    not be asked counts as having a listener, and so does everything on a page that replaces
    itself meanwhile.
    """
    answer = page.command("Runtime.evaluate", expression=script, objectGroup="handlers")
    listed = answer.get("result", {}).get("objectId")
    if "exceptionDetails" in answer or not listed:
        return []
    properties = page.command("Runtime.getProperties", objectId=listed, ownProperties=True)
    values = {
        int(one["name"]): one.get("value", {})
        for one in properties.get("result", [])
        if one["name"].isdigit()
    }
    candidates = _candidates(values[max(values)].get("value")) if values else []
    silent = {place for place in list(values)[:_MAX_ELEMENTS] if _is_silent(page, values[place])}
    page.command("Runtime.releaseObjectGroup", objectGroup="handlers")
    return [one for one in candidates if silent.issuperset(one["chain"])]


def _candidates(reply: object) -> list[Json]:
    """Return the candidates; none where the page's own scripts have changed how JSON is written."""
    try:
        listed = json.loads(reply) if isinstance(reply, str) else None
    except ValueError:
        listed = None
    return [
        one
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and isinstance(one.get("chain"), list) and one["chain"]
    ]


def _is_silent(page: Page, element: Json) -> bool:
    if "objectId" not in element:
        return False
    listening = page.command("DOMDebugger.getEventListeners", objectId=element["objectId"])
    return not any(one.get("type") in _CLICKS for one in listening.get("listeners", []))
