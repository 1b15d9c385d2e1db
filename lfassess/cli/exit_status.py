"""The end of a batch: what it says, and the exit code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lfassess.cli.common import (
    EXIT_SOME_FAILED,
    EXIT_TOO_MANY_FAILED,
    as_json,
    err_console,
    out_console,
    print_json,
    say_what_stays,
)
from lfassess.errors import BudgetStopError, UsageError
from lfassess.quantities import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

    from lfassess.assessment.intake.lead_import import ImportResult
    from lfassess.db.database import Database
    from lfassess.db.queries.batch_view import Outcome
    from lfassess.db.queries.progress import Totals


def finish(
    database: Database,
    batch_id: int,
    imported: ImportResult | None,
    totals: Totals | None,
    tolerated: float | None,
    *,
    results: Path | None,
    json: bool,
) -> None:
    """Say how the batch ended, write its results, and end with the exit code that fits."""
    if results is not None and totals is not None:
        write_results(database, batch_id, imported, totals, results)
    if json:
        print_json(
            {
                "batch_id": batch_id,
                "import": imported.as_json() if imported else None,
                **(totals.as_json() if totals else {}),
            }
        )
    elif totals is None:
        out_console().print(f"Follow it with: [bold]lfassess status {batch_id} --watch[/bold]")
    else:
        summarise(database, batch_id, totals)
        say_what_stays()
    if totals is not None:
        end_batch(batch_id, totals, tolerated)
    if imported and imported.rejected_count:
        raise typer.Exit(EXIT_SOME_FAILED)


def require_writable(file: Path | None, *, at_end: bool) -> None:
    """Refuse a file for results that can't be written, before hours of work.

    Raises:
        UsageError: it can't be, or the command won't be there ``at_end``.
    """
    if file is None:
        return
    if not at_end:
        raise UsageError("--results is written when all is done: no --no-wait, no --dry-run.")
    if file.is_dir():
        raise UsageError(f"{file} is a folder.", hint="Name a file in it.")
    if not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
        raise UsageError(f"Can't write {file}: its folder is not there, or not writable.")


def write_results(
    database: Database,
    batch_id: int,
    imported: ImportResult | None,
    totals: Totals,
    destination: Path,
) -> None:
    """Write the batch and each of its leads, in the list's order, as one JSON object.

    Raises:
        UsageError: the file can't be written.
    """
    from lfassess import __version__
    from lfassess.db.queries import batch

    head = {
        "version": __version__,
        "batch_id": batch_id,
        "import": imported.as_json() if imported else None,
        **totals.as_json(),
    }
    try:
        with destination.open("w", encoding="utf-8") as file, database.session() as session:
            file.write(as_json(head)[:-1] + ', "leads": [')
            for number, lead in enumerate(batch.each_lead(session, batch_id)):
                file.write(",\n" * bool(number) + as_json(_outcome(lead)))
            file.write("]}\n")
    except OSError as e:
        raise UsageError(f"Can't write {destination}: {e.strerror}.") from e


def _outcome(lead: Mapping[str, Any]) -> dict[str, Any]:
    """Return what became of a lead, as `--results` has it."""
    whole = ("lead_id", "line", "name", "website", "score", "grade", "completeness", "sandbox",
             "started_at", "finished_at")  # fmt: skip
    return {
        **{name: lead[name] for name in whole},
        "assessment_id": lead["id"],
        "status": lead["status"] or "not_submitted",
        "checks": {
            check["name"]: {
                "status": check["status"],
                "score": check["score"],
                "error": check["error_code"],
                "reason": check["skip_text"] or check["inconclusive_reason"],
            }
            for check in lead["checks"]
        },
    }


def summarise(database: Database, batch_id: int, totals: Totals) -> None:
    """Print what came of the batch: grades, failures by code, reports, what to do next."""
    from lfassess.db.queries import batch_view

    with database.session() as session:
        found = batch_view.outcome(session, batch_id)
    console = out_console()
    for line in summary_lines(batch_id, totals, found):
        console.print(line)
    if reports := reports_at(batch_id, found):
        console.print(f"  [dim]Reports[/dim]   {reports}", soft_wrap=True)  # nothing cuts a path


def summary_lines(batch_id: int, totals: Totals, found: Outcome) -> Iterator[RenderableType]:
    """Return the lines of a batch's summary."""
    from rich.text import Text

    from lfassess.cli.columns import Labelled
    from lfassess.cli.theme import seconds

    cancelled = f"{totals.cancelled:,} cancelled, " if totals.cancelled else ""
    took = ""
    if totals.first_started and totals.last_finished:
        took = f" in {seconds((totals.last_finished - totals.first_started).total_seconds())}"
    yield Text.assemble(
        (f"Batch {batch_id}", "bold"),
        f": {plural(totals.done - totals.cancelled, 'lead')} done{took}, {totals.failed:,} failed, "
        f"{totals.partial:,} partial, {cancelled}${totals.cost_usd:.2f}",
    )
    if found.grades:
        ranked = sorted(found.grades, key=_grade_order)
        grades = " · ".join(f"{g or 'no score'} {found.grades[g]:,}" for g in ranked)
        yield Labelled("Grades", Text(grades))
    if found.failures:
        codes = " · ".join(f"{code} {checks:,}" for code, checks in found.failures.items())
        yield Labelled("Failures", Text(f"checks by code: {codes}"))
    if found.cut_short:
        audits = plural(found.cut_short, "audit")
        yield Labelled("Cancelled", Text(f"{audits} without the checks that had not run yet"))
    for what, command in _next(batch_id, found):
        yield Labelled("Next", Text.assemble(f"{what}: ", (command, "bold")))


def _grade_order(grade: str) -> tuple[str, int]:
    return (grade[:1] or "~", {"+": 0, "": 1, "-": 2}.get(grade[1:], 3))


def _next(batch_id: int, found: Outcome) -> Iterator[tuple[str, str]]:
    if found.failures:
        yield "what failed and why", f"lfassess errors report --batch {batch_id}"
    if found.to_review:
        audits = "audit waits" if found.to_review == 1 else "audits wait"
        yield f"{found.to_review:,} {audits} for a person", "lfassess review"
    if found.example is not None and not (found.failures or found.to_review):
        yield "one report as a PDF", f"lfassess report {found.example} --format pdf"


def reports_at(batch_id: int, found: Outcome) -> str | None:
    """Return where the batch's reports are, and how to get at one from outside a container."""
    from lfassess.cli.common import settings
    from lfassess.runtime_hints import in_compose

    used = settings()
    if not used.store_reports and found.example is not None:
        return f"made when asked for: lfassess report --batch {batch_id} -o FOLDER"
    if not found.reports:
        return None
    if used.s3_bucket:
        return (
            f"{found.reports:,} in the bucket {used.s3_bucket}; "
            f"one as a file: lfassess report {found.example}"
        )
    if in_compose():
        return (
            f"{found.reports:,} in the volume; one as a file: docker compose run --rm cli "
            f"report {found.example} -o - > audit.html"
        )
    return f"{found.reports:,} at {used.data_dir / 'artefacts'}/ID/report.html"


def end_batch(batch_id: int, totals: Totals, tolerated: float | None) -> None:
    """End with the code that fits: 5 stopped by its budget, 6 too many failed, 1 some have none.

    Raises:
        BudgetStopError: checks wait for money.
        typer.Exit: leads have no audit: failed, more than ``tolerated`` (a share, 0 to 1).
    """
    if totals.stalled:
        raise BudgetStopError(
            f"{plural(totals.deferred, 'check')} of {plural(totals.open, 'lead')} deferred: "
            "the budget is used up.",
            hint=f"Go on with `lfassess resume --batch {batch_id} --budget USD`, "
            f"or end them as they are with `lfassess cancel --batch {batch_id}`.",
        )
    if tolerated is None and totals.failed + totals.cancelled:
        raise typer.Exit(EXIT_SOME_FAILED)
    if tolerated is not None and totals.done and totals.failed / totals.done > tolerated:
        err_console(needed=True).print(
            f"{totals.failed} of {plural(totals.done, 'lead')} failed: more than {tolerated:.1%}."
        )
        raise typer.Exit(EXIT_TOO_MANY_FAILED)
