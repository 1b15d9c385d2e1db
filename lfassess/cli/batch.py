"""`lfassess batch`: a file of leads, or the store's, assessed and watched live."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli import completion
from lfassess.cli.common import (
    EXIT_SOME_FAILED,
    connect,
    detach_on_interrupt,
    err_console,
    out_console,
    print_json,
    say_beginning,
    settings,
    warn_if_paused,
    warn_without_broker,
)
from lfassess.cli.exit_status import finish, require_writable
from lfassess.cli.param_types import parse_choices, parse_period, parse_share
from lfassess.errors import UsageError
from lfassess.quantities import plural

if TYPE_CHECKING:
    from rich.console import Console

    from lfassess.assessment.intake.lead_import import ImportResult, Preview
    from lfassess.assessment.intake.lists.rows import Reading
    from lfassess.cli.estimate_output import Estimating
    from lfassess.db.database import Database
    from lfassess.db.queries.progress import Totals

_NOTES = 10  # repaired cells shown; --json has more
_WHICH = ("new", "failed", "cancelled", "stale")


def batch(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="A list of leads: CSV, .xlsx, .ods, JSON, plain or .gz; - is stdin."),
    ] = None,
    *,
    from_db: Annotated[bool, typer.Option("--from-db", help="Leads of the store.")] = False,
    only: Annotated[
        str,
        typer.Option(
            help="With --from-db: new, failed, cancelled, stale, separated by commas.",
            autocompletion=completion.some_of(lambda: _WHICH),
        ),
    ] = "new",
    column_map: Annotated[
        list[str] | None, typer.Option("--map", help="FIELD=COLUMN, as in website=Url.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="The file's encoding, as in cp1252 or mac_roman.")
    ] = None,
    industry: Annotated[
        str | None, typer.Option(help="The trade of rows that tell none, as in plumber.")
    ] = None,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Rows that repeat another are leads, too.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Assess the file's leads again, as a new batch.")
    ] = False,
    checks: Annotated[
        str | None,
        typer.Option(
            help="Only these checks, separated by commas.", autocompletion=completion.checks
        ),
    ] = None,
    max_age: Annotated[
        str, typer.Option(help="Keep assessments younger than this (7d, 12h).")
    ] = "7d",
    runs: Annotated[
        int | None,
        typer.Option(min=1, max=9, help="How often Lighthouse here measures a phone."),
    ] = None,
    rivals: Annotated[
        int,
        typer.Option(
            min=0,
            max=3,
            help="Measure so many competitors of each lead: its list's, SEMrush's, Google's.",
        ),
    ] = 0,
    limit: Annotated[int | None, typer.Option(help="Submit at most so many leads.", min=1)] = None,
    budget: Annotated[
        float | None, typer.Option(help="USD the batch may cost; nothing is bought beyond.", min=0)
    ] = None,
    max_failure_rate: Annotated[
        str | None, typer.Option(help="Exit with 6 if more leads than this fail (2%).")
    ] = None,
    fail_over: Annotated[  # what --max-failure-rate was called before
        str | None, typer.Option("--fail-over", hidden=True)
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done, and what it would cost.")
    ] = False,
    results: Annotated[
        Path | None, typer.Option(help="Write what became of every lead to this file, as JSON.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Watch until all leads are done.")] = True,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Assess a file of leads, or leads of the store, and watch the progress live.

    The same file again resumes: nothing is imported or assessed twice.
    """
    if (file is None) == (not from_db):
        raise UsageError("Give either a file or --from-db.")
    if from_db and industry is not None:
        raise UsageError("--industry is for a file's rows; the store's leads have theirs.")
    require_writable(results, at_end=wait and not dry_run)
    max_age_s = 0.0 if again else parse_period(max_age)
    share = max_failure_rate if max_failure_rate is not None else fail_over
    tolerated = parse_share(share) if share is not None else None
    if not json:
        say_beginning(_name_of(file) if file is not None else f"leads that are {only}")
    from lfassess.assessment.intake.lead_import import Preview
    from lfassess.assessment.intake.submission import submit_batch
    from lfassess.assessment.orchestrator import Orchestrator, plan
    from lfassess.checks import all_checks
    from lfassess.cli.estimate_output import Estimating

    only_checks = [c.strip() for c in checks.split(",") if c.strip()] if checks else None
    plan(settings(), all_checks(), only_checks)
    which = _which(only)
    reading = reading_of(column_map, encoding, industry, keep_duplicates=keep_duplicates)
    if file is not None:
        require_list(file, reading)
        if dry_run:
            ahead = Preview(max_age_s, limit)
            estimating = Estimating(only_checks, runs, rivals)
            _plan(file, reading, ahead, estimating, again=again, as_json=json)
            return
    runtime = connect(workers=True)
    database = runtime.database
    imported = _import(database, file, reading, again=again) if file is not None else None
    if imported is not None and not json:
        show_import(err_console(needed=imported.rejected_count > 0), imported)
    batch_id = (
        imported.batch_id
        if imported is not None
        else _from_store(
            ctx,
            database,
            which,
            max_age_s=max_age_s,
            limit=limit,
            estimating=Estimating(only_checks, runs, rivals),
            dry_run=dry_run,
            as_json=json,
        )
    )
    if batch_id is None:
        if not dry_run:
            _say_nothing_to_do(as_json=json)
        return
    with detach_on_interrupt(f"lfassess status {batch_id} --watch"):
        submitted = submit_batch(
            Orchestrator.of(runtime),
            batch_id,
            only=only_checks,
            max_age_s=max_age_s,
            limit=limit,
            budget_usd=budget,
            lighthouse_runs=runs,
            rivals=rivals,
        )
    warn_without_broker(runtime, f"lfassess status {batch_id}")
    if not json:
        err_console().print(
            f"Batch {batch_id}: {plural(submitted.opened, 'lead')} submitted"
            + (f", {submitted.reused} have an open or recent assessment" * bool(submitted.reused))
            + "."
        )
        warn_if_paused(database)
    totals = _watch(database, batch_id, wait=wait, quiet=json)
    finish(database, batch_id, imported, totals, tolerated, results=results, json=json)


def parse_map(entries: list[str]) -> dict[str, str]:
    """Return {field: column} of FIELD=COLUMN entries; raises UsageError."""
    columns: dict[str, str] = {}
    for entry in entries:
        field, sep, column = entry.partition("=")
        if not sep or not field.strip() or not column.strip():
            raise UsageError(f"--map {entry!r} is not of the form FIELD=COLUMN.")
        columns[field.strip().lower()] = column.strip()
    return columns


def _which(only: str) -> list[str]:
    return parse_choices(only, _WHICH, "--only")


def reading_of(
    column_map: list[str] | None,
    encoding: str | None,
    industry: str | None,
    *,
    keep_duplicates: bool,
) -> Reading:
    """Return how a list is to be read, by a command's options and the settings."""
    from lfassess.assessment.intake.lead_import import require_trade
    from lfassess.assessment.intake.lists.rows import Reading

    return Reading.by(
        settings(),
        column_map=parse_map(column_map or []),
        encoding=encoding,
        industry=require_trade(industry) if industry is not None else None,
        keep_duplicates=keep_duplicates,
    )


def require_list(file: Path, reading: Reading) -> None:
    """Report what is no list of leads before any server is started; raises UsageError."""
    if str(file) == "-" or file.is_fifo() or file.is_char_device():
        return  # stdin and pipes can be read only once
    from lfassess.assessment.intake.lists.rows import open_list
    from lfassess.assessment.intake.lists.tables import local_copy

    with local_copy(file) as local, open_list(local, reading):
        pass


def _plan(
    file: Path,
    reading: Reading,
    ahead: Preview,
    estimating: Estimating,
    *,
    again: bool,
    as_json: bool,
) -> None:
    from lfassess.assessment.intake.lead_import import import_file

    database = connect().database
    result = import_file(database, file, reading, create_batch=True, again=again, preview=ahead)
    show_preview(result, estimating, as_json=as_json)
    if not as_json:
        out_console().print("Dry run: nothing was imported or submitted.")
    if result.rejected_count:
        raise typer.Exit(EXIT_SOME_FAILED)


def show_preview(
    result: ImportResult, estimating: Estimating | None = None, *, as_json: bool
) -> None:
    """Say what a list would give, and what assessing its leads would take."""
    from lfassess.assessment.intake.workload import Workload
    from lfassess.cli import estimate_output

    ahead = result.workload or Workload.separate(0)
    estimated = estimate_output.estimate_for(ahead, estimating)
    if as_json:
        print_json({"dry_run": True, **result.as_json(), "estimate": estimated.as_json()})
    else:
        show_import(out_console(), result, preview=True)
        estimate_output.show(estimated)


def _name_of(file: Path) -> str:
    return "stdin" if str(file) == "-" else file.name


def _import(database: Database, file: Path, reading: Reading, *, again: bool) -> ImportResult:
    from lfassess.assessment.intake.lead_import import import_file

    return import_file(
        database, file, reading, batch_name=_name_of(file), create_batch=True, again=again
    )


def _from_store(
    ctx: typer.Context,
    database: Database,
    which: list[str],
    *,
    max_age_s: float,
    limit: int | None,
    estimating: Estimating,
    dry_run: bool,
    as_json: bool,
) -> int | None:
    from lfassess.assessment.intake import workload
    from lfassess.cli import estimate_output
    from lfassess.db.commands import batches

    if not dry_run:  # two at once would each spend the budget
        ctx.with_resource(batches.only_run(database, which))
    with database.session() as session:
        batch_id, count = batches.create_from_store(
            session,
            name=f"{', '.join(which)} leads, {datetime.now(UTC):%Y-%m-%d %H:%M}",
            only=which,
            max_age_s=max_age_s,
            limit=limit,
        )
        if dry_run:
            ahead = workload.of_batch(session, batch_id, max_age_s=max_age_s)
            session.rollback()
            estimated = estimate_output.estimate_for(ahead, estimating)
            estimate_output.say(estimated, as_json=as_json)
            return None
        if count == 0:
            session.rollback()
            return None
    return batch_id


def _say_nothing_to_do(*, as_json: bool) -> None:
    if as_json:
        print_json({"batch_id": None, "leads": 0})
    else:
        out_console().print("Nothing to do.")


def show_import(console: Console, result: ImportResult, *, preview: bool = False) -> None:
    """Say what came of an import, or would: columns, refused rows, repaired cells."""
    from rich.text import Text

    if result.note:
        console.print(Text(result.note, style="yellow"))
    console.print(Text(f"Columns: {result.columns}."))
    if result.custom:
        console.print(Text(f"Custom fields: {', '.join(result.custom)}."))
    if result.resumed:
        console.print(
            "This file was imported before; its batch is resumed. "
            "To assess its leads again, add --again."
        )
    if preview:
        _show_samples(console, result)
    would = "would be " * preview
    console.print(
        f"{plural(result.file_rows, 'row')}: {plural(result.added, 'lead')} {would}added, "
        f"{result.known} known"
        + f" ({result.changed} with new details)" * bool(result.changed)
        + f", {result.rejected_count} refused."
    )
    refused = [(f"line {r.line}: ", r.reason) for r in result.rejected]
    _listed(console, refused, result.rejected_count, "red")
    if result.notes_count:
        console.print(f"{plural(result.notes_count, 'cell')} repaired or dropped:")
        _listed(
            console,
            [(f"line {n.line}, {n.column}: ", n.text) for n in result.notes[:_NOTES]],
            result.notes_count,
            "yellow",
        )


def _listed(console: Console, rows: list[tuple[str, str]], count: int, style: str) -> None:
    from rich.text import Text

    for where, text in rows:
        console.print(Text.assemble((f"  {where}", style), text))
    if count > len(rows):
        console.print(f"  ... and {count - len(rows)} more.")


def _show_samples(console: Console, result: ImportResult) -> None:
    from rich.text import Text

    for row in result.samples:
        parts = (row.name, row.website, row.phone, row.address, row.country)
        console.print(Text(f"  {' · '.join(part for part in parts if part)}", style="dim"))


def _watch(database: Database, batch_id: int, *, wait: bool, quiet: bool) -> Totals | None:
    if not wait:
        return None
    with detach_on_interrupt(f"lfassess status {batch_id} --watch"):
        from lfassess.cli import live

        return live.watch_batch(database, batch_id, quiet=quiet)
