"""Writes leads as CSV, XLSX and JSON Lines, some at a time: memory does not grow with them."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from lfassess.assessment.export.columns import Column, Links, Row, as_object, choose, text_of
from lfassess.assessment.export.presets import Preset
from lfassess.assessment.intake.lists.cells.formulas import neutralise
from lfassess.db.database import Database
from lfassess.db.queries import lead_export
from lfassess.db.queries.lead_filter import LeadFilter
from lfassess.plain_text import escaped, plain

Format = Literal["csv", "xlsx", "jsonl"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
_AT_A_TIME: Final = 1_000  # leads
_SENT: Final = 64 * 1024  # bytes of a workbook
_IN_MEMORY: Final = 1024 * 1024  # bytes of a workbook before it goes to disk
_LONGEST_CELL: Final = 32_767  # characters, of Excel's


@dataclass(frozen=True, slots=True)
class Order:
    """How leads are to be written."""

    fmt: Format = "csv"
    columns: Sequence[str] | None = None  # names, or groups; None: all
    preset: Preset | None = None
    formula_safe: bool | None = None  # None: wherever a spreadsheet is meant
    bom: bool = False  # Excel takes CSV without one for the system's own encoding
    by_rank: bool = True  # ranked leads first, in their order; else all as they came in
    links: Links = field(default_factory=Links)
    share: Callable[[int], str | None] | None = None  # makes a link to an assessment's report

    @property
    def is_safe(self) -> bool:
        return self.preset is None if self.formula_safe is None else self.formula_safe


class Export:
    """Leads that are to be written; which ones is settled when it is made.

    Raises:
        UsageError: there is no such column.
    """

    def __init__(self, database: Database, chosen: LeadFilter, order: Order) -> None:
        self._database = database
        self._order = order
        with database.session() as session:
            ids, self._ranked = lead_export.chosen_ids(session, chosen)
            custom = [] if order.preset else lead_export.custom_fields(session, chosen)
            known = lead_export.known_fields(session) if order.columns else []
        self._place = {} if order.by_rank else {id_: n for n, id_ in enumerate(ids)}
        self._ids = ids if order.by_rank else array("q", sorted(ids))
        self.columns: Sequence[Column] = (
            order.preset.columns if order.preset else choose(custom, order.columns, known=known)
        )

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def lead_ids(self) -> Sequence[int]:
        return self._ids

    def rows(self) -> Iterator[Row]:
        """Yield the leads; those that were deleted meanwhile are left out."""
        for start in range(0, len(self._ids), _AT_A_TIME):
            ids = self._ids[start : start + _AT_A_TIME]
            at = {id_: self._place.get(id_, start + n) for n, id_ in enumerate(ids)}
            with self._database.session() as session:
                found = lead_export.details(session, ids)
            for lead in found:
                place = at[lead.id]
                share = self._order.share
                link = share(lead.assessment_id) if share and lead.assessment_id else None
                rank = place + 1 if place < self._ranked else None
                yield Row(lead, rank, self._order.links, link)

    def written(self) -> Iterator[bytes]:
        """Yield the file, piece by piece."""
        if self._order.fmt == "xlsx":
            return self._workbook()
        return self._csv() if self._order.fmt == "csv" else self._json_lines()

    def _json_lines(self) -> Iterator[bytes]:
        flat = self._order.preset is not None or self._order.columns is not None
        for row in self.rows():
            made = {c.header: c.value(row) for c in self.columns} if flat else as_object(row)
            yield (escaped(json.dumps(made, default=text_of, ensure_ascii=False)) + "\n").encode()

    def _csv(self) -> Iterator[bytes]:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        if self._order.bom:
            out.write("\ufeff")
        writer.writerow(map(self._cell, (column.header for column in self.columns)))
        for number, row in enumerate(self.rows()):
            writer.writerow(self._cell(column.value(row)) for column in self.columns)
            if number % 100 == 0:
                yield _taken(out)
        yield _taken(out)

    def _cell(self, value: Any) -> str:
        text = text_of(value)
        if self._order.is_safe and not isinstance(value, int | float):
            return neutralise(text)
        return self._order.preset.clean(text) if self._order.preset else plain(text)

    def _workbook(self) -> Iterator[bytes]:
        from openpyxl import Workbook  # noqa: PLC0415 - slow to import
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - as above

        book = Workbook(write_only=True)
        sheet = book.create_sheet("Leads")
        sheet.freeze_panes = "A2"
        clean = self._order.preset.clean if self._order.preset else plain

        def cell(value: Any) -> Any:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return value
            if isinstance(value, datetime) or not value:
                return text_of(value) or None
            text = clean(text_of(value))[:_LONGEST_CELL].replace("\x0b", " ")
            made = WriteOnlyCell(sheet, text)
            if self._order.is_safe or not text.startswith("="):
                made.data_type = "s"  # text, whatever it begins with
            return made

        sheet.append([cell(column.header) for column in self.columns])
        for row in self.rows():
            sheet.append([cell(column.value(row)) for column in self.columns])
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            book.save(file)
            file.seek(0)
            while piece := file.read(_SENT):
                yield piece


def _taken(out: io.StringIO) -> bytes:
    """Return what was written, and forget it."""
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode(errors="replace")
