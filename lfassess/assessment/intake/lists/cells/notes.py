"""What was repaired or dropped in a row's cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from lfassess.assessment.intake.lead_row import clean

_MAX_QUOTED_CHARS: Final = 60  # characters of a cell in a note


@dataclass(slots=True)
class Notes:
    """What was repaired or dropped in a row."""

    column: Callable[[str], str]  # a field's column, as people know it
    said: list[tuple[str, str]] = field(default_factory=list)  # (column, what was done)

    def add(self, name: str, text: str) -> None:
        self.said.append((self.column(name), text))


def quoted(text: str) -> str:
    """Return a cell for a note, shortened."""
    text = clean(text)
    return (
        f"\u201c{text[: _MAX_QUOTED_CHARS - 1]}\u2026\u201d"
        if len(text) > _MAX_QUOTED_CHARS
        else f"\u201c{text}\u201d"
    )
