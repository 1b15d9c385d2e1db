"""Reads periods such as 90s, 30m, 24h and 7d, shares such as 2%, and lists of choices."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TypeVar

from lfassess.errors import UsageError
from lfassess.plain_text import did_you_mean

_Choice = TypeVar("_Choice", bound=str)

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_period(text: str) -> float:
    """Return the period in seconds; raises UsageError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*", text.lower())
    if match is None:
        raise UsageError(f"{text!r} is not a period.", hint="Write it as 90s, 30m, 24h or 7d.")
    return float(match[1]) * _UNITS[match[2]]


def parse_share(text: str) -> float:
    """Return a share written as 2% or 0.02, between 0 and 1; raises UsageError."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", text)
    share = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"{text!r} is not a percentage.", hint="Write it as 2% or 0.02.")
    return share


def parse_choices(text: str, choices: Collection[_Choice], option: str) -> list[_Choice]:
    """Return which of the choices are named, in their own order; raises UsageError.

    Args:
        text: one or several, separated by commas; in small or capital letters.
        choices: what may be named.
        option: as it is typed, for the message.
    """
    named = [word.strip().casefold() for word in text.split(",") if word.strip()]
    chosen = [choice for choice in choices if choice.casefold() in named]
    known = {choice.casefold() for choice in choices}
    takes = f"{option} takes {', '.join(choices)}"
    if unknown := [word for word in named if word not in known]:
        raise UsageError(f"{takes}; not {unknown[0]!r}.{did_you_mean(unknown[0], choices)}")
    if not chosen:
        raise UsageError(f"{takes}.")
    return chosen
