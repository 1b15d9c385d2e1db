"""What a person typed, as a pattern."""

from __future__ import annotations


def like(typed: str) -> str | None:
    r"""Return an ILIKE pattern for text that holds what was typed, or None where nothing was."""
    text = typed.strip()
    if not text:
        return None
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
