"""The do-not-contact list: what its entries mean, and which leads they mean."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

import phonenumbers

from lfassess.assessment.intake.lead_row import LeadRow
from lfassess.assessment.intake.lists.cells.formulas import neutralise
from lfassess.assessment.intake.normalise import InvalidValueError, host_of, normalise_website
from lfassess.db.queries.suppressions import Suppressed

DOMAIN, PHONE, EMAIL = "domain", "phone", "email"

Entry = tuple[str, str]  # (kind, value)

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE: Final = re.compile(r"[+0-9()\s./-]{6,}")
_COLUMNS: Final = frozenset({"domain", "website", "url", "phone", "email", "e-mail", "value"})


def entry_of(text: str, *, country: str) -> Entry:
    """Return what a value means: an e-mail address, a phone number or a domain.

    Args:
        text: as a person wrote it.
        country: of phone numbers without a calling code, two letters.

    Raises:
        InvalidValueError: it is none of them.
    """
    given = text.strip()
    if _EMAIL.fullmatch(given):
        return EMAIL, given.lower()
    if _PHONE.fullmatch(given):
        return PHONE, _phone(given, country)
    website = normalise_website(given)
    if website is None:
        raise InvalidValueError("it is empty")
    return DOMAIN, host_of(website).removeprefix("www.")


def _phone(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as e:
        raise InvalidValueError("it is not a phone number") from e
    if not phonenumbers.is_possible_number(number):
        raise InvalidValueError("it is not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@dataclass(frozen=True, slots=True)
class BadEntry:
    """A row of a list that means nobody."""

    line: int
    reason: str


def read_entries(file: TextIO, *, country: str) -> Iterator[Entry | BadEntry]:
    """Return the entries of a CSV: of its columns named for them, else of its first column."""
    places: list[int] | None = None
    reader = csv.reader(file)
    for row in reader:
        if places is None:
            named = [n for n, cell in enumerate(row) if cell.strip().lower() in _COLUMNS]
            places = named or [0]
            if named:
                continue
        for place in places:
            cell = row[place] if place < len(row) else ""
            if not cell.strip():
                continue
            try:
                yield entry_of(cell.removeprefix("'"), country=country)
            except InvalidValueError as e:
                yield BadEntry(reader.line_num, f"{cell.strip()[:60]!r}: {e}")


def sorted_out(
    found: Iterable[Entry | BadEntry],
) -> tuple[list[Entry], list[BadEntry]]:
    """Return what means somebody, and what means nobody."""
    entries: list[Entry] = []
    bad: list[BadEntry] = []
    for one in found:
        if isinstance(one, BadEntry):
            bad.append(one)
        else:
            entries.append(one)
    return entries, bad


def entries_of(values: Iterable[str], *, country: str) -> Iterator[Entry | BadEntry]:
    """Return what each value means; the line of a bad one is its place, from 1."""
    for place, value in enumerate(values, 1):
        try:
            yield entry_of(value, country=country)
        except InvalidValueError as e:
            yield BadEntry(place, f"{value.strip()[:60]!r}: {e}")


def write_entries(out: TextIO, found: Iterable[Suppressed]) -> None:
    """Write the list as CSV; its values stay as they are, since other tools compare them."""
    writer = csv.writer(out)
    writer.writerow(["value", "kind", "note", "since"])
    for one in found:
        note = neutralise(one.note or "")
        writer.writerow([one.value, one.kind, note, one.created_at.isoformat()])


class SuppressionList:
    """Tells whether a lead is on the list."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = frozenset(entries)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def entry_for(self, row: LeadRow) -> Entry | None:
        """Return the entry that means a lead, None where none does."""
        return next((entry for entry in _meanings(row) if entry in self._entries), None)

    def means_host(self, host: str) -> bool:
        """Return whether a host's domain, or one above it, is on the list."""
        return any((DOMAIN, domain) in self._entries for domain in _domains(host))


def _meanings(row: LeadRow) -> Iterator[Entry]:
    """Return all entries that would mean this lead: its host's domains, phone and addresses."""
    if row.phone:
        yield PHONE, row.phone
    if row.website:
        yield from ((DOMAIN, domain) for domain in _domains(host_of(row.website)))
    yield from ((EMAIL, value.strip().lower()) for value in row.extra.values())


def _domains(host: str) -> Sequence[str]:
    labels = host.lower().removeprefix("www.").split(".")
    return [".".join(labels[n:]) for n in range(len(labels) - 1)] or [host.lower()]
