"""Finds the row that names the columns: below titles and remarks, or not there at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lfassess.assessment.intake.lead_row import clean
from lfassess.assessment.intake.lists import columns, content, wording
from lfassess.assessment.intake.lists.tables import Row

_TITLE_ROWS: Final = 30  # a header stands among the first so many rows
_DOTTED: Final = 0.2  # of a header's names that may read like domains, as "insights.name"
_SHARE: Final = 0.25  # of a header's names that are usual ones, at least


def find_header(rows: Sequence[Row], column_map: Mapping[str, str]) -> int | None:
    """Return the index of the row with the columns' names, or None where there is none.

    Args:
        rows: the file's first ones, blank rows included.
        column_map: {field: column name}; the row that has these names is the header.
    """
    candidates = [(i, cells) for i, (_, cells) in enumerate(rows[:_TITLE_ROWS])
                  if cells and any(map(str.strip, cells))]  # fmt: skip
    mapped = {clean(name).casefold() for name in column_map.values()}
    for i, cells in candidates:
        if mapped and mapped <= {clean(cell).casefold() for cell in cells}:
            return i
    for i, cells in candidates:
        if _names_columns(cells, single=len(candidates[-1][1]) == 1):
            return i
    if not candidates:
        return None
    first, cells = candidates[0]
    if any(map(_is_data, cells)) or cells[0].lstrip().startswith("#"):
        return None
    return first


def _names_columns(cells: Sequence[str], *, single: bool) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    data = [cell for cell in filled if _is_data(cell)]
    if len(data) > _DOTTED * len(filled) or not all(map(_is_dotted, data)):
        return False
    known = sum(map(columns.recognised, filled))
    if len(filled) == 1:
        return known == 1 and single
    return known >= 2 and known >= _SHARE * len(filled)  # noqa: PLR2004 - one may be a title's word


def _is_dotted(cell: str) -> bool:
    """Whether what seems to be a domain may be a name in parts."""
    return re.fullmatch(r"\w+(?:\.\w+)+", cell.strip()) is not None and not cell.startswith("www.")


def _is_data(cell: str) -> bool:
    """Whether a cell is no column's name; "Tel.nr" is one, though it reads like a domain."""
    said = wording.read(cell)
    return content.is_data(cell) and (said.unknown > 0 or not said.tags >= {"phone", "number"})
