"""Versions of software, and whether a rule applies to one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

# A number with a part behind it that comes before the release of that number.
_EARLY: Final = re.compile(r"[-.]?(?:alpha|beta|rc|pre|dev|next|canary|a|b)[-.]?\d*", re.IGNORECASE)
_RELEASE: Final = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,5})", re.IGNORECASE)

Key = tuple[tuple[int, ...], int, tuple[int, ...]]


def key(version: str) -> Key:
    """Return a version for comparison: 3.4 equals 3.4.0, and 3.0.0-rc1 comes before 3.0.0."""
    match = _RELEASE.match(version)
    if match is None:
        return (), 0, ()
    rest = version[match.end() : match.end() + 30]
    early = _EARLY.match(rest) is not None
    behind = tuple(int(n) for n in re.findall(r"\d{1,9}", rest)) if early else ()
    parts = [int(part) for part in match[1].split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts), int(not early), behind


def applies(rule: Mapping[str, Any], version: str, day: date) -> bool:
    """Return whether from <= version < below, and the rule is in force on that day."""
    within = key(rule.get("from", "0-alpha")) <= key(version) < key(rule["below"])
    return within and bool(rule.get("since", day) <= day)
