"""Reads periods such as 90s, 30m, 24h and 7d, and shares such as 2%."""

from __future__ import annotations

import re

from lfassess.errors import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_period(text: str) -> float:
    """Return the period in seconds; raises UsageError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*", text.lower())
    if match is None:
        raise UsageError(f"{text!r} is no period.", hint="Write it as 90s, 30m, 24h or 7d.")
    return float(match[1]) * _UNITS[match[2]]


def parse_share(text: str) -> float:
    """Return a share written as 2% or 0.02, between 0 and 1; raises UsageError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", text)
    share = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"{text!r} is no share.", hint="Write it as 2% or 0.02.")
    return share
