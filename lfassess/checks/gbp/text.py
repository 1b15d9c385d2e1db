"""Puts what others wrote into one short line of evidence."""

from __future__ import annotations

from typing import Final

from lfassess.plain_text import cut

_MAX_SHOWN: Final = 80  # characters


def short(text: str | None) -> str:
    """Return the text in one line of at most 80 characters; "none" where there is none."""
    return cut(" ".join((text or "none").split()), _MAX_SHOWN)
