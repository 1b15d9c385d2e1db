"""`lfassess errors`: what fails, how often, since when, and what to do about it."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfassess.cli.common import connect, err_console, print_json
from lfassess.cli.period import parse_period
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from lfassess.db.failures import Pattern, Shares

app = typer.Typer(no_args_is_help=True, help="What fails, how often, and what to do about it.")


@app.callback()
def _group() -> None:
    """What fails, how often, and what to do about it."""


@app.command("report")
def report(
    since: Annotated[str, typer.Option(help="Look back so far (90m, 24h, 7d).")] = "24h",
    batch: Annotated[int | None, typer.Option(help="Only this batch.")] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Also write the patterns to this CSV file.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show failure patterns, worst first."""
    period_s = parse_period(since)
    database_url = connect()
    from lfassess.db import failures
    from lfassess.db.session import session_scope

    now = datetime.now(UTC)
    start = now - timedelta(seconds=period_s)
    with session_scope(database_url) as session:
        patterns = failures.patterns(
            session, since=start, middle=start + (now - start) / 2, batch_id=batch
        )
        shares = failures.shares(session, since=start, batch_id=batch)
    rows = [_as_dict(p, shares) for p in patterns]
    if csv_file is not None:
        _write_csv(csv_file, rows)
    if json:
        print_json({"since": start, "batch_id": batch, **_shares_json(shares), "patterns": rows})
    else:
        _show(rows, shares, since)


def _as_dict(pattern: Pattern, shares: Shares) -> dict[str, Any]:
    from lfassess.assessment.advice import advice_for

    share = pattern.attempts / shares.attempts if shares.attempts else 0.0
    return {
        "check": pattern.check,
        "provider": pattern.provider,
        "code": pattern.code,
        "fingerprint": pattern.fingerprint,
        "attempts": pattern.attempts,
        "checks_failed": pattern.checks_failed,
        "leads": pattern.leads,
        "share": round(share, 4),
        "first_seen": pattern.first_seen,
        "last_seen": pattern.last_seen,
        "trend": trend(pattern.earlier, pattern.later),
        "message": pattern.message,
        "example_leads": pattern.example_leads,
        "advice": advice_for(pattern.code),
    }


def trend(earlier: int, later: int) -> str:
    """Return rising, falling or steady: the period's second half against its first."""
    if later > earlier * 1.5:
        return "rising"
    if later * 1.5 < earlier:
        return "falling"
    return "steady"


def _shares_json(shares: Shares) -> dict[str, Any]:
    return {
        "attempts": shares.attempts,
        "failed_attempts": shares.failed_attempts,
        "checks_ended": shares.checks_ended,
        "checks_failed": shares.checks_failed,
        "failure_share": round(shares.checks_failed / shares.checks_ended, 4)
        if shares.checks_ended
        else 0.0,
    }


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    from lfassess.assessment.csv_rows import neutralise

    columns = [
        "check",
        "provider",
        "code",
        "fingerprint",
        "attempts",
        "checks_failed",
        "leads",
        "share",
        "first_seen",
        "last_seen",
        "trend",
        "message",
        "advice",
    ]
    try:
        with path.open("w", newline="", encoding="utf-8") as f:
            writer = csv.writer(f)
            writer.writerow(columns)
            writer.writerows([neutralise(str(row[c] or "")) for c in columns] for row in rows)
    except OSError as e:
        raise UsageError(f"Can't write {path}: {e.strerror}.") from e


_TREND = {"rising": "[red]↑[/red]", "falling": "[green]↓[/green]", "steady": "→"}


def _show(rows: list[dict[str, Any]], shares: Shares, since: str) -> None:
    from rich.table import Table
    from rich.text import Text

    console = err_console()
    console.print(
        f"Last {since}: {shares.checks_failed} of {shares.checks_ended} checks failed for good, "
        f"{shares.failed_attempts} of {shares.attempts} attempts."
    )
    if not rows:
        console.print("[green]No failures.[/green]")
        return
    table = Table(
        "Check",
        "Code",
        "Failed",
        "Attempts",
        "Leads",
        "",
        "Last seen",
        "What happened",
        box=None,
        padding=(0, 2, 0, 0),
    )
    for r in rows:
        table.add_row(
            r["check"],
            r["code"],
            str(r["checks_failed"]),
            str(r["attempts"]),
            str(r["leads"]),
            _TREND[r["trend"]],
            f"{r['last_seen']:%H:%M:%S}",
            Text.assemble(r["message"] or "", ("\n→ " + r["advice"], "dim")),
        )
    console.print(table)
