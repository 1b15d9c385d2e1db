"""Aligned columns that are whole at any width: what does not fit stands below its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

_GAP: Final = 2
_JOINED: Final = " \\"
_LEAST: Final = 10  # columns that a cell which may be cut keeps


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        title: its heading, if any.
        right: numbers stand at the right.
        cut: may end with … where the screen is narrow.
        rank: where even that is too wide, the columns of the highest rank are left out first;
            those of rank 0 never are.
    """

    title: str = ""
    right: bool = False
    cut: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[Text, ...]
    notes: tuple[Text, ...]


@dataclass(slots=True)
class Columns:
    """Rows of cells, each with notes that never take room from the cells.

    A note stands beside its row where it fits, else on lines of its own below it.
    """

    columns: list[Column]
    indent: int = 4  # of notes below their rows
    _rows: list[_Row] = field(default_factory=list)

    def add(self, *cells: str | Text, notes: Iterable[str | Text] = ()) -> None:
        """Add a row; empty notes count as none."""
        texts = (_text(note) for note in notes)
        self._rows.append(_Row(tuple(map(_text, cells)), tuple(note for note in texts if note)))

    def __bool__(self) -> bool:
        return bool(self._rows)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        shown, widths = self._fit(width)
        taken = sum(widths) + _GAP * len(widths)
        if any(self.columns[i].title for i in shown):
            titles = [Text(self.columns[i].title, style="bold") for i in range(len(self.columns))]
            yield self._line(titles, shown, widths)
        for row in self._rows:
            line, below = self._line(row.cells, shown, widths), list(row.notes)
            if len(row.notes) == 1 and cell_len(row.notes[0].plain) <= width - taken:
                line.pad_right(taken - cell_len(line.plain))
                line.append_text(row.notes[0])
                below = []
            yield line
            for note in below:
                yield from wrapped(note, console, width, indent=self.indent)

    def _fit(self, width: int) -> tuple[list[int], list[int]]:
        """Return which columns are shown, and how wide each is."""
        shown = list(range(len(self.columns)))
        widest = [self._widest(i) for i in shown]
        least = [min(w, _LEAST) if c.cut else w for w, c in zip(widest, self.columns, strict=True)]
        while (over := max(self.columns[i].rank for i in shown)) and _room(least, shown) > width:
            shown.remove(max(i for i in shown if self.columns[i].rank == over))
        widths = [widest[i] for i in shown]
        cut = [at for at, i in enumerate(shown) if self.columns[i].cut]
        while cut and (sum(widths) + _GAP * (len(widths) - 1)) > width:
            longest = max(cut, key=lambda at: widths[at])
            if widths[longest] <= _LEAST:
                break
            widths[longest] -= 1
        return shown, widths

    def _widest(self, i: int) -> int:
        cells = (cell_len(row.cells[i].plain) for row in self._rows)
        return max((cell_len(self.columns[i].title), *cells))

    def _line(self, cells: Sequence[Text], shown: list[int], widths: list[int]) -> Text:
        line = Text(no_wrap=True, overflow="ellipsis", end="\n")
        for at, (i, width) in enumerate(zip(shown, widths, strict=True)):
            cell = cells[i].copy()
            cell.truncate(width, overflow="ellipsis")
            space = width - cell_len(cell.plain)
            if self.columns[i].right:
                cell.pad_left(space)
            elif at < len(shown) - 1:
                cell.pad_right(space)
            line.append_text(cell)
            if at < len(shown) - 1:
                line.append(" " * _GAP)
        line.rstrip()
        return line


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label, and a text beside it that keeps to its right when it takes several lines."""

    label: str
    text: Text
    indent: int = 12

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        label = Text(f"  {self.label}".ljust(self.indent), style="dim")
        for line in wrapped(self.text, console, options.max_width - self.indent):
            yield Text.assemble(label, line)
            label = Text(" " * self.indent)


@dataclass(frozen=True, slots=True)
class Command:
    """A command to be copied: where it takes several lines, the shell joins them."""

    text: str
    indent: int = 4

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        plain = Text(self.text, style="bold")
        width = options.max_width
        if cell_len(self.text) <= width - self.indent:
            yield from wrapped(plain, console, width, indent=self.indent)
            return
        *first, last = wrapped(plain, console, width - len(_JOINED), indent=self.indent)
        yield from (line.append(_JOINED) for line in first)
        yield last


def wrapped(text: Text, console: Console, width: int, *, indent: int = 0) -> Iterator[Text]:
    """Return the text's lines at the width, indented, none ending in spaces."""
    for line in text.wrap(console, max(width - indent, _LEAST)):
        line.rstrip()
        line.pad_left(indent)
        yield line


def _room(widths: list[int], shown: list[int]) -> int:
    return sum(widths[i] for i in shown) + _GAP * (len(shown) - 1)


def _text(value: str | Text) -> Text:
    text = value.copy() if isinstance(value, Text) else Text(value)
    if "\n" in text.plain:
        text.plain = " ".join(text.plain.split())
    return text
