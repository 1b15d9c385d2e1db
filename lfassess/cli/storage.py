"""`lfassess storage`: what is stored, and for how long."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from lfassess.cli.common import connect, out_console, print_json, settings
from lfassess.cli.param_types import parse_period

app = typer.Typer(no_args_is_help=True, help="Stored screenshots, reports and responses.")


@app.callback()
def _group() -> None:
    """Stored screenshots, reports and responses."""


@app.command("prune")
def prune(
    *,
    older_than: Annotated[
        str | None, typer.Option(help="Files of audits older than this (365d); else as set.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Delete old screenshots and reports, and providers' content as their terms ask."""
    age_s = parse_period(older_than) if older_than else settings().retention_days * 86_400.0
    database = connect().database
    from lfassess.assessment.completion import retention

    pruned = retention.prune(settings(), database, older_than_s=age_s, dry_run=dry_run)
    if json:
        print_json({"dry_run": dry_run, **asdict(pruned)})
        return
    verb = "would be deleted" if dry_run else "deleted"
    out_console().print(
        f"{pruned.files} files, {pruned.answers} cached responses and {pruned.results} expired "
        f"results {verb}."
    )
