"""Telephone numbers of digits and usual punctuation, read in a tenth of the library's time.

What comes out is what phonenumbers would say; what is not plain is left to it. Of such a text the
library looks at nothing but the digits and whether a plus sign stands before them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import phonenumbers

_PLAIN: Final = re.compile(
    r"(?! *\+?\d{6,15}\.0+ *\Z)"  # a whole number that a spreadsheet gave a fraction
    r" *\(?\+?[\d ().-]{7,30}",
    re.ASCII,
)
_NO_PUNCTUATION: Final = dict.fromkeys(map(ord, "+ ().-"))
_LEAST_DIGITS: Final = 7
_LONGEST_CODE: Final = 3  # digits of a country's calling code
_NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _Region:
    """How numbers are written in a region, by the library's data."""

    code: str  # calling code
    exit: re.Pattern[str]  # what is dialled before a calling code
    trunk: re.Pattern[str]  # what is dialled before a number within the region
    rewrites: bool  # whether some trunk prefixes are replaced and not just taken off
    valid: re.Pattern[str]
    lengths: frozenset[int]  # digits of a number without its calling code
    local_lengths: frozenset[int]

    def without_trunk(self, number: str) -> str | None:
        """Return a number without its trunk prefix; None where only the library can say."""
        if (prefix := self.trunk.match(number)) is None:
            return number
        if self.rewrites and prefix.group(prefix.re.groups) is not None:
            return None
        rest = number[prefix.end() :]
        if self.valid.fullmatch(number) and not self.valid.fullmatch(rest):
            rest = number
        return rest if len(rest) in self.lengths else None


def plain_e164(text: str, country: str) -> str | None:
    """Return a number in E.164, or None where only the library can say, or it is none.

    Args:
        text: as typed.
        country: two-letter code, of numbers written without their country.
    """
    if not _PLAIN.fullmatch(text):
        return None
    digits = text.translate(_NO_PUNCTUATION)
    if len(digits) < _LEAST_DIGITS:
        return None
    found = _split(digits) if "+" in text else _within(digits, country)
    if found is None:
        return None
    main, number = found
    national = main.without_trunk(number)
    if national is None or len(national) not in main.lengths:
        return None
    return f"+{main.code}{national}"


def _split(digits: str) -> tuple[_Region, str] | None:
    """Return what comes after a plus sign as (the code's main region, the number in it)."""
    for length in range(1, _LONGEST_CODE + 1):
        if main := _main_region(digits[:length]):
            return main, digits[length:]
    return None


def _within(digits: str, country: str) -> tuple[_Region, str] | None:
    """Return a number as written in a country as (its code's main region, the number in it)."""
    region = _region(country)
    main = _main_region(region.code) if region else None
    if region is None or main is None or region.exit.match(digits):
        return None
    if not digits.startswith(region.code):
        number = region.without_trunk(digits)
        # The trunk prefix is taken off once: after that a number must not seem to have another.
        return None if number is None or main.trunk.match(number) else (main, number)
    too_long = len(digits) > max(region.lengths) and len(digits) not in region.local_lengths
    number = digits[len(region.code) :]
    return None if not too_long or region.trunk.match(number) else (main, number)


@cache
def _main_region(code: str) -> _Region | None:
    if not code or code.startswith("0"):
        return None
    return _region(phonenumbers.region_code_for_country_code(int(code)))


@cache
def _region(country: str) -> _Region | None:
    if country not in phonenumbers.SUPPORTED_REGIONS:
        return None
    data = phonenumbers.PhoneMetadata.metadata_for_region(country)
    described = data.general_desc if data else None
    if data is None or described is None or not described.national_number_pattern:
        return None
    trunk = data.national_prefix_for_parsing or ""
    return _Region(
        code=str(data.country_code),
        exit=re.compile(data.international_prefix) if data.international_prefix else _NEVER,
        trunk=re.compile(trunk) if trunk else _NEVER,
        rewrites=bool(data.national_prefix_transform_rule),
        valid=re.compile(described.national_number_pattern),
        lengths=frozenset(described.possible_length),
        local_lengths=frozenset(described.possible_length_local_only),
    )
