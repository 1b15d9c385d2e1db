"""The telephone number that a cell names."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher, ValidationResult

from lfassess.assessment.intake.lead_row import clean
from lfassess.assessment.intake.lists.cells.blanks import says_nothing
from lfassess.assessment.intake.lists.cells.notes import Notes, quoted
from lfassess.assessment.intake.lists.cells.plain_phones import plain_e164

_DESTROYED: Final = re.compile(r"\d(?:[.,]\d+)?e\+?\d{1,2}", re.IGNORECASE)
_FRACTION: Final = re.compile(r"(\+?\d{6,15})\.0+")
_FAX: Final = re.compile(r"(?:fax|telefax)\W*[+\d(][\d\s().+/-]*", re.IGNORECASE)
_LEAST_DIGITS: Final = 5
_E164: Final = phonenumbers.PhoneNumberFormat.E164


def read_phone(text: str, country: str, notes: Notes) -> str | None:
    """Return the cell's first number in E.164; as typed where it has digits, but no country's form.

    Args:
        text: the cell.
        country: two-letter code, of numbers written without their country.
        notes: takes what was repaired or dropped.
    """
    return plain_e164(text, country) or _read_closely(text, country, notes)


def _read_closely(text: str, country: str, notes: Notes) -> str | None:
    text = clean(text).lstrip("'=").strip("[]")
    if says_nothing(text, "phone"):
        return None
    if _DESTROYED.fullmatch(text):
        notes.add("phone", f"{quoted(text)} is what a spreadsheet made of a number; it was dropped")
        return None
    if whole := _FRACTION.fullmatch(text):
        text = whole[1]
    if found := _number(text, country):
        return found
    spoken = _FAX.sub(" ", text)
    for match in PhoneNumberMatcher(spoken, country, leniency=Leniency.POSSIBLE, max_tries=50):
        if _is_whole(match.number):
            found = phonenumbers.format_number(match.number, _E164)
            notes.add("phone", f"of {quoted(text)} the first number was taken: {found}")
            return found
    if sum(c.isdigit() for c in text) >= _LEAST_DIGITS:
        return text
    notes.add("phone", f"{quoted(text)} is no phone number; it was dropped")
    return None


def _number(text: str, country: str) -> str | None:
    candidates = [text, f"+{text[2:]}"] if re.match(r"00[1-9]", text) else [text]
    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, country)
        except phonenumbers.NumberParseException:
            continue
        if _is_whole(number):
            return phonenumbers.format_number(number, _E164)
    return None


def _is_whole(number: phonenumbers.PhoneNumber) -> bool:
    """Whether a number can be called from anywhere: local ones lack their area code."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == ValidationResult.IS_POSSIBLE
