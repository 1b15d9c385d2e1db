"""Tables as CSV for spreadsheets, for the command line and the pages."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from lfassess.assessment.export.columns import text_of
from lfassess.assessment.intake.lists.cells.formulas import neutralise


def write_rows(out: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows under a header; texts that begin like formulas are neutralised.

    Args:
        out: where to.
        columns: the header, and what to take of each row; what a row lacks stays empty.
        rows: values by column.

    Returns:
        How many rows there were.
    """
    count = 0
    writer = csv.writer(out)
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last is how many there were
        writer.writerow(_cell(row.get(column)) for column in columns)
    return count


def _cell(value: Any) -> str:
    text = text_of(value)
    return text if isinstance(value, int | float) else neutralise(text)
