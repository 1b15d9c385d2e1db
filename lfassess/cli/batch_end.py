"""The end of a batch: what it says, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from lfassess.cli.common import (
    EXIT_SOME_FAILED,
    EXIT_TOO_MANY_FAILED,
    err_console,
    print_json,
)
from lfassess.counting import plural
from lfassess.errors import BudgetStopError

if TYPE_CHECKING:
    from lfassess.assessment.intake import ImportResult
    from lfassess.db.progress import Totals


def finish(
    batch_id: int,
    imported: ImportResult | None,
    totals: Totals | None,
    tolerated: float | None,
    *,
    as_json: bool,
) -> None:
    """Say how the batch ended, and end with the exit code that fits."""
    if as_json:
        from lfassess.cli.status import totals_json

        print_json(
            {
                "batch_id": batch_id,
                "import": imported.as_json() if imported else None,
                **(totals_json(totals) if totals else {}),
            }
        )
    elif totals is None:
        err_console().print(f"Look with: [bold]lfassess status {batch_id} --watch[/bold]")
    elif totals.failed or totals.partial:
        err_console().print(
            f"What failed and why: [bold]lfassess errors report --batch {batch_id}[/bold]"
        )
    if totals is not None:
        end_batch(batch_id, totals, tolerated)
    if imported and imported.rejected_count:
        raise typer.Exit(EXIT_SOME_FAILED)


def end_batch(batch_id: int, totals: Totals, tolerated: float | None) -> None:
    """End with the code that fits: 5 stopped by its budget, 6 too many failed, 1 some failed.

    Raises:
        BudgetStopError: checks wait for money.
        typer.Exit: leads failed, more than ``tolerated`` (a share, 0 to 1).
    """
    if totals.stopped:
        raise BudgetStopError(
            f"{plural(totals.held, 'check')} of {plural(totals.left, 'lead')} held back: "
            "the budget is used up.",
            hint=f"Go on with `lfassess resume --batch {batch_id} --budget USD`, "
            f"or end them as they are with `lfassess cancel --batch {batch_id}`.",
        )
    if tolerated is None and totals.failed:
        raise typer.Exit(EXIT_SOME_FAILED)
    if tolerated is not None and totals.done and totals.failed / totals.done > tolerated:
        err_console().print(
            f"{totals.failed} of {plural(totals.done, 'lead')} failed: more than {tolerated:.1%}."
        )
        raise typer.Exit(EXIT_TOO_MANY_FAILED)
