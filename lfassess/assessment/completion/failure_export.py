"""Failures as CSV, for the command line and the pages."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TextIO

from lfassess.assessment.intake.lists.cells.formulas import neutralise

FAILED_CHECK: Final = (
    "lead_id", "lead_name", "website", "assessment_id", "check", "provider", "code",
    "fingerprint", "message", "attempts", "failed_at",
)  # fmt: skip


def write_rows(out: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the rows with a header; cells that begin like formulas are neutralised."""
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        values = (row[column] for column in columns)
        writer.writerow(["" if v is None else neutralise(str(v)) for v in values])
