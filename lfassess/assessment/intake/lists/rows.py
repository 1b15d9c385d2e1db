"""Reads leads from a list, row by row; what can't be used is reported, not raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Final

from lfassess.assessment.intake.lead_row import LIMITS, LeadRow, Note, clean, join_address
from lfassess.assessment.intake.lists import tables
from lfassess.assessment.intake.lists.cells.blanks import says_nothing
from lfassess.assessment.intake.lists.cells.countries import country_of, read_country
from lfassess.assessment.intake.lists.cells.emails import read_email
from lfassess.assessment.intake.lists.cells.notes import Notes, quoted
from lfassess.assessment.intake.lists.cells.phones import read_phone
from lfassess.assessment.intake.lists.cells.texts import is_no_name, read_text
from lfassess.assessment.intake.lists.cells.websites import Sites, is_map, read_websites
from lfassess.assessment.intake.lists.columns import Columns, find_columns
from lfassess.assessment.intake.lists.content import is_site
from lfassess.assessment.intake.lists.header import find_header
from lfassess.assessment.intake.lists.identity import Seen, lead_key
from lfassess.assessment.intake.lists.tables import Row
from lfassess.assessment.intake.normalise import InvalidValueError, host_of
from lfassess.errors import UsageError
from lfassess.plain_text import plain

MAX_ROWS: Final = 1_000_000
_BLANKS: Final = 2_000_000  # no more are passed over; a spreadsheet has a million rows
_SAMPLE: Final = 200  # rows looked at before columns are told apart
_HEADING: Final = 100  # rows that may stand above the first lead
_JUNK: Final = 20_000  # rows without a single lead, after which a file is no list of leads
_MAX_EXTRA: Final = 4_000  # characters of a custom field
_MAX_ROW: Final = 16_000  # characters of all custom fields together
_MAX_EXCERPT: Final = 120
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet knows a formula


@dataclass(frozen=True, slots=True)
class Reject:
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


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list whose columns are known, and its rows, once."""

    columns: Columns
    note: str | None  # what people should know about how the file was read
    rows: Iterator[LeadRow | Reject]


@contextmanager
def open_list(path: Path, reading: Reading) -> Iterator[OpenList]:
    """Open a list of leads; each row is a lead or the reason why not; blank rows are skipped.

    Args:
        path: a plain file, as ``tables.local_copy`` gives it.
        reading: how to read it.

    Raises:
        UsageError: it is no list, is empty, has too many rows, its encoding can't be told, or no
            column holds websites or business names.
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
        columns = find_columns(header, [cells for _, cells in body if cells], reading.column_map)
        rows = _rows(path.name, chain(body, table.rows), columns, reading, table.broken)
        yield OpenList(columns, table.note, rows)


def _rows(
    name: str, rows: Iterator[Row], columns: Columns, reading: Reading, broken: str
) -> Iterator[LeadRow | Reject]:
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
                hint=f"The columns were taken as: {columns.explained()}.",
            )
        try:
            if given is None:
                raise InvalidValueError(broken)  # noqa: TRY301 - as all reasons
            row = _lead(line, given, columns, reading)
            if not reading.keep_duplicates:
                _refuse_repeated(row, seen)
        except InvalidValueError as e:
            yield Reject(line, str(e), _excerpt(given))
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


def neutralise(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula, no terminal for an order."""
    shown = plain(cell)
    return f"'{shown}" if cell.startswith(_FORMULA) or shown.startswith(_FORMULA) else shown


def _restored(cell: str) -> str:
    """Undo ``neutralise``, so that an exported file can be imported again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _lead(line: int, given: Sequence[str], columns: Columns, reading: Reading) -> LeadRow:
    given = _realigned(given, columns)
    _refuse_shape(given, columns)
    notes = Notes(lambda name: columns.label(columns.fields.get(name, [0])[0]))
    values = _values(given, columns, notes)
    sites = _sites(values, notes, allow_private=reading.allow_private)
    country = (
        next((c for v in values["country"] if (c := read_country(v, notes))), None)
        or country_of(sites.website)
        or reading.default_country
    )
    phone = _phone(values["phone"], country, notes)
    address = _address(values, notes)
    name = _name(values, notes)
    if name is None:
        if sites.website is None:
            raise InvalidValueError(sites.reason or "neither a website nor a name")
        name = host_of(sites.website)
    if sites.website is None and phone is None and address is None:
        reason = "without a website, a name needs a phone number or an address"
        raise InvalidValueError(f"{sites.reason}; {reason}" if sites.reason else reason)
    return LeadRow(
        line=line,
        name=name,
        website=sites.website,
        phone=phone,
        address=address,
        country=country,
        dedupe_key=lead_key(name, sites.website, phone, address)
        + (f"|line {line}" if reading.keep_duplicates else ""),
        extra=_extra(given, columns, values, sites, notes),
        bare=sites.bare,
        notes=tuple(Note(line, column, text) for column, text in notes.said),
    )


def _realigned(given: Sequence[str], columns: Columns) -> Sequence[str]:
    """Put a name with an unquoted separator in it back together, where the website tells."""
    named = max((i + 1 for i, name in enumerate(columns.header) if name), default=0)
    name, site = (columns.fields.get(f, [-1])[0] for f in ("name", "website"))
    if not named or not any(map(str.strip, given[named:])) or not 0 <= name < site:
        return given
    for parts in range(2, 2 + len(given) - named):
        merged = [
            *given[:name],
            ", ".join(part.strip() for part in given[name : name + parts]),
            *given[name + parts :],
        ]
        if not any(map(str.strip, merged[named:])) and site < len(merged):
            return merged if is_site(merged[site]) else given
    return given


def _refuse_shape(given: Sequence[str], columns: Columns) -> None:
    width = len(columns.header)
    if any(map(str.strip, given[width:])):
        raise InvalidValueError(
            f"{len(given)} cells, but there are {width} columns: a separator within a cell needs "
            "quotation marks around that cell"
        )


def _values(given: Sequence[str], columns: Columns, notes: Notes) -> dict[str, list[str]]:
    """Return each field's filled cells, in the columns' order; one that is too long is dropped."""
    values: dict[str, list[str]] = {name: [] for name in LIMITS}
    for name, indexes in columns.fields.items():
        for index in indexes:
            text = _restored(given[index].strip(" ")) if index < len(given) else ""
            if len(text) > LIMITS[name]:
                notes.add(name, f"{len(text):,} characters; the limit is {LIMITS[name]:,}; dropped")
            elif text.strip():
                values[name].append(text)
    return values


def _sites(values: Mapping[str, list[str]], notes: Notes, *, allow_private: bool) -> Sites:
    """Return the websites of all columns that may have one, e-mail addresses last."""
    found = Sites()
    for text in values["website"]:
        more = read_websites(text, notes, allow_private=allow_private)
        if found.website is None:
            found.website, found.bare = more.website, more.bare
        elif more.website is not None and host_of(more.website) != host_of(found.website):
            found.others.append(more.website)
        found.profiles += more.profiles
        found.maps += more.maps
        found.others += more.others
        found.reason = found.reason or more.reason
    for text in values["email"] if found.website is None else ():
        email = read_email(text)
        if email is not None and email[1] is not None:
            more = read_websites(email[1], Notes(notes.column), allow_private=allow_private)
            if more.website is not None:
                found.website, found.bare = more.website, True
                notes.add("email", f"the website was taken from {quoted(email[0])}")
                break
    return found


def _phone(texts: Sequence[str], country: str, notes: Notes) -> str | None:
    read = [number for text in texts if (number := read_phone(text, country, notes))]
    return next((number for number in read if number.startswith("+")), read[0] if read else None)


def _address(values: Mapping[str, list[str]], notes: Notes) -> str | None:
    def first(name: str) -> str:
        read = (read_text(v, name, notes) for v in values[name] if not says_nothing(v))
        return next(read, "")

    street = " ".join(part for part in (first("street"), first("house")) if part)
    parts = {name: first(name) for name in ("street2", "city", "region", "postcode")}
    address = join_address(parts | {"address": first("address") or street})
    return address[: LIMITS["address"]] if address else None


def _name(values: Mapping[str, list[str]], notes: Notes) -> str | None:
    for text in values["name"]:
        if not is_no_name(text) and (name := clean(read_text(text, "name", notes))):
            return name
    return None


def _extra(
    given: Sequence[str],
    columns: Columns,
    values: Mapping[str, list[str]],
    sites: Sites,
    notes: Notes,
) -> dict[str, str]:
    """Return the custom fields: columns that are no field of a lead, and what websites gave."""
    pages = [*sites.profiles, *values["profile"], *values["map"]]
    found = {
        "Email": next((e[0] for v in values["email"] if (e := read_email(v))), ""),
        "Profiles": ", ".join(dict.fromkeys(p for p in pages if not is_map(p))),
        "Map": ", ".join(dict.fromkeys([*sites.maps, *filter(is_map, pages)])),
        "Other websites": ", ".join(dict.fromkeys(sites.others)),
    }
    custom = {
        key: value
        for i, key in columns.extra.items()
        if i < len(given) and (value := clean(_restored(given[i].strip(" "))))
    }
    left, cut = _MAX_ROW, []
    for key, value in custom.items():
        if len(value) > min(_MAX_EXTRA, left):
            cut.append(key)
            custom[key] = value[: max(0, min(_MAX_EXTRA, left))]
        left -= len(custom[key])
    for key in cut:
        notes.said.append((key, "it was cut, since it is very long"))
    return {key: value for key, value in {**custom, **found}.items() if value}


def _excerpt(given: Sequence[str] | None) -> str:
    return clean(", ".join(text[:_MAX_EXCERPT] for text in (given or [])[:20]))[:_MAX_EXCERPT]
