"""The country that a cell names, or an address, a website's ending or a phone number tells."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

from lfassess.assessment.intake.lead_row import known_country
from lfassess.assessment.intake.lists.cells.blanks import says_nothing
from lfassess.assessment.intake.lists.cells.notes import Notes, quoted
from lfassess.assessment.intake.normalise import host_of


def read_country(text: str, notes: Notes) -> str | None:
    """Return the two-letter code; None where the cell is blank or names no country."""
    if code := known_country(text):
        return code
    if not says_nothing(text):
        notes.add("country", f"{quoted(text)} is not a country we know; the default was taken")
    return None


# Endings of countries that are sold all over the world, or that name no country of their own.
_GENERIC_ENDINGS: Final = frozenset({
    "ac", "ai", "am", "bz", "cc", "cd", "co", "dj", "fm", "gg", "gl", "gs", "io", "la", "ly",
    "me", "ms", "mu", "nu", "pw", "sc", "sh", "so", "st", "tk", "to", "tv", "vc", "ws", "eu",
    "su", "im", "je", "ml", "ga", "cf", "gq", "sx", "vg", "ag", "ki", "bio", "hm", "tf", "yt",
    "re", "pm", "wf", "us", "cx", "nf", "mn", "lc",
})  # fmt: skip


def country_of(website: str | None) -> str | None:
    """Return the country whose ending a website has, where that ending is its businesses' own."""
    return _country_ending(host_of(website)) if website else None


def country_of_email(address: str) -> str | None:
    """Return the same of an e-mail address, a mail provider's included."""
    return _country_ending(address)


def _country_ending(host: str) -> str | None:
    ending = host.rpartition(".")[2]
    if len(ending) != 2 or ending in _GENERIC_ENDINGS:  # noqa: PLR2004 - countries' endings
        return None
    return known_country({"uk": "gb"}.get(ending, ending))


_SHORT_NAMES: Final = frozenset({"USA", "U.S.A.", "UK", "U.K.", "UAE"})
_SHORTEST_NAME: Final = 4  # letters; fewer are a state's or a province's code
_STATES: Final = frozenset({"georgia"})  # that are countries' names as well


def country_in(address: str, city: str = "") -> str | None:
    """Return the country with which an address ends, before or behind its postcode.

    ``city``: the row's own; towns have countries' names, too.
    """
    before, _, last = address.rpartition(",")
    if last[-1:].isdigit():
        before, _, last = before.rpartition(",")
    return _country_named(last, city) if before else None


@lru_cache(maxsize=4_096)
def _country_named(part: str, city: str) -> str | None:
    part = part.strip(" .")
    if len(part) < _SHORTEST_NAME and part.upper() not in _SHORT_NAMES:
        return None
    return None if part.casefold() in {*_STATES, city.casefold()} else known_country(part)


_INTERNATIONAL: Final = re.compile(r"['=\s]*(?:tel:)?\(?(?:\+|00)[1-9]")
_AT_A_PLACE: Final = frozenset({
    PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE,
})  # fmt: skip
_AREA: Final = 8  # characters of a number that tell the countries of one calling code apart


def is_international(text: str) -> bool:
    """Whether a phone cell begins with a country's calling code."""
    return _INTERNATIONAL.match(text) is not None


def country_called(number: str) -> str | None:
    """Return the country of a number in E.164; None of one that is at no place, as freephone."""
    return _country_called(number[:_AREA], len(number)) or _of_number(number)


@lru_cache(maxsize=8_192)
def _country_called(area: str, digits: int) -> str | None:
    """Return the country that all numbers of so many digits in an area have, if that is so."""
    return _of_number(area + "0" * (digits - len(area)))


def _of_number(number: str) -> str | None:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(parsed) not in _AT_A_PLACE:
        return None
    return phonenumbers.region_code_for_number(parsed)
