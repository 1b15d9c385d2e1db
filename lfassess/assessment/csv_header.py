"""Finds out which column of a CSV file holds what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.assessment.lead_row import LIMITS, clean
from lfassess.errors import UsageError

# In order of preference, without case, spaces and punctuation. Company names come before plain
# "name", which in such files is often the contact person's.
_ALIASES: Final[Mapping[str, Sequence[str]]] = {
    "website": (
        "website", "websiteurl", "websiteaddress", "companywebsite", "businesswebsite", "url",
        "siteurl", "site", "homepage", "homepageurl", "webpage", "webaddress", "web", "www",
        "domain", "domainname",
    ),
    "name": (
        "businessname", "companyname", "company", "business", "organisationname",
        "organizationname", "organisation", "organization", "accountname", "leadname", "name",
        "title", "lead",
    ),
    "phone": (
        "phone", "phonenumber", "telephone", "telephonenumber", "tel", "businessphone",
        "companyphone", "mainphone", "phone1", "mobile", "mobilephone",
    ),
    "address": (
        "fulladdress", "address", "businessaddress", "streetaddress", "street", "addressline1",
        "address1",
    ),
    "city": ("city", "town", "locality"),
    "region": ("region", "state", "province", "county", "stateprovince"),
    "postcode": ("postcode", "postalcode", "zip", "zipcode"),
    "country": ("country", "countrycode", "countryname"),
}  # fmt: skip
_MAX_COLUMNS_SHOWN: Final = 30
_MAX_EXTRA: Final = 4_000  # characters in one cell of an unmapped column


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is, and what the other columns are called."""

    header: list[str]
    fields: dict[str, int]  # field -> index
    extra: dict[int, str]  # index -> key in Lead.extra
    limits: list[int]  # characters each column's cells may have


def map_columns(header: Sequence[str], column_map: Mapping[str, str]) -> Columns:
    """Return which column holds what.

    Args:
        header: the names in the file's first row.
        column_map: {field: column name}; goes before what the names suggest.

    Raises:
        UsageError: the map names a field or column there is not, or neither a website nor a name
            is found.
    """
    header = [clean(name)[:100] for name in header]
    squeezed = [_squeeze(name) for name in header]
    fields = {field: _named(field, name, header) for field, name in column_map.items()}
    for field, aliases in _ALIASES.items():
        for alias in aliases:
            if field in fields:
                break
            if alias in squeezed and squeezed.index(alias) not in fields.values():
                fields[field] = squeezed.index(alias)
    if not fields.keys() & {"website", "name"}:
        raise UsageError(
            f"There is neither a website nor a name column; the columns are {_shown(header)}.",
            hint="Say which it is, as in --map website=COLUMN.",
        )
    by_index = {index: field for field, index in fields.items()}
    limits = [LIMITS.get(by_index.get(i, ""), _MAX_EXTRA) for i in range(len(header))]
    return Columns(header, fields, _extra(header, set(by_index)), limits)


def _named(field: str, name: str, header: Sequence[str]) -> int:
    if field not in LIMITS:
        raise UsageError(f"{field!r} is no field of a lead; there are {', '.join(LIMITS)}.")
    if name in header:
        return header.index(name)
    squeezed = [_squeeze(column) for column in header]
    if not _squeeze(name) or _squeeze(name) not in squeezed:
        raise UsageError(f"There is no column {name!r}; the columns are {_shown(header)}.")
    return squeezed.index(_squeeze(name))


def _squeeze(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _shown(header: Sequence[str]) -> str:
    more = len(header) - _MAX_COLUMNS_SHOWN
    shown = ", ".join(repr(name) for name in header[:_MAX_COLUMNS_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _extra(header: Sequence[str], taken: set[int]) -> dict[int, str]:
    keys: dict[int, str] = {}
    used: set[str] = set()
    for index, name in enumerate(header):
        if index in taken:
            continue
        key = name or f"column {index + 1}"
        if key in used:
            key = f"{key} ({index + 1})"
        used.add(key)
        keys[index] = key
    return keys
