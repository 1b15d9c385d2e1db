"""CSV for spreadsheets: into a file that is named, or to stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from lfassess.cli.common import err_console
from lfassess.errors import UsageError
from lfassess.quantities import plural


@contextmanager
def opened(file: Path | None) -> Iterator[TextIO]:
    """Open a file for writing; none, or -, is stdout. Raises UsageError where that can't be."""
    if file is None or str(file) == "-":
        yield sys.stdout
        return
    try:
        with file.open("w", newline="", encoding="utf-8") as out:
            yield out
    except OSError as e:
        raise UsageError(f"Can't write {file}: {e.strerror}.") from e


def write_table(file: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write leads under a header, formulas neutralised; says how many, where a file is named.

    Args:
        file: where to; - is stdout.
        columns: the header, and what to take of each row; what a row lacks stays empty.
        rows: values by column.
    """
    from lfassess.assessment.export.tables import write_rows

    with opened(file) as out:
        count = write_rows(out, columns, rows)
    if str(file) != "-":
        err_console().print(f"{plural(count, 'lead')} written to {file}.")
