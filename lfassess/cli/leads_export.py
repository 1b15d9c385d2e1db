"""`lfassess leads export`: leads as a file, for people, programs and CRMs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli import completion, leads_filter
from lfassess.cli.common import connect, err_console, settings
from lfassess.cli.leads_filter import Fields, Where
from lfassess.errors import UsageError
from lfassess.plain_text import did_you_mean
from lfassess.quantities import plural

if TYPE_CHECKING:
    from lfassess.assessment.export.columns import Links
    from lfassess.assessment.export.files import Format
    from lfassess.assessment.export.presets import Preset
    from lfassess.db.database import Database

_BY_SUFFIX = {".csv": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_ORDERS = ("rank", "list")


def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; stdout by default.")] = None,
    *,
    where: Where = None,
    custom: Fields = None,
    batch: Annotated[
        int | None,
        typer.Option(
            "--batch", help="Only leads of this batch.", autocompletion=completion.batches
        ),
    ] = None,
    fmt: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="csv, xlsx or jsonl; else by the file's name.",
            autocompletion=completion.export_format,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns",
            help="Names or groups, with commas: lead, score, findings.",
            autocompletion=completion.columns,
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            "--for",
            help="hubspot, pipedrive, salesforce or zoho.",
            autocompletion=completion.preset,
        ),
    ] = None,
    order: Annotated[
        str,
        typer.Option(
            "--order",
            help="rank: who to call first; list: as they came in.",
            autocompletion=completion.one_of(lambda: ("rank", "list")),
        ),
    ] = "rank",
    formula_safe: Annotated[
        bool | None,
        typer.Option(
            "--formula-safe/--no-formula-safe",
            help="Whether cells are safe in a spreadsheet; by default but for presets.",
        ),
    ] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="CSV with the mark by which Excel knows UTF-8.")
    ] = False,
    share: Annotated[
        int | None,
        typer.Option("--share", min=1, max=365, help="New links to approved reports, for DAYS."),
    ] = None,
    reports: Annotated[
        Path | None,
        typer.Option("--reports", help="Write each lead's report into this folder, too."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format jsonl.")] = False,
) -> None:
    """Write leads with their list's columns, audit, findings and rank: CSV, XLSX, JSON Lines.

    Those who may not be contacted are left out. docs/how-to/export.md lists columns and filters.
    """
    from lfassess.assessment.export import columns as known
    from lfassess.assessment.export.files import Export, Order
    from lfassess.cli.report_batch import write_of_leads

    chosen = leads_filter.chosen(where, fields=custom, batch=batch)
    made = Order(
        fmt=_format("jsonl" if json and fmt is None else fmt, file),
        columns=known.names(columns) if columns is not None else None,
        preset=_preset(preset),
        formula_safe=formula_safe,
        bom=bom,
        by_rank=_order(order),
    )
    if made.preset is not None and columns is not None:
        raise UsageError("--preset has columns of its own; leave --columns out.")
    if made.fmt == "xlsx" and file is None and sys.stdout.isatty():
        raise UsageError("A workbook is not for a terminal.", hint="Name a file: leads.xlsx.")
    database = connect().database
    leads_filter.prepare(database, chosen)
    leads_filter.refresh(database)
    paths: dict[int, str] = {}
    links = replace(_links(), reports=paths)
    leads = Export(database, chosen, replace(made, links=links, share=_sharing(database, share)))
    if reports is not None:
        paths |= write_of_leads(database, leads.lead_ids, reports)
    _write(file, leads.written())
    to = f" to {file}" if file is not None and str(file) != "-" else ""
    err_console().print(f"{plural(len(leads), 'lead')} exported{to}.")
    if made.preset is not None and len(leads) > made.preset.most_rows:
        err_console().print(
            f"{made.preset.label} takes {made.preset.most_rows:,} at a time: "
            "export them in parts, as with --where batch=7."
        )


def _format(said: str | None, file: Path | None) -> Format:
    from lfassess.assessment.export.files import FORMATS

    if said is None:
        said = _BY_SUFFIX.get(file.suffix.lower() if file else "", "csv")
    for fmt in FORMATS:
        if said.lower() == fmt:
            return fmt
    raise UsageError(f"--format is {', '.join(FORMATS)}, not {said!r}.")


def _preset(name: str | None) -> Preset | None:
    if name is None:
        return None
    from difflib import get_close_matches

    from lfassess.assessment.export.presets import PRESETS

    if (found := PRESETS.get(name.lower())) is not None:
        return found
    near = get_close_matches(name.lower(), PRESETS, n=1)
    raise UsageError(
        f"--preset is {', '.join(PRESETS)}, not {name!r}.",
        hint=f"Did you mean {near[0]}?" if near else None,
    )


def _order(said: str) -> bool:
    if said not in _ORDERS:
        raise UsageError(
            f"--order is {' or '.join(_ORDERS)}, not {said!r}.{did_you_mean(said, _ORDERS)}"
        )
    return said == "rank"


def _links() -> Links:
    from lfassess.assessment.export.columns import Links

    base = settings().public_url
    return Links(base.rstrip("/") if base else None, str(settings().data_dir))


def _sharing(database: Database, days: int | None) -> Callable[[int], str | None] | None:
    """Return what makes a link to an approved report; None for one that may not be shared."""
    if days is None:
        return None
    if (base := settings().public_url) is None:
        raise UsageError(
            "--share needs the address that others reach `lfassess api` by.",
            hint="Set LFASSESS_PUBLIC_URL.",
        )
    from lfassess.assessment.completion import sharing

    def link(assessment_id: int) -> str | None:
        try:
            return (
                base.rstrip("/") + sharing.share(database, assessment_id, "report", days=days).path
            )
        except UsageError:  # a draft, or one that still runs
            return None

    return link


def _write(file: Path | None, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all; stdout piece by piece."""
    if file is None or str(file) == "-":
        for piece in pieces:
            if hasattr(sys.stdout, "buffer"):
                sys.stdout.buffer.write(piece)
            else:
                sys.stdout.write(piece.decode())
        sys.stdout.flush()
        return
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("wb") as out:
            out.writelines(pieces)
        part.replace(file)
    except OSError as e:
        raise UsageError(f"Can't write {file}: {e.strerror}.") from e
    finally:
        part.unlink(missing_ok=True)
