"""`lfassess leads changed`: what became of leads that were audited again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lfassess.cli import completion
from lfassess.cli.common import connect, out_console, print_json_lines
from lfassess.cli.csv_output import write_table
from lfassess.cli.param_types import parse_period
from lfassess.errors import UsageError

_KINDS = "gone, worse, back, better, changed, new"
_NAMED = 3  # findings in the table


def changed(
    *,
    since: Annotated[
        str | None, typer.Option("--since", help="Audited again in this time, as in 30d.")
    ] = None,
    batch: Annotated[
        list[int] | None,
        typer.Option(
            "--batch",
            help="Twice: the earlier batch, then the later one.",
            autocompletion=completion.batches,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--only",
            help=f"{_KINDS}; several with commas.",
            autocompletion=completion.some_of(lambda: _KINDS.split(", ")),
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--csv", help="As CSV into a file; - is stdout.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
) -> None:
    """List leads whose last audit differs from the one before: better, worse, new findings, gone.

    A score counts as changed from 5 points on, and where the same rules made both, of the same
    areas. A finding counts as fixed, or new, where its check was completed both times.
    `--only new` is every lead with a new finding, whatever its score did.
    """
    if json and file is not None:
        raise UsageError("--json and --csv exclude each other.")
    if batch and (len(batch) != 2 or since is not None):  # noqa: PLR2004 - before and after
        raise UsageError("--batch goes twice, and without --since: --batch 3 --batch 7.")
    from lfassess.assessment.completion import changes

    which = changes.Which(
        parse_period(since) if since else None,
        (batch[0], batch[1]) if batch else None,
        changes.kinds_of(kind),
    )
    with connect().database.session() as session:
        rows, _ = changes.listed(session, which)
    if json:
        print_json_lines(rows)
    elif file is not None:
        write_table(file, changes.COLUMNS, map(changes.csv_row, rows))
    else:
        _show(rows)


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.text import Text

    from lfassess.assessment.completion.changes import INCOMPARABLE, WORDS
    from lfassess.cli.columns import Column, Columns

    console = out_console()
    if not rows:
        console.print("Nothing has changed; `lfassess batch --from-db --only stale` audits again.")
    for kind, words in WORDS.items():
        found = [row for row in rows if row["change"] == kind]
        if not found:
            continue
        console.print(f"[bold]{words}[/bold] ({len(found):,})")
        table = Columns(
            [
                Column("Lead", right=True),
                Column("Name", cut=True),
                Column("Score"),
                Column("Audits"),
            ]
        )
        for row in found:
            notes = [
                INCOMPARABLE.get(row["incomparable"], ""),
                _titles("new", row["new"]),
                _titles("fixed", row["fixed"]),
            ]
            table.add(
                str(row["lead_id"]),
                row["name"],
                f"{_shown(row['before'])} > {_shown(row['after'])}",
                f"{row['before_id']}, {row['after_id']}",
                notes=[Text(note, style="dim") for note in notes if note],
            )
        console.print(table)
    if rows:
        console.print("[dim]`lfassess compare BEFORE AFTER` shows two audits side by side.[/dim]")


def _shown(score: int | None) -> str:
    return "none" if score is None else str(score)


def _titles(word: str, faults: list[dict[str, Any]]) -> str:
    if not faults:
        return ""
    rest = f" and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
    return f"{word}: {'; '.join(fault['title'] for fault in faults[:_NAMED])}{rest}"
