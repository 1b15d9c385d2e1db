"""`lfassess leads changed`: what became of leads that were audited again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfassess.cli.common import connect, out_console, print_json_lines
from lfassess.cli.csv_output import write_table
from lfassess.cli.param_types import parse_period
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from lfassess.db.database import Database
    from lfassess.db.queries.changes import TwoAudits

_WORDS = {
    "gone": "The website is gone",
    "worse": "Worse",
    "back": "The website is back",
    "better": "Better",
    "changed": "Other findings, about the same score",
}
_NAMED = 3  # findings in the table
_COLUMNS = (
    *("change", "lead_id", "name", "website", "before", "after", "new", "fixed"),
    *("before_at", "after_at", "before_id", "after_id", "sandbox"),
)


def changed(
    *,
    since: Annotated[
        str | None, typer.Option("--since", help="Audited again in this time, as in 30d.")
    ] = None,
    batch: Annotated[
        list[int] | None,
        typer.Option("--batch", help="Twice: the earlier batch, then the later one."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--only", help=f"{', '.join(_WORDS)}; several with commas.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--csv", help="As CSV into a file; - is stdout.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
) -> None:
    """List leads whose last audit differs from the one before: better, worse, new findings, gone.

    A score counts as changed from 5 points on, and where the same rules made both scores. A finding
    counts as fixed, or new, where its check was completed both times.
    """
    if json and file is not None:
        raise UsageError("--json and --csv exclude each other.")
    if batch and (len(batch) != 2 or since is not None):  # noqa: PLR2004 - before and after
        raise UsageError("--batch goes twice, and without --since: --batch 3 --batch 7.")
    only = _only(kind)
    seconds = parse_period(since) if since else None
    rows = [row for row in _changes(connect().database, seconds, batch) if row["change"] in only]
    rows.sort(key=lambda row: list(_WORDS).index(row["change"]))
    if json:
        print_json_lines(rows)
    elif file is not None:
        write_table(file, _COLUMNS, map(_csv_row, rows))
    else:
        _show(rows)


def _only(kind: str | None) -> frozenset[str]:
    kinds = frozenset(
        word.strip() for word in (kind or ",".join(_WORDS)).split(",") if word.strip()
    )
    if unknown := sorted(kinds - _WORDS.keys()):
        raise UsageError(f"--only takes {', '.join(_WORDS)}, not {unknown[0]!r}.")
    return kinds


def _changes(
    database: Database, since_s: float | None, batches: list[int] | None
) -> list[dict[str, Any]]:
    from lfassess.db.commands import batches as stored
    from lfassess.db.queries.changes import audited_again, between_batches

    with database.session() as session:
        for number in batches or []:
            stored.get(session, number)
        pairs = (
            between_batches(session, batches[0], batches[1])
            if batches
            else audited_again(session, since_s)
        )
        return [row for pair in pairs if (row := _row(pair)) is not None]


def _row(pair: TwoAudits) -> dict[str, Any] | None:
    from dataclasses import asdict

    from lfassess.findings.changes import Audit, changes, found_in

    made = changes(
        Audit(pair.before_score, pair.before_version, found_in(pair.before_found)),
        Audit(pair.after_score, pair.after_version, found_in(pair.after_found)),
    )
    if made.kind is None:
        return None
    return {
        "change": made.kind.value,
        "lead_id": pair.lead_id,
        "name": pair.name,
        "website": pair.website,
        "before": pair.before_score,
        "after": pair.after_score,
        "new": [asdict(fault) for fault in made.new],
        "fixed": [asdict(fault) for fault in made.fixed],
        "before_at": pair.before_at,
        "after_at": pair.after_at,
        "before_id": pair.before_id,
        "after_id": pair.after_id,
        "sandbox": pair.sandbox,
    }


def _csv_row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: "; ".join(f["title"] for f in row[name]) for name in ("new", "fixed")}


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns

    console = out_console()
    if not rows:
        console.print("Nothing has changed; `lfassess batch --from-db --only stale` audits again.")
    for kind, words in _WORDS.items():
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
            notes = [_titles("new", row["new"]), _titles("fixed", row["fixed"])]
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
