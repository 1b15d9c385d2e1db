"""Numbers with their nouns."""

from __future__ import annotations


def plural(count: float, one: str, many: str | None = None) -> str:
    """Return "1 picture" or "2 pictures"."""
    return f"{count:,.0f} {one if count == 1 else many or one + 's'}"
