"""The physical side of a CSV file: bytes, encoding, lines, and where a record ends."""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from lfassess.errors import UsageError

_BLOCK: Final = 1 << 20
_MAX_LINE: Final = 32_768  # characters kept of a line; longer ones are no leads anyway
_MAX_RECORD_LINES: Final = 100
_MAX_RECORD: Final = 32_768  # characters
_DELIMITERS: Final = ",;\t|"
_UTF8: Final = "utf-8-sig"  # with or without a byte order mark
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
class FileFacts:
    """What one pass over the bytes tells."""

    sha256: str
    encoding: str
    note: str | None  # what people should know about how it is read


def inspect(path: Path) -> FileFacts:
    """Read the file once, block by block; raises UsageError where it can't be read."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, is_utf8 = "", True
    try:
        if not path.is_file():
            raise UsageError(
                f"{path} is not a file." if path.exists() else f"There is no file {path}."
            )
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                encoding = encoding or _by_mark(block)
                digest.update(block)
                is_utf8 = is_utf8 and _decodes(decoder, block)
    except OSError as e:
        raise UsageError(f"{path} can't be read: {e.strerror}.") from e
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    note = None
    if encoding == _UTF8 and not is_utf8:
        note = f"{path.name} is not all UTF-8; the bytes that aren't were read as Windows-1252."
    return FileFacts(digest.hexdigest(), encoding or _UTF8, note)


def _by_mark(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _UTF8


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


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

    def start_record(self) -> None:
        """Forget what came before: the next line starts a record."""
        self._record.clear()
        self._record_size = 0

    def give_back(self, *, keep: int = 1) -> None:
        """Take back the record's lines but the first ones, to be handed out again."""
        rest = self._record[keep:]
        self._given_back.extendleft(reversed(rest))
        self.number -= len(rest)
        self.start_record()


@contextmanager
def open_lines(path: Path, encoding: str) -> Iterator[Lines]:
    """Open the file's lines; bytes that don't fit the encoding are read as Windows-1252."""
    errors = _MIXED if encoding == _UTF8 else "replace"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        yield Lines(file)


def find_delimiter(lines: Lines) -> str:
    """Return the delimiter the header line uses, and hand that line out again.

    Excel's ``sep=;`` line counts and is skipped.
    """
    header = ""
    while not header.strip():
        lines.start_record()
        header = next(lines, "")
        if not header:
            return ","
    stated = re.fullmatch(r"sep=([,;\t|])\s*", header, re.IGNORECASE)
    if stated:
        lines.start_record()
        return stated[1]
    lines.give_back(keep=0)
    bare = re.sub(r'"[^"]*"', "", header)
    return max(_DELIMITERS, key=bare.count)


def records(lines: Lines, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield (line number, cells) per record; None for one whose quotation mark stays open.

    Reading goes on in the line after such a record's first, so that one stray mark costs one row.
    """
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    while True:
        lines.start_record()
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnclosedQuoteError:
            lines.give_back()
            yield start, None
        else:
            yield start, cells
