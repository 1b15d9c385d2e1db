"""One lead's fields, cleaned and in one form; decides what makes two rows the same lead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

import phonenumbers

from lfassess.assessment.intake.lists.identity import lead_key
from lfassess.assessment.intake.normalise import (
    MAX_WEBSITE,
    InvalidValueError,
    host_of,
    is_blank,
    normalise_website,
)
from lfassess.config_files import read_toml
from lfassess.trades import trade_called

# Characters, for what one column may hold of each; the order is that in which fields are shown.
LIMITS: Final[Mapping[str, int]] = {
    "name": 300,
    "website": MAX_WEBSITE,
    "phone": 100,
    "address": 500,
    "street": 300,
    "house": 50,
    "street2": 300,
    "city": 200,
    "region": 200,
    "postcode": 50,
    "country": 100,
    "industry": 300,
    "email": 320,
    "profile": MAX_WEBSITE,
    "map": MAX_WEBSITE,
}

_PARTS: Final = ("street2", "city", "region", "postcode")  # of an address, behind the street
_CITY: Final = _PARTS.index("city")
_POSTCODE: Final = _PARTS.index("postcode")
_ANY_STREET: Final = "1"

# Controls, zero-width characters, direction overrides, halves of surrogate pairs.
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff]"
)
_PARENTHESES: Final = re.compile(r"\([^()]*\)")
_SUBDIVISION: Final = re.compile(r"([A-Za-z]{2})-[A-Za-z0-9]{1,3}")  # ISO 3166-2


@dataclass(frozen=True, slots=True)
class Note:
    """What was repaired or dropped in a cell, since an odd cell does not cost the lead."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.text}"


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead as it goes into the store."""

    line: int | None  # where it starts in its file
    name: str
    website: str | None
    phone: str | None
    address: str | None
    country: str
    dedupe_key: str
    extra: dict[str, str] = field(default_factory=dict)
    bare: bool = False  # the website was given without a scheme
    industry: str | None = None  # as lfassess.trades names it
    notes: tuple[Note, ...] = ()
    personal_phone: bool = False  # of somebody there: it doesn't tell branches of the site apart

    @property
    def place_phone(self) -> str | None:
        """The phone number as far as it says where the business is."""
        return None if self.personal_phone and self.website is not None else self.phone


def build(
    values: Mapping[str, str],
    *,
    default_country: str,
    allow_private: bool,
    line: int | None = None,
    extra: Mapping[str, str] | None = None,
) -> LeadRow:
    """Return the lead these raw values describe.

    Args:
        values: name, website, phone, address, city, region, postcode, country, industry as typed;
            any may be missing.
        default_country: two-letter country where the values name none.
        allow_private: take private addresses as websites.
        line: where the row starts in its file.
        extra: what else is known, stored as it is.

    Raises:
        InvalidValueError: it is no lead; the message says why.
    """
    website = normalise_website(values.get("website", ""), allow_private=allow_private)
    country = normalise_country(values.get("country", "")) or default_country
    phone = normalise_phone(values.get("phone", ""), country)
    address = join_address(values)
    name = clean(values.get("name", ""))
    if is_blank(name):
        if website is None:
            raise InvalidValueError("neither a website nor a name")
        name = host_of(website)
    if website is None and phone is None and address is None:
        raise InvalidValueError("without a website, a name needs a phone number or an address")
    return LeadRow(
        line=line,
        name=name,
        website=website,
        phone=phone,
        address=address,
        country=country,
        dedupe_key=lead_key(name, website, phone, address),
        extra=dict(extra or {}),
        industry=trade_called(values.get("industry")),
    )


def check_length(label: str, text: str, limit: int) -> None:
    """Raise InvalidValueError where the text has more than ``limit`` characters."""
    if len(text) > limit:
        raise InvalidValueError(f"{label} has {len(text):,} characters; the limit is {limit:,}")


def clean(text: str) -> str:
    """Return the text in NFC, on one line, without invisible characters."""
    if text.isascii() and text.isprintable() and "  " not in text:  # as most are
        return text.strip(" ")
    text = " ".join(_INVISIBLE.sub("", text).split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def normalise_phone(text: str, country: str) -> str | None:
    """Return the number in E.164; as typed where it can't be understood; None where blank."""
    text = clean(text)
    if is_blank(text):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=1_024)
def known_country(text: str) -> str | None:
    """Return the ISO 3166 alpha-2 code of a country's code or name, or None."""
    folded = _fold(_PARENTHESES.sub(" ", text))
    if folded.upper() in phonenumbers.SUPPORTED_REGIONS:
        return folded.upper()
    if region := _SUBDIVISION.fullmatch(clean(text)):
        return known_country(region[1])
    return _country_names().get(folded)


def normalise_country(text: str) -> str | None:
    """Return the ISO 3166 alpha-2 code, or None where blank.

    Raises:
        InvalidValueError: no country is known by this name.
    """
    if is_blank(text) and clean(text).upper() != "NA":  # which is Namibia
        return None
    code = known_country(text)
    if code is None:
        raise InvalidValueError(
            f"{clean(text)[:60]!r} is not a known country; use its two-letter code"
        )
    return code


@cache
def _country_names() -> dict[str, str]:
    countries = read_toml("countries.toml")
    return {_fold(name): code for code, names in countries.items() for name in names}


def _fold(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", clean(name).casefold())
    plain = "".join(c for c in decomposed if c.isalnum() or c == " ")
    return plain.removeprefix("the ").strip()


def join_address(values: Mapping[str, str]) -> str | None:
    """Return an address's parts on one line, less those that the full address names already."""
    full = _on_one_line(values.get("address", ""))
    parts = tuple(_on_one_line(values.get(name, "")) for name in _PARTS)
    if parts[_POSTCODE] and parts[_POSTCODE] in full and _is_whole(full, parts):
        return full
    if full and "," not in full and not is_blank(full):
        return full + _after_street(parts)
    return _joined(full, parts) or None


@lru_cache(maxsize=8_192)  # towns with their states and postcodes come again and again
def _after_street(parts: tuple[str, ...]) -> str:
    """Return what follows a street, whatever that is: it is not compared with its town."""
    return _joined(_ANY_STREET, parts).removeprefix(_ANY_STREET)


def _joined(full: str, parts: tuple[str, ...]) -> str:
    joined = "" if is_blank(full) else full
    for name, text in zip(_PARTS, parts, strict=True):
        if is_blank(text) or _holds(joined, text):
            continue
        # A full address names its region in a form of its own: "IL 62704" beside "Illinois".
        if name == "region" and (_holds(full, parts[_CITY]) or _holds(full, parts[_POSTCODE])):
            continue
        joined = f"{joined}, {text}" if joined else text
    return joined


def _is_whole(full: str, parts: tuple[str, ...]) -> bool:
    """Whether an address without commas names its town and postcode: "9 Elm St Ames IA 50010"."""
    words = _words(full)
    return all(parts[at] and _words(parts[at]) in words for at in (_CITY, _POSTCODE))


def _on_one_line(text: str) -> str:
    if text.isascii() and text.isprintable():
        return clean(text).strip(" ,")
    lines = (clean(line).strip(" ,") for line in text.splitlines())
    return ", ".join(line for line in lines if line)


def _holds(address: str, part: str) -> bool:
    """Tell whether a full address names its town or postcode already; streets don't count."""
    after_street = address.partition(",")[2]
    return bool(after_street and part) and _words(part) in _words(after_street)


def _words(text: str) -> str:
    return f" {' '.join(text.casefold().replace(',', ' ').split())} "
