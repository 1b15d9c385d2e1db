"""Colours and words the terminal output shares."""

from __future__ import annotations

from typing import Final

# What is worth showing first; "info" and "passed" are for the report.
SEVERITY_ORDER: Final = {"critical": 0, "high": 1, "medium": 2, "low": 3}
SEVERITY_STYLE: Final = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "cyan",
}
GRADE_STYLE: Final = {
    "A": "bold white on green",
    "B": "bold black on bright_green",
    "C": "bold black on yellow",
    "D": "bold white on dark_orange3",
    "F": "bold white on red",
}
STATUS_STYLE: Final = {
    "pending": "dim",
    "in_progress": "cyan",
    "completed": "green",
    "failed": "red",
    "cancelled": "yellow",
    "skipped": "dim",
}
STATUS_MARK: Final = {
    "pending": "·",
    "in_progress": "»",
    "completed": "✓",
    "failed": "✗",
    "cancelled": "⊘",
    "skipped": "-",
}


def seconds(value: float | None) -> str:
    """Return 4.2s, 1m05s or 2h03m."""
    if value is None:
        return ""
    if value < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{value:.1f}s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return f"{minutes}m{rest:02d}s"
    return f"{minutes // 60}h{minutes % 60:02d}m"
