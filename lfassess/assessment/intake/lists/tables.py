"""What kind of list a file is, and its rows: text, a workbook or JSON; what is none is named."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from lfassess.assessment.intake.lists import json_array, workbooks
from lfassess.assessment.intake.lists import lines as text_lines
from lfassess.assessment.intake.lists.content import is_site
from lfassess.assessment.intake.lists.encoding import UTF8, find_encoding
from lfassess.errors import UsageError

Row = tuple[int, list[str] | None]  # line or row number, cells; None: can't be read as a row

MAX_BYTES: Final = 2 << 30  # of a file, unpacked
_BLOCK: Final = 1 << 20
_JSON_BYTES: Final = 64 << 20  # of a JSON object with a list in it, which is read whole
_BLANKS: Final = 2_000_000  # a spreadsheet has a million rows, most of them blank
_JSON_ROWS: Final = 1_000_000  # looked through for the columns that there are
_CONTAINERS: Final = frozenset({
    "properties", "tags", "fields", "attributes", "attrs", "data", "result", "record", "values",
    "item", "node", "object", "_source", "doc", "row", "place", "listing", "lead", "company",
})  # fmt: skip
_NO_OBJECT: Final = "it is not a JSON object"
_STDIN: Final = "-"
_BULLETS: Final = 50  # rows looked at for bullets
_BULLET: Final = re.compile(
    r"\A\s*(?:[-*+\u2022\u2023\u25aa\u25cf\u25e6\u2013\u2014\xb7]|\(?\d{1,7}[.):]\)?)\s+(?P<rest>\S.*)",
    re.DOTALL,
)

# What files begin with that are no lists of ours, and what to do about them.
_OTHERS: Final = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "save it as .xlsx"),
    (b"%PDF", "a PDF", "export the list as CSV or .xlsx"),
    (b"\x89PNG", "a picture", "export the list as CSV or .xlsx"),
    (b"\xff\xd8\xff", "a picture", "export the list as CSV or .xlsx"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"PAR1", "a Parquet file", "export it as CSV"),
    (b"Rar!", "a RAR archive", "unpack it and name the list inside"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it and name the list inside"),
    (b"BEGIN:VCARD", "a file of contacts (vCard)", "export the contacts as CSV"),
    (b"{\\rtf", "a text document (RTF)", "export the list as CSV or .xlsx"),
)
_HTML: Final = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows, once; ``header`` is set where the format itself names the columns."""

    rows: Iterator[Row]
    header: list[str] | None
    note: str | None  # what people should know about how it was read
    broken: str = "a quotation mark is never closed"  # why a row can't be read as one


@contextmanager
def local_copy(path: Path) -> Iterator[Path]:
    """Give the path of a plain, unpacked file: of ``-`` (stdin), a pipe or a .gz, a copy.

    Raises:
        UsageError: it can't be read, or is longer than 2 GB unpacked.
    """
    try:
        if str(path) != _STDIN and not path.exists():
            raise UsageError(f"There is no file {path}.")
        if path.is_dir():
            raise UsageError(f"{path} is a folder; name the files in it, as in {path}/*.csv.")
        if str(path) != _STDIN and path.is_file() and not _is_gzip(path):
            yield path
            return
        with tempfile.TemporaryDirectory(prefix="lfassess-list-") as folder:
            copy = Path(folder) / ("stdin" if str(path) == _STDIN else path.name)
            if str(path) == _STDIN:
                _copy(sys.stdin.buffer, copy)
            else:
                with path.open("rb") as file:
                    _copy(file, copy)
            yield _unpacked(copy) if _is_gzip(copy) else copy
    except OSError as e:
        raise UsageError(f"{path} can't be read: {e.strerror or e}.") from e


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _unpacked(packed: Path) -> Path:
    plain = packed.with_name(packed.name.removesuffix(".gz") + ".unpacked")
    try:
        with gzip.open(packed) as file:
            _copy(file, plain)
    except (EOFError, zlib.error, gzip.BadGzipFile) as e:
        raise UsageError(f"{packed.name} is a damaged .gz file.") from e
    return plain


def _copy(source: BinaryIO | gzip.GzipFile, target: Path) -> None:
    size = 0
    with target.open("wb") as out:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > MAX_BYTES:
                raise UsageError(f"{target.name} is longer than {MAX_BYTES >> 30} GB.")
            out.write(block)


def digest(path: Path) -> str:
    """Return the file's SHA-256, read block by block."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def has_more_rows(path: Path, most: int, *, encoding: str | None = None) -> bool:
    """Return whether a plain file has more rows than so many, or millions of blank ones.

    Few files have as many line ends; of those that have, the rows are counted and not looked at.
    """
    ends = {b"\n": 0, b"\r": 0, b"{": 0}
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            for end in ends:
                ends[end] += block.count(end)
    if max(ends.values()) <= most:
        return False
    with open_table(path, encoding=encoding) as table:
        filled = 0
        for number, (_, cells) in enumerate(table.rows, 1):
            filled += cells is None or any(map(str.strip, cells))
            if filled > most or number > max(2 * most, _BLANKS):
                return True
    return False


@contextmanager
def open_table(path: Path, *, encoding: str | None = None) -> Iterator[Table]:
    """Open a plain file's rows, whatever kind of list it is.

    Args:
        path: as ``local_copy`` gives it.
        encoding: of a text file, named by a person.

    Raises:
        UsageError: it is no list; the message names what it is and what to do.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise UsageError(f"{path.name} is empty.")
    _refuse_others(path, start)
    if start.startswith(b"PK\x03\x04"):
        sheet, note = workbooks.read(path, MAX_BYTES)
        yield Table(sheet, None, note)
        return
    found = find_encoding(path, encoding)
    if _is_json(start, found.name):
        yield _json_table(path, found.name, found.note)
        return
    with text_lines.open_lines(path, found.name) as lines:
        dialect = text_lines.find_dialect(lines)
        rows = _each_site_a_row(
            _without_bullets(_without_remarks(text_lines.records(lines, dialect)))
        )
        yield Table(rows, None, found.note)


def _without_remarks(rows: Iterator[Row]) -> Iterator[Row]:
    """Leave lines such as "# from the fair" blank; a column called "#" has others beside it."""
    for line, cells in rows:
        if cells and cells[0].lstrip().startswith("#") and not any(map(str.strip, cells[1:])):
            yield line, [""]
        else:
            yield line, cells


def _without_bullets(rows: Iterator[Row]) -> Iterator[Row]:
    """Take numbers or bullets off the lines of a list that is nothing but websites."""
    first = list(islice(rows, _BULLETS))
    filled = [cells for _, cells in first if cells and any(map(str.strip, cells))]
    marked = [m for cells in filled if (m := _BULLET.match(cells[0])) and is_site(m["rest"])]
    every = chain(first, rows)
    if not marked or 2 * len(marked) < len(filled):
        return every
    return ((line, cells and [_BULLET.sub(r"\g<rest>", cells[0]), *cells[1:]])
            for line, cells in every)  # fmt: skip


def _each_site_a_row(rows: Iterator[Row]) -> Iterator[Row]:
    """Turn a file of one row that has nothing but websites into one row for each of them."""
    first = list(islice(rows, 3))  # a blank line or two may follow
    line, cells = first[0] if first else (0, None)
    if cells is not None and not any(more is None or any(more) for _, more in first[1:]):
        sites = [cell for cell in cells if cell.strip()]
        if len(sites) > 1 and len(first) < 3 and all(map(is_site, sites)):  # noqa: PLR2004
            return ((line, [site]) for site in sites)
    return chain(first, rows)


def _refuse_others(path: Path, start: bytes) -> None:
    for mark, what, do in _OTHERS:
        if start.startswith(mark):
            raise UsageError(f"{path.name} is {what}.", hint=f"{do[:1].upper()}{do[1:]}.")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        raise UsageError(
            f"{path.name} is a web page, not a list (some programs name such files .xls).",
            hint="Open it in a spreadsheet program and save it as .xlsx or CSV.",
        )
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        raise UsageError(f"{path.name} is an XML file.", hint="Export the list as CSV or .xlsx.")


# --- JSON -----------------------------------------------------------------------------------------


def _is_json(start: bytes, encoding: str) -> bool:
    text = start.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    return text.startswith("{") or (
        text.startswith("[") and text[1:].lstrip()[:1] in {"{", "]", '"'}
    )


def _json_table(path: Path, encoding: str, note: str | None) -> Table:
    """Return the rows of a JSON array or of JSON Lines; the columns are all keys there are."""
    with path.open(encoding=encoding, errors="replace") as file:
        array = file.read(64).lstrip("\ufeff \t\r\n").startswith("[")
    read: Callable[[], Iterator[tuple[int, Any]]]
    if array:
        read = partial(json_array.entries, path, encoding)
    elif _has_lines(path, encoding):
        read = partial(_json_lines, path, encoding)
    else:
        entries = _within(path, encoding)
        read = lambda: enumerate(entries, 1)  # noqa: E731 - as the other two
    keys = dict.fromkeys(key for _, entry in islice(read(), _JSON_ROWS) for key in _flat(entry))
    return Table(_as_rows(read(), list(keys)), list(keys), note, _NO_OBJECT)


def _has_lines(path: Path, encoding: str) -> bool:
    first = list(islice(_json_lines(path, encoding), 2))
    return len(first) == 2 and first[0][1] is not None  # noqa: PLR2004 - one may be a whole answer


def _within(path: Path, encoding: str) -> list[Any]:
    """Return the list in one of the fields of a whole answer, or the answer as the only entry."""
    if path.stat().st_size > _JSON_BYTES:
        raise UsageError(
            f"{path.name} is one JSON object of more than {_JSON_BYTES >> 20} MB.",
            hint="Write it as JSON Lines, one object per line.",
        )
    try:
        found = json.loads(path.read_text(encoding=encoding, errors="replace").lstrip("\ufeff"))
    except (ValueError, RecursionError) as e:
        raise UsageError(f"{path.name} looks like JSON, but is damaged: {e}.") from e
    lists: list[list[Any]] = [
        v
        for v in (found.values() if isinstance(found, dict) else ())
        if isinstance(v, list) and any(isinstance(entry, dict) for entry in v)
    ]
    return max(lists, key=len, default=[found])


def _json_lines(path: Path, encoding: str) -> Iterator[tuple[int, Any]]:
    with path.open(encoding=encoding, errors="replace") as file:
        for number, line in enumerate(file, 1):
            if not line.strip("\ufeff \t\r\n"):
                continue
            try:
                entry = json.loads(line.lstrip("\ufeff"))
            except (ValueError, RecursionError):
                entry = None
            yield number, entry if isinstance(entry, dict) else None


def _as_rows(entries: Iterable[tuple[int, Any]], keys: list[str]) -> Iterator[Row]:
    for number, entry in entries:
        if isinstance(entry, str):
            yield number, [entry, *[""] * (len(keys) - 1)]
        elif not isinstance(entry, dict):
            yield number, None
        else:
            flat = _flat(entry)
            yield number, [flat.get(key, "") for key in keys]


def _flat(entry: Any, before: str = "") -> Mapping[str, str]:
    """Return an object's plain values by key; what lies deeper as "outer inner".

    An outer name that says nothing, as "properties", is left away where no other key is so.
    """
    if isinstance(entry, str) and not before:
        return {"website": entry}
    flat: dict[str, str] = {}
    for key, value in entry.items() if isinstance(entry, dict) else ():
        name = f"{before} {key}".strip()
        if isinstance(value, dict) and not before and key.casefold() in _CONTAINERS:
            for inner, text in _flat(value).items():
                flat[inner if inner not in entry else f"{key} {inner}"] = text
        elif isinstance(value, dict):
            flat |= _flat(value, name) if before.count(" ") < 3 else {}  # noqa: PLR2004 - deep enough
        elif isinstance(value, list):
            flat[name] = ", ".join(str(v) for v in value if not isinstance(v, dict | list))
        else:
            flat[name] = workbooks.cell_text(value)
    return flat


__all__ = ["MAX_BYTES", "UTF8", "Row", "Table", "digest", "local_copy", "open_table"]
