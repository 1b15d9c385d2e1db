"""What was repaired or dropped in a row's cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lfassess.assessment.intake.lead_row import clean

_MAX_QUOTED_CHARS: Final = 60  # characters of a cell in a note


@dataclass(slots=True)
class Notes:
    """What was repaired or dropped in a row."""

    column: Callable[[str], str]  # a field's column, as people know it
    said: list[tuple[str, str]] = field(default_factory=list)  # (column, what was done)
    # Where a field has several columns: those of its filled cells, and the one that is being read.
    cells: dict[str, list[str]] = field(default_factory=dict)
    current: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        self.said.append((self.current.get(name) or self.column(name), text))

    def each(self, name: str, texts: Sequence[str], key: str | None = None) -> Iterable[str]:
        """Return a field's cells one by one; what is noted meanwhile is of that cell's column.

        ``key``: under which ``cells`` has their columns, if not under the field's name.
        """
        columns = self.cells.get(key or name)
        return texts if columns is None else self._each(name, texts, columns)

    def _each(self, name: str, texts: Sequence[str], columns: Sequence[str]) -> Iterator[str]:
        for column, text in zip(columns, texts, strict=True):
            self.current[name] = column
            yield text


def quoted(text: str) -> str:
    """Return a cell for a note, shortened."""
    text = clean(text)
    return (
        f"\u201c{text[: _MAX_QUOTED_CHARS - 1]}\u2026\u201d"
        if len(text) > _MAX_QUOTED_CHARS
        else f"\u201c{text}\u201d"
    )
