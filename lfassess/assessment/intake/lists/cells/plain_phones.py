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
_MIN_DIGITS: Final = 7
_LONGEST_LOCAL: Final = 7  # digits of a number without its area code
_LONGEST_CODE: Final = 3  # digits of a country's calling code
_NEVER: Final = re.compile(r"(?!)")
_ZERO_WITHIN: Final = frozenset({"IT", "SM", "VA"})  # their zero is a part of the number
_KINDS: Final = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number",
    "pager", "uan", "voicemail",
)  # fmt: skip


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
    zero: bool  # whether a zero is dialled before an area code
    leading: re.Pattern[str] | None  # the digits by which a code's regions are distinguished
    kinds: tuple[tuple[frozenset[int], re.Pattern[str]], ...]  # lengths and form, by kind

    def has(self, number: str) -> bool:
        """Return whether a number, without calling code and trunk prefix, is of some kind."""
        return self.valid.fullmatch(number) is not None and any(
            len(number) in lengths and form.fullmatch(number) for lengths, form in self.kinds
        )

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
    if len(digits) < _MIN_DIGITS:
        return None
    found = _split(digits) if "+" in text else _within(digits, country)
    if found is None:
        return None
    main, number = found
    national = main.without_trunk(number)
    if national is None or len(national) not in main.lengths or not _is_valid(main.code, national):
        return None
    return None if lacks_area_code(text, country) else f"+{main.code}{national}"


def lacks_area_code(text: str, country: str) -> bool:
    """Whether a number is as short as local ones, in a country where others begin with a zero."""
    digits = "".join(filter(str.isdigit, text))
    if "+" in text or len(digits) > _LONGEST_LOCAL or digits.startswith("0"):
        return False
    region = _region(country)
    return region is not None and region.zero and max(region.lengths) > _LONGEST_LOCAL + 1


def _is_valid(code: str, number: str) -> bool:
    """Whether a number is one in the first region of its code that it belongs to."""
    for country in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]:
        if (region := _region(country)) is None:
            continue
        if region.leading is None:
            if region.has(number):
                return True
        elif region.leading.match(number):
            return region.has(number)
    return False


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
        zero=data.national_prefix == "0" or country in _ZERO_WITHIN,
        leading=re.compile(data.leading_digits) if data.leading_digits else None,
        kinds=tuple(
            (
                frozenset(kind.possible_length or described.possible_length),
                re.compile(kind.national_number_pattern),
            )
            for name in _KINDS
            if (kind := getattr(data, name)) is not None and kind.national_number_pattern
        ),
    )
