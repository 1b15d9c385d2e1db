"""The reports of many audits: `lfassess report --batch N`, `lfassess leads export --reports`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from lfassess.cli.common import (
    EXIT_SOME_FAILED,
    connect,
    err_console,
    out_console,
    print_json,
    settings,
)
from lfassess.cli.csv_output import write_table
from lfassess.errors import UsageError
from lfassess.quantities import plural

if TYPE_CHECKING:
    from lfassess.assessment.completion.rendering import Format
    from lfassess.assessment.completion.report_files import Order, Written
    from lfassess.db.database import Database
    from lfassess.db.queries.batch import ReportDue

_MERGED = (
    *("lead_id", "name", "website", "phone", "score", "grade", "sandbox", "why"),
    *("finding_1", "finding_2", "finding_3", "opener", "email"),
)


def write_batch(
    batch: int,
    folder: Path | None,
    order: Order,
    *,
    jobs: int,
    mail_merge: Path | None,
    as_json: bool,
) -> None:
    """Write the reports of a batch's completed audits into a folder; says what came of it."""
    from lfassess.assessment.completion.report_files import allowed

    if folder is None or str(folder) == "-":
        raise UsageError("--batch needs a folder: -o FOLDER.")
    _make(folder)
    database = connect().database
    dues = _due(database, batch)
    needed = _needed(folder, dues, order)
    done = _write(folder, dues, order, jobs)
    failed = [one for one in done if one.error]
    files = sum(len(one.files) for one in done)
    if mail_merge is not None:
        _merge(
            database, mail_merge, folder, [d for d in dues if not d.do_not_contact], order.formats
        )
    if as_json:
        errors = [
            {"lead_id": one.due.lead_id, "error": one.error, "hint": one.hint} for one in failed
        ]
        print_json(
            {"batch": batch, "audits": len(dues), "written": files, "failed": errors,
             "folder": str(folder)}
        )  # fmt: skip
    else:
        there = sum(len(allowed(due, order.formats)) for due in dues) - needed
        more = f", {plural(there, 'file')} there already" if there else ""
        out_console().print(f"{plural(files, 'file')} written to {folder}{more}.", soft_wrap=True)
        if not dues:
            out_console().print("No audit of this batch is completed yet.")
    if failed:
        raise typer.Exit(EXIT_SOME_FAILED)


def _needed(folder: Path, dues: Sequence[ReportDue], order: Order) -> int:
    from lfassess.assessment.completion.report_files import missing

    return sum(len(missing(folder, due, order.formats)) for due in dues)


def _due(database: Database, batch: int) -> list[ReportDue]:
    from lfassess.db.commands import batches
    from lfassess.db.queries.batch import reports_of

    with database.session() as session:
        batches.get(session, batch)
        return reports_of(session, batch)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise UsageError(f"Can't make the folder {folder}: {e.strerror}.") from e


def write_of_leads(database: Database, ids: Sequence[int], folder: Path) -> dict[int, str]:
    """Write the report of each lead's last audit into a folder; returns the paths by audit."""
    from lfassess.assessment.completion.report_files import Order, name_of
    from lfassess.db.queries.batch import reports_of_leads

    _make(folder)
    with database.session() as session:
        dues = reports_of_leads(session, ids)
    _write(folder, dues, Order(("html",)), jobs=2)
    made = {due.assessment_id: folder.absolute() / name_of(due, "html") for due in dues}
    return {audit: str(path) for audit, path in made.items() if path.exists()}


def _write(folder: Path, dues: Sequence[ReportDue], order: Order, jobs: int) -> list[Written]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from lfassess.assessment.completion import report_files as files

    todo = [due for due in dues if files.missing(folder, due, order.formats)]
    console = err_console()
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    done: list[Written] = []
    with Progress(*columns, console=console, disable=not (todo and console.is_terminal)) as bar:
        task = bar.add_task("", total=len(todo))
        try:
            for written in files.write_all(folder, todo, order, jobs=jobs):
                done.append(written)
                bar.advance(task)
                if written.error:
                    console.print(
                        f"Lead {written.due.lead_id} ({written.due.name}): {written.error}"
                    )
        except KeyboardInterrupt:
            console.print("Stopped; the same command again goes on from here.")
            raise
    return done


def _merge(
    database: Database,
    file: Path,
    folder: Path,
    dues: Sequence[ReportDue],
    formats: Sequence[Format],
) -> None:
    """Write one row per lead for a mail merge: what to say to it, and where its files are."""
    from lfassess.assessment.completion import ranking
    from lfassess.assessment.completion.report_files import name_of
    from lfassess.db.commands import assessments
    from lfassess.db.queries import opportunities

    for _ in ranking.refresh(database):
        pass
    names = [fmt.replace("-", "_") for fmt in formats]

    def row(due: ReportDue) -> dict[str, Any]:
        with database.session() as session:
            stored = assessments.load(session, due.assessment_id)
            made = opportunities.of(session, due.lead_id)
        texts = ranking.pitch_of(stored, settings())
        found = made.findings if made else []
        return {
            "lead_id": due.lead_id,
            "name": due.name,
            "website": stored.site,
            "phone": stored.lead.phone,
            "score": stored.assessment.score,
            "grade": stored.assessment.grade,
            "sandbox": stored.assessment.sandbox,
            "why": made.why if made else None,
            **{f"finding_{n}": f["title"] for n, f in enumerate(found, 1)},
            "opener": texts.opener if texts else None,
            "email": texts.email if texts else None,
            **{
                name: str(folder / name_of(due, fmt))
                for name, fmt in zip(names, formats, strict=True)
            },
        }

    write_table(file, (*_MERGED, *names), map(row, dues))
