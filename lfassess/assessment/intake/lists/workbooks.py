"""The rows of a workbook: of its first sheet that reads like a list, else of the first filled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from lfassess.assessment.intake.lists.columns import recognised
from lfassess.errors import UsageError

_TITLE_ROWS: Final = 30  # a header stands among the first so many rows
_NAMES: Final = 2  # columns' usual names that a header has at least


def read(path: Path, max_bytes: int) -> tuple[Iterator[tuple[int, list[str]]], str | None]:
    """Return (row number, cells) by row, and from which sheet they are if there are several.

    Hidden sheets are looked at last; cells merged from row to row are each row's.

    Raises:
        UsageError: it is no workbook, is damaged, has no filled sheet, or is longer than
            ``max_bytes`` unpacked.
    """
    _refuse_archives(path, max_bytes)
    try:
        book = CalamineWorkbook.from_path(str(path))
        found = {
            name: rows for name in _names(book) if (rows := _rows(book.get_sheet_by_name(name)))
        }
    except (CalamineError, OSError, ValueError) as e:
        raise UsageError(f"{path.name} is a damaged workbook: {e}.") from e
    if not found:
        raise UsageError(f"{path.name} is a workbook without a filled sheet.")
    best = next((name for name, rows in found.items() if _has_header(rows)), next(iter(found)))
    note = f"Read from the sheet {best!r}." if len(book.sheet_names) > 1 else None
    return _numbered(found[best]), note


def _numbered(rows: list[list[Any]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, 1):
        yield number, [cell_text(cell) for cell in cells]


def _names(book: CalamineWorkbook) -> list[str]:
    visible = {
        sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible
    }
    return sorted(book.sheet_names, key=lambda name: name not in visible)


def _rows(sheet: CalamineSheet) -> list[list[Any]]:
    if not (sheet.total_height and sheet.total_width):
        return []
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row):
                row[left] = rows[top][left]
    return rows


def _has_header(rows: list[list[Any]]) -> bool:
    return any(
        sum(isinstance(cell, str) and recognised(cell) for cell in cells) >= _NAMES
        for cells in rows[:_TITLE_ROWS]
    )


def _refuse_archives(path: Path, max_bytes: int) -> None:
    try:
        with ZipFile(path) as packed:
            names = packed.namelist()
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except BadZipFile as e:
        raise UsageError(f"{path.name} is a damaged workbook or archive.") from e
    if unpacked > max_bytes:
        raise UsageError(f"{path.name} is longer than {max_bytes >> 30} GB unpacked.")
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        return
    if any(name.startswith("word/") for name in names):
        raise UsageError(f"{path.name} is a Word document.", hint="Save its table as CSV or .xlsx.")
    if any(name.startswith("Index/") for name in names):
        raise UsageError(f"{path.name} is a Numbers document.", hint="Export it as CSV or .xlsx.")
    raise UsageError(f"{path.name} is a ZIP archive.", hint="Unpack it and name the list inside.")


def cell_text(value: Any) -> str:
    """Return a cell's value as a person would have typed it."""
    if value is None or value is True or value is False:
        return "" if value is None else str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
