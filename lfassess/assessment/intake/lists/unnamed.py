"""Columns whose names say nothing: what their cells hold says what they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from lfassess.assessment.intake.lead_row import LIMITS
from lfassess.assessment.intake.lists import content
from lfassess.assessment.intake.lists.cells.plain_phones import plain_e164
from lfassess.assessment.intake.lists.columns import Columns, says_nothing

_MAJORITY: Final = 0.6  # share of a column's cells
_LONGEST: Final = 200  # characters of an address
_STREET: Final = re.compile(
    r"\d+[a-z]?(?:[-/]\d+)?\s+[^\W\d]|[^\W\d]{3,}\.?\s+\d+\s?[a-z]?(?=,|$)", re.IGNORECASE
)
_IDEOGRAPHS: Final = re.compile(r"[\u4e00-\u9fff]{2}.*\d")
_DATE: Final = re.compile(r"\s*(?:19|20)\d\d-\d\d-\d\d\b")
_POSTCODE: Final = re.compile(r",.*\b\d{4,5}\b|\b\d{4,5}\s+[^\W\d]{3,}")


def complete(
    columns: Columns,
    sample: Sequence[Sequence[str]],
    column_map: Mapping[str, str],
    *,
    country: str,
) -> Columns:
    """Return the columns with phone numbers and addresses that no name tells.

    Args:
        columns: as ``find_columns`` gives them.
        sample: the first rows' cells.
        column_map: {field: column name}; these fields stay as they are.
        country: two-letter code, of numbers written without their country.
    """
    named = any(columns.header)
    fields = dict(columns.fields)
    free = [i for i in columns.extra if not named or says_nothing(columns.header[i])]
    if not free:
        return columns
    cells = {
        i: [row[i] if i < len(row) else "" for row in sample] for i in range(len(columns.header))
    }
    name = fields.get("name", [None])[0]
    if name is not None and not named and "name" not in column_map and _are_addresses(cells[name]):
        other = next((i for i in free if _are_names(cells[i])), None)
        if other is not None:
            fields["name"] = [other]
            free = sorted({*free, name} - {other})
    for field, holds in (("phone", partial(_are_phones, country=country)),
                         ("address", _are_addresses)):  # fmt: skip
        if field not in fields and (found := [i for i in free if holds(cells[i])]):
            fields[field] = found[:1]
            free.remove(found[0])
    first, *others = columns.places or ({},)
    if "address" in fields:
        first = {**first, "address": fields["address"]}
    taken = {i for indexes in fields.values() for i in indexes}
    dropped = {i for indexes in columns.fields.values() for i in indexes} - taken
    extra = {i: key for i, key in columns.extra.items() if i not in taken}
    extra |= {i: columns.label(i) for i in dropped}
    return replace(
        columns,
        fields={field: fields[field] for field in LIMITS if field in fields},
        extra=dict(sorted(extra.items())),
        places=[first, *others],
    )


def _are_phones(cells: Sequence[str], country: str) -> bool:
    holds = content.look(cells)
    if holds.phones <= _MAJORITY or holds.numbers < 1:
        return holds.phones > _MAJORITY
    # Digits and dashes alone may be dates or a customer's number, unless they can be called.
    valid = sum(plain_e164(cell, country) is not None for cell in cells if not _DATE.match(cell))
    return valid > _MAJORITY * holds.filled


def _are_names(cells: Sequence[str]) -> bool:
    return content.look(cells).text and not _are_addresses(cells)


def _are_addresses(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return sum(map(_is_address, filled)) > _MAJORITY * len(filled)


def _is_address(cell: str) -> bool:
    if len(cell) > _LONGEST or content.is_data(cell):
        return False
    return bool(_STREET.match(cell) or _POSTCODE.search(cell) or _IDEOGRAPHS.match(cell)) or (
        "," in cell and _STREET.search(cell) is not None
    )
