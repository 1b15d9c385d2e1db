"""The physical side of a CSV file: bytes, encoding, lines, and where a record ends."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from lfassess.assessment.intake.lists.encoding import UTF8

_MAX_LINE: Final = 32_768  # characters read of a line; longer ones are no leads anyway
_MAX_RECORD_LINES: Final = 100
_MAX_RECORD: Final = 32_768  # characters
_DELIMITERS: Final = ",;\t|"
_SAMPLE_LINES: Final = 50
_QUOTED: Final = re.compile(r'"[^"]*"')
# A whole quoted cell, which may go over several lines.
_CELL: Final = re.compile(
    r'(?:^|(?<=[,;\t|]))[ ]?"(?:[^"]|"")*+"(?=[ ]?(?:[,;\t|\r\n]|\Z))', re.MULTILINE
)
_LINE_END: Final = re.compile(r"\r\n?|\n")
_BACKSLASHED: Final = re.compile(r'\w\\"\w')
_MIXED: Final = "lfassess-cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:  # five bytes mean nothing there
        return wrong.decode("latin-1"), error.end


codecs.register_error(_MIXED, _as_cp1252)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file's cells are separated."""

    delimiter: str
    backslash: bool = False  # a backslash before a quotation mark keeps it within the cell


class UnclosedQuoteError(Exception):
    """A record goes on and on: a quotation mark is never closed."""


class Lines:
    """Physical lines for csv.reader, counted; can give back those of a record that never ends."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._given_back: deque[str] = deque()
        self._record: list[str] = []
        self._record_size = 0
        self.number = 0  # of the line handed out last; the first is 1

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if len(self._record) >= _MAX_RECORD_LINES or self._record_size > _MAX_RECORD:
            raise UnclosedQuoteError
        line = self._given_back.popleft() if self._given_back else self._read()
        if not line:
            if self._record:
                raise UnclosedQuoteError
            raise StopIteration
        self._record.append(line)
        self._record_size += len(line)
        self.number += 1
        return line

    def _read(self) -> str:
        line = part = self._file.readline(_MAX_LINE)
        if len(line) < _MAX_LINE or line.endswith("\n"):
            return line
        while len(part) == _MAX_LINE and not part.endswith(("\n", "\r")):
            part = self._file.readline(_MAX_LINE)
        return line.rstrip("\r") + "\n"

    def take(self) -> str:
        """Return the next line without counting it; "" at the end."""
        return self._given_back.popleft() if self._given_back else self._read()

    def put_back(self, lines: list[str]) -> None:
        """Take back lines that were not counted."""
        self._given_back.extendleft(reversed(lines))

    @property
    def record_goes_on(self) -> bool:
        """Whether the line handed out last is not its record's first."""
        return len(self._record) > 1

    def swallowed(self, delimiter: str) -> bool:
        """Whether the record took in another: one of its further lines begins as a row does."""
        return any(
            line.startswith('"') and line[1:2] not in {delimiter, '"', " ", "\r", "\n", ""}
            for line in self._record[1:]
        )

    def start_record(self) -> None:
        """Forget what came before: the next line starts a record."""
        self._record.clear()
        self._record_size = 0

    def push_back(self, *, keep: int = 1) -> None:
        """Take back the record's lines but the first ones, to be handed out again."""
        rest = self._record[keep:]
        self._given_back.extendleft(reversed(rest))
        self.number -= len(rest)
        self.start_record()


@contextmanager
def open_lines(path: Path, encoding: str) -> Iterator[Lines]:
    """Open the file's lines; bytes that don't fit the encoding are read as Windows-1252."""
    errors = _MIXED if encoding == UTF8 else "replace"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        yield Lines(file)


def find_dialect(lines: Lines) -> Dialect:
    """Return the delimiter and how quotes are escaped, and hand the lines out again.

    Excel's ``sep=;`` line counts and is skipped. Otherwise the delimiter is the one that most of
    the first lines have the same number of, not counting what stands in quotes.
    """
    first = _peek(lines, _SAMPLE_LINES)
    stated = next((re.fullmatch(r"\ufeff*sep=([,;\t|])\s*", line, re.IGNORECASE)
                   for line in first if line.strip()), None)  # fmt: skip
    if stated:
        while not next(lines).strip():
            pass
        lines.start_record()
        first = first[1:]
    text = "".join(first)
    bare = _LINE_END.split(_CELL.sub("", text))
    return Dialect(
        stated[1] if stated else max(_DELIMITERS, key=lambda d: _steady(bare, d)),
        backslash=_BACKSLASHED.search(text) is not None,
    )


def _steady(lines: list[str], delimiter: str) -> tuple[int, int]:
    counts = Counter(n for line in lines if (n := _QUOTED.sub("", line).count(delimiter)))
    return max(((times, n) for n, times in counts.items()), default=(0, 0))


def _peek(lines: Lines, most: int) -> list[str]:
    seen: list[str] = []
    while len(seen) < most and (line := lines.take()):
        seen.append(line)
    lines.put_back(seen)
    return seen


def records(lines: Lines, dialect: Dialect) -> Iterator[tuple[int, list[str] | None]]:
    """Yield (line number, cells) per record; None for one whose quotation mark stays open.

    Reading goes on in the line after such a record's first, so that one stray mark costs one row.
    """
    reader = csv.reader(
        _Requoted(lines, dialect.delimiter),
        delimiter=dialect.delimiter,
        skipinitialspace=True,
        escapechar="\\" if dialect.backslash else None,
    )
    while True:
        lines.start_record()
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnclosedQuoteError:
            lines.push_back()
            yield start, None
        else:
            if lines.record_goes_on and lines.swallowed(dialect.delimiter):
                lines.push_back()
                yield start, None
            else:
                yield start, cells


class _Requoted:
    """Lines with stray quotation marks doubled; csv.reader would end the cell at the first."""

    def __init__(self, lines: Lines, delimiter: str) -> None:
        self._lines = lines
        d = re.escape(delimiter)
        end = rf"\s?(?:{d}|[\r\n]|$)"
        self._cell = re.compile(
            rf'(?:(?<=^)|(?<={d}))\s?"(?P<body>(?:[^"]|""|"(?!{end}))*+)"(?={end})'
        )

    def __iter__(self) -> _Requoted:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        # One quoted cell has nothing astray; where a record goes on, a cell may already be open.
        if line.count('"') <= 2 or self._lines.record_goes_on:  # noqa: PLR2004
            return line
        return self._cell.sub(self._doubled, line)

    def _doubled(self, match: re.Match[str]) -> str:
        body = match["body"]
        if '"' not in body.replace('""', "") or '\\"' in body:
            return match[0]
        before = match[0][: match.start("body") - match.start()]
        return before + re.sub(r'(?<!")"(?!")', '""', body) + '"'
