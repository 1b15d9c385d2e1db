"""Reads leads from a list, row by row; what can't be used is reported, not raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Self

from lfassess.assessment.intake.lead_row import LeadRow, clean
from lfassess.assessment.intake.lists import tables, unnamed
from lfassess.assessment.intake.lists.columns import Columns, exported, find_columns
from lfassess.assessment.intake.lists.header import find_header
from lfassess.assessment.intake.lists.identity import Seen
from lfassess.assessment.intake.lists.lead_reader import LeadReader
from lfassess.assessment.intake.lists.tables import Row
from lfassess.assessment.intake.normalise import InvalidValueError
from lfassess.errors import UsageError
from lfassess.netguard import Guard
from lfassess.settings import Settings
from lfassess.trades import trade_called

MAX_ROWS: Final = 1_000_000
_BLANKS: Final = 2_000_000  # no more are passed over; a spreadsheet has a million rows
_SAMPLE: Final = 200  # rows looked at before columns are assigned
_HEADING: Final = 100  # rows that may stand above the first lead
_JUNK: Final = 20_000  # rows without a single lead, after which a file is no list of leads
_MAX_EXCERPT: Final = 120
_USUAL: Final = 0.5  # of a list's rows tell the country that those of no country are taken for
_SURE: Final = 0.75  # of the rows that tell one at all


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is no lead, and why."""

    line: int
    reason: str
    excerpt: str  # the row's beginning, for people to recognise it


class TooManyRowsError(UsageError):
    """The list has more rows than are read."""

    code = "too_many_rows"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a list is to be read; the same file read in the same way gives the same leads."""

    default_country: str  # two letters, of rows that name none
    allow_private: bool = False  # take private addresses as websites
    column_map: Mapping[str, str] = field(default_factory=dict)  # {field: column name}
    encoding: str | None = None  # named by a person
    keep_duplicates: bool = False  # rows that repeat another are leads of their own
    max_rows: int = MAX_ROWS
    industry: str | None = None  # of rows that tell none
    guard: Guard | None = None  # knows the ports on which websites are visited; None: any

    @classmethod
    def by(cls, settings: Settings, **options: Any) -> Self:
        """Return how these settings have lists read."""
        return cls(
            default_country=settings.default_country,
            allow_private=settings.allow_private_targets,
            guard=Guard.from_settings(settings),
            **options,
        )


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list whose columns are known, and its rows, once."""

    columns: Columns
    note: str | None  # what people should know about how the file was read
    rows: Iterator[LeadRow | RejectedRow]


@contextmanager
def open_list(path: Path, reading: Reading) -> Iterator[OpenList]:
    """Open a list of leads; each row is a lead or the reason why not; blank rows are skipped.

    Args:
        path: a plain file, as ``tables.local_copy`` gives it.
        reading: how to read it.

    Raises:
        UsageError: it is no list, is empty, has too many rows, its encoding can't be determined, or
            no column holds websites or business names.
    """
    if tables.has_more_rows(path, reading.max_rows + _HEADING, encoding=reading.encoding):
        raise _too_many(path.name, reading)
    with tables.open_table(path, encoding=reading.encoding) as table:
        first = list(islice(table.rows, _SAMPLE))
        if not any(cells is None or any(map(str.strip, cells)) for _, cells in first):
            raise UsageError(f"{path.name} is empty.")
        header, start = table.header, 0
        if header is None and first[0][1] is None:
            raise UsageError(f"{path.name}: a quotation mark in the first row is never closed.")
        if header is None:
            found = find_header(first, reading.column_map)
            header = list(first[found][1] or []) if found is not None else []
            start = 0 if found is None else found + 1
        body = first[start:]
        width = max([len(header), *(len(cells or ()) for _, cells in body)], default=0)
        header += [""] * (width - len(header)) if not any(header) else []
        sample = [cells for _, cells in body if cells]
        ours = None if reading.column_map else exported(header)
        columns = ours or find_columns(header, sample, reading.column_map)
        usual, most = _usual_country(_reader(columns, reading), sample)
        country = usual or reading.default_country
        if ours is None:
            columns = unnamed.complete(columns, sample, reading.column_map, country=country)
        reader = _reader(columns, reading, usual, most=most)
        notes = [table.note] if table.note else []
        if most and usual != reading.default_country and _is_untold(reader, sample):
            notes.append(
                f"Rows that tell no country were taken for ones of {usual}, as most others are."
            )
        rows = _rows(path.name, chain(body, table.rows), reader, reading, table.broken)
        yield OpenList(columns, " ".join(notes) or None, rows)


def header_of(path: Path, reading: Reading) -> list[str]:
    """Return what to call a list's columns, for people to choose from; raises UsageError."""
    with tables.open_table(path, encoding=reading.encoding) as table:
        first = list(islice(table.rows, _SAMPLE))
        header = table.header
        if header is None:
            found = find_header(first, {})
            header = list(first[found][1] or []) if found is not None else []
    width = max([len(header), *(len(cells or ()) for _, cells in first)], default=0)
    names = [clean(name) for name in header] + [""] * (0 if any(header) else width - len(header))
    return [name or f"column {i}" for i, name in enumerate(names, 1)]


def _reader(
    columns: Columns, reading: Reading, usual: str | None = None, *, most: bool = False
) -> LeadReader:
    return LeadReader(
        columns,
        default_country=reading.default_country,
        usual_country=usual,
        most=most,
        allow_private=reading.allow_private,
        keep_duplicates=reading.keep_duplicates,
        guard=reading.guard,
        industry=trade_called(reading.industry),
    )


def _usual_country(reader: LeadReader, sample: Sequence[Sequence[str]]) -> tuple[str | None, bool]:
    """Return the country of half of a list's rows, as far as they tell one; whether of more."""
    rows = [reader.country_of(cells) for cells in sample if any(map(str.strip, cells))]
    named = Counter(country for country in rows if country)
    country, count = next(iter(named.most_common(1)), (None, 0))
    if count < _USUAL * len(rows) or count < _SURE * named.total():
        return None, False
    return country, count > _USUAL * len(rows)


def _is_untold(reader: LeadReader, sample: Sequence[Sequence[str]]) -> bool:
    return any(any(map(str.strip, cells)) and not reader.country_of(cells) for cells in sample)


def _rows(
    name: str, rows: Iterator[Row], reader: LeadReader, reading: Reading, broken: str
) -> Iterator[LeadRow | RejectedRow]:
    seen, leads = Seen(), 0
    for count, (line, given) in enumerate(rows):
        blank = given is not None and not any(map(str.strip, given))
        if count >= (_BLANKS if blank else reading.max_rows):
            raise _too_many(name, reading)
        if blank:
            continue
        if count >= _JUNK and not leads:
            raise UsageError(
                f"None of the first {_JUNK:,} rows of {name} is a lead; it was read no further.",
                hint=f"The columns were taken as: {reader.columns.explained()}.",
            )
        try:
            if given is None:
                raise InvalidValueError(broken)  # noqa: TRY301 - as all reasons
            row = reader.lead(line, given)
            if not reading.keep_duplicates:
                _refuse_repeated(row, seen)
        except InvalidValueError as e:
            yield RejectedRow(line, str(e), _excerpt(given))
        else:
            leads += 1
            yield row


def _too_many(name: str, reading: Reading) -> TooManyRowsError:
    return TooManyRowsError(f"{name} has more than {reading.max_rows:,} rows.", hint="Split it.")


def _refuse_repeated(row: LeadRow, seen: Seen) -> None:
    if (first := seen.same_as(row)) is None:
        return
    same = "the same website and no other place" if row.website else "the same name and place"
    raise InvalidValueError(f"duplicate of line {first}: {same}")


def _excerpt(given: Sequence[str] | None) -> str:
    return clean(", ".join(text[:_MAX_EXCERPT] for text in (given or [])[:20]))[:_MAX_EXCERPT]
