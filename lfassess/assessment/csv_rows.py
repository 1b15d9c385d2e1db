"""Reads leads from a CSV file, row by row; what can't be used is reported, not raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lfassess.assessment import csv_lines
from lfassess.assessment.csv_header import Columns, map_columns
from lfassess.assessment.lead_row import LeadRow, build, clean, refuse_length
from lfassess.assessment.normalise import InvalidValueError
from lfassess.errors import UsageError

_MAX_ROW: Final = 16_000  # characters in all cells together
_MAX_EXCERPT: Final = 120
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet knows a formula


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is no lead, and why."""

    line: int
    reason: str
    excerpt: str  # the row's beginning, for people to recognise it


def read_rows(
    path: Path,
    *,
    column_map: Mapping[str, str],
    default_country: str,
    allow_private: bool,
    encoding: str | None = None,
) -> Iterator[LeadRow | Reject]:
    """Yield the file's rows in order, each a lead or the reason why not; blank rows are skipped.

    Args:
        path: the file; commas, semicolons, tabs or bars between cells, first row the header.
        column_map: {field: column name} where the header doesn't say it.
        default_country: two-letter country of rows that name none.
        allow_private: take private addresses as websites.
        encoding: as ``csv_lines.inspect`` found it; looked up where it is not given.

    Raises:
        UsageError: the file can't be read, is empty, or has neither a website nor a name column.
    """
    encoding = encoding or csv_lines.inspect(path).encoding
    first_lines: dict[int, int] = {}
    with csv_lines.open_lines(path, encoding) as lines:
        records = csv_lines.records(lines, csv_lines.find_delimiter(lines))
        columns = _header(path, records, column_map)
        for line, cells in records:
            if cells is not None and not any(map(str.strip, cells)):
                continue
            try:
                row = _row(line, cells, columns, default_country, allow_private=allow_private)
                # Hashes instead of keys keep the memory flat; 64 bits collide once in 10^7 files.
                first = first_lines.setdefault(hash(row.dedupe_key), line)
                if first != line:
                    raise InvalidValueError(f"duplicate of line {first}")  # noqa: TRY301 - as all reasons
            except InvalidValueError as e:
                yield Reject(line, str(e), _excerpt(cells))
            else:
                yield row


def neutralise(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _restored(cell: str) -> str:
    """Undo ``neutralise``, so that an exported file can be imported again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _header(
    path: Path,
    records: Iterator[tuple[int, list[str] | None]],
    column_map: Mapping[str, str],
) -> Columns:
    for _, cells in records:
        if cells is None:
            raise UsageError(f"{path}: a quotation mark in the first row is never closed.")
        if any(map(str.strip, cells)):
            return map_columns(cells, column_map)
    raise UsageError(f"{path} is empty.")


def _row(
    line: int,
    cells: Sequence[str] | None,
    columns: Columns,
    default_country: str,
    *,
    allow_private: bool,
) -> LeadRow:
    if cells is None:
        raise InvalidValueError("a quotation mark is never closed")
    cells = [_restored(cell.strip(" ")) for cell in cells]
    _refuse_shape(cells, columns)
    return build(
        {field: cells[i] for field, i in columns.fields.items() if i < len(cells)},
        default_country=default_country,
        allow_private=allow_private,
        line=line,
        extra={
            key: value
            for i, key in columns.extra.items()
            if i < len(cells) and (value := clean(cells[i]))
        },
    )


def _refuse_shape(cells: Sequence[str], columns: Columns) -> None:
    width = len(columns.header)
    if any(map(str.strip, cells[width:])):
        raise InvalidValueError(f"{len(cells)} cells, but the first row has {width}")
    for i, (cell, limit) in enumerate(zip(cells, columns.limits, strict=False)):
        if len(cell) > limit:
            refuse_length(repr(columns.header[i] or f"column {i + 1}"), cell, limit)
    refuse_length("the row", "".join(cells), _MAX_ROW)


def _excerpt(cells: Sequence[str] | None) -> str:
    return clean(", ".join(cell[:_MAX_EXCERPT] for cell in (cells or [])[:20]))[:_MAX_EXCERPT]
