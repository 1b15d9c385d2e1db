"""Puts what others wrote into one short line of evidence."""

from __future__ import annotations

from typing import Final

from lfassess.checks.shared.truncate import cut

_SHOWN: Final = 80


def short(text: str | None) -> str:
    """Return the text in one line of at most 80 characters; "none" where there is none."""
    return cut(" ".join((text or "none").split()), _SHOWN)


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
