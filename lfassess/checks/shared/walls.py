"""Tells bot checks and refusals from a website, by configs/walls.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from lfassess.checks.shared.page_text import count_words
from lfassess.config_files import read_toml

_FLAGS: Final = re.IGNORECASE | re.MULTILINE
_LONGEST: Final = 80
_SEARCHED: Final = 100_000  # characters of HTML


@cache
def _table() -> dict[str, Any]:
    return read_toml("walls.toml")


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, _FLAGS) for pattern in _table()[name])


def wall(headers: Sequence[tuple[str, str]], title: str, text: str, html: str) -> str | None:
    """Return what shows that a bot check came in a website's place, or None."""
    table = _table()
    for name, value in headers:
        pattern = table["headers"].get(name.lower())
        if pattern and re.search(pattern, value, _FLAGS):
            return f"{name.lower()}: {value}"[:_LONGEST]
    words = count_words(text)
    if words <= table["most_words"]:
        for pattern in _patterns("titles"):
            if pattern.match(title.strip()):
                return f"“{title.strip()[:_LONGEST]}”"
    if words <= table["phrase_words"]:
        said = text[:_SEARCHED].replace("\n", " ")
        for pattern in _patterns("phrases"):
            if found := pattern.search(said):
                return f"“{found[0][:_LONGEST]}”"
    if words <= table["mark_words"]:
        return next((mark for mark in table["marks"] if mark in html[:_SEARCHED]), None)
    return None


def refused(status: int, *, rendered: bool) -> bool:
    """Return whether a status may be meant for our visit alone.

    Args:
        status: of the final answer.
        rendered: whether a browser got it; then a missing page is what customers get, too.
    """
    table = _table()
    return status in table["refused"] or (not rendered and status in table["refused_program"])
