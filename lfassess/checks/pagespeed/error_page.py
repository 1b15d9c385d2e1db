"""Tells an error page from the real one: its scores may look real."""

from __future__ import annotations

import re
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.pagespeed.lighthouse_result import audit
from lfassess.checks.shared import walls
from lfassess.checks.shared.json_access import get_number, get_text, get_texts

_IN_WARNING: Final = re.compile(r"Status code: (\d{3})")
_STATUS: Final = re.compile(r"\b([45]\d\d)\b")
# To a browser an outage; but to Google's and ours it may be a wall.
_OVERLOAD: Final = 503


def error_status(result: Json) -> str | None:
    """Return the page's status ("404", or "unknown") if an error page was measured, else None."""
    for warning in get_texts(result, "runWarnings"):
        if found := _IN_WARNING.search(warning):
            return found[1]
    entry = audit(result, "http-status-code")
    if get_number(entry, "score") == 0:
        found = _STATUS.search(get_text(entry, "displayValue") or "")
        return found[1] if found else "unknown"
    return None


def is_refusal(status: str) -> bool:
    """Whether the status may be meant for robots only: no word on what customers get to see."""
    number = int(status) if status.isdecimal() else 0
    return number == _OVERLOAD or walls.refused(number, rendered=True)
