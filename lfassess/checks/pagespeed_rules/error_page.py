"""Tells an error page from the real one: its scores may look real."""

from __future__ import annotations

import re
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.loose import number_in, text_in, texts_in
from lfassess.checks.pagespeed_rules.measures import audit

_IN_WARNING: Final = re.compile(r"Status code: (\d{3})")
_STATUS: Final = re.compile(r"\b([45]\d\d)\b")
# What sites answer to visitors they take for robots, or that need a password: no word on what
# customers get to see.
_REFUSALS: Final = frozenset({"401", "403", "429", "503"})


def error_status(result: Json) -> str | None:
    """Return the page's status ("404", or "unknown") if an error page was measured, else None."""
    for warning in texts_in(result, "runWarnings"):
        if found := _IN_WARNING.search(warning):
            return found[1]
    entry = audit(result, "http-status-code")
    if number_in(entry, "score") == 0:
        found = _STATUS.search(text_in(entry, "displayValue") or "")
        return found[1] if found else "unknown"
    return None


def is_refusal(status: str) -> bool:
    """Whether the status may be meant for robots only."""
    return status in _REFUSALS
