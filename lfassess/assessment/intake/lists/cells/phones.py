"""The telephone number that a cell names."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher, ValidationResult

from lfassess.assessment.intake.lead_row import clean
from lfassess.assessment.intake.lists.cells.blanks import says_nothing
from lfassess.assessment.intake.lists.cells.notes import Notes, quoted
from lfassess.assessment.intake.lists.cells.plain_phones import lacks_area_code, plain_e164

_DESTROYED: Final = re.compile(r"\d(?:[.,]\d+)?e\+?\d{1,2}", re.IGNORECASE)
_FRACTION: Final = re.compile(r"(\+?\d{6,15})\.0+")
_FAX: Final = re.compile(r"(?:fax|telefax)\W*[+\d(][\d\s().+/-]*", re.IGNORECASE)
_MIN_DIGITS: Final = 5
_MIN_WITH_CODE: Final = 11  # digits; with fewer the code is an area's
_E164: Final = phonenumbers.PhoneNumberFormat.E164


def read_phone(
    text: str, country: str, notes: Notes, *, others: Collection[str] = ()
) -> str | None:
    """Return the cell's first valid number in E.164; a local one without area code as typed.

    Args:
        text: the cell.
        country: two-letter code, of numbers written without their country.
        notes: takes what was repaired or dropped.
        others: the same, of numbers that are none in ``country``.
    """
    return plain_e164(text, country) or _read_closely(text, country, notes, others)


def _read_closely(text: str, country: str, notes: Notes, others: Collection[str]) -> str | None:
    text = clean(text).lstrip("'=").strip("[]")
    if says_nothing(text, "phone"):
        return None
    if _DESTROYED.fullmatch(text):
        notes.add("phone", f"{quoted(text)} is what a spreadsheet made of a number; it was dropped")
        return None
    if whole := _FRACTION.fullmatch(text):
        text = whole[1]
    for region in dict.fromkeys([country, *others]):
        if found := _number(text, region):
            return found
        if found := _first_within(text, region):
            notes.add("phone", f"of {quoted(text)} the first number was taken: {found}")
            return found
    if _is_local(text, country):
        notes.add("phone", f"{quoted(text)} has no area code; it stays as typed")
        return text
    why = _why_none(text, country)
    notes.add("phone", f"{quoted(text)} {why}; it was dropped")
    return None


def _first_within(text: str, country: str) -> str | None:
    """Return the first valid number of a text that has more than that, less fax numbers."""
    spoken = _FAX.sub(" ", text)
    for match in PhoneNumberMatcher(spoken, country, leniency=Leniency.VALID, max_tries=50):
        if not lacks_area_code(match.raw_string, country):
            return phonenumbers.format_number(match.number, _E164)
    return None


def _number(text: str, country: str) -> str | None:
    """Return a text that is one valid number and nothing else in E.164."""
    candidates = [text, f"+{text[2:]}"] if re.match(r"00[1-9]", text) else [text]
    if _with_own_code(text, country):
        candidates.insert(0, f"+{text}")
    for candidate in candidates:
        number = _parsed(candidate, country)
        if number and phonenumbers.is_valid_number(number):
            if lacks_area_code(candidate, country):
                continue
            return phonenumbers.format_number(number, _E164)
    return None


def _parsed(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _with_own_code(text: str, country: str) -> bool:
    """Whether a number begins with its country's calling code, its plus sign lost."""
    data = phonenumbers.PhoneMetadata.metadata_for_region(country)
    return (
        data is not None
        and data.national_prefix is not None  # else a number within the country may begin so
        and text.startswith(str(data.country_code))
        and sum(c.isdigit() for c in text) >= _MIN_WITH_CODE
    )


def _is_local(text: str, country: str) -> bool:
    """Whether the library knows a number that can only be called from its own town."""
    number = _parsed(text, country)
    return number is not None and (
        phonenumbers.is_possible_number_with_reason(number)
        == ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    )


def _why_none(text: str, country: str) -> str:
    if sum(c.isdigit() for c in text) < _MIN_DIGITS:
        return "is not a phone number"
    if lacks_area_code(text, country):
        return "has no area code"
    return f"is no valid phone number, read as one of {country}"
