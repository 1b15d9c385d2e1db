"""`lfassess errors`: what fails, how often, since when, and what to do about it."""

from __future__ import annotations

import csv
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfassess.cli.common import connect, out_console, print_json, print_json_lines, settings
from lfassess.cli.period import parse_period
from lfassess.counting import plural
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from lfassess.db.failures import Pattern, Shares
    from lfassess.db.replay import DeadLetter, Which

app = typer.Typer(no_args_is_help=True, help="What fails, how often, and what to do about it.")


@app.callback()
def _group() -> None:
    """What fails, how often, and what to do about it."""


Code = Annotated[str | None, typer.Option(help="Only this error code.")]
CheckName = Annotated[str | None, typer.Option("--check", help="Only this check.")]
InBatch = Annotated[int | None, typer.Option(help="Only this batch.")]
OfLead = Annotated[int | None, typer.Option(help="Only this lead.")]
Fingerprint = Annotated[str | None, typer.Option(help="Only this pattern of `errors report`.")]
Since = Annotated[str | None, typer.Option(help="Failed no longer ago than this (90m, 24h, 7d).")]


def _chosen(
    *,
    code: str | None,
    check: str | None,
    batch: int | None,
    lead: int | None,
    fingerprint: str | None,
    since: str | None,
) -> Which:
    from lfassess.checks import all_checks
    from lfassess.db.replay import Which

    if check is not None and check not in all_checks():
        raise UsageError(
            f"There is no check named {check}.", hint=f"The checks are: {', '.join(all_checks())}."
        )
    start = datetime.now(UTC) - timedelta(seconds=parse_period(since)) if since else None
    return Which(code, check, batch, lead, fingerprint, start)


@app.command("list")
def list_(
    *,
    code: Code = None,
    check: CheckName = None,
    batch: InBatch = None,
    lead: OfLead = None,
    fingerprint: Fingerprint = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 50,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
) -> None:
    """Show the checks that failed for good and wait for somebody: the dead letters."""
    which = _chosen(
        code=code, check=check, batch=batch, lead=lead, fingerprint=fingerprint, since=since
    )
    database_url = connect()
    from lfassess.db import replay
    from lfassess.db.session import session_scope

    with session_scope(database_url) as session:
        letters = replay.dead_letters(session, which, limit=limit)
    if json:
        print_json_lines(asdict(letter) for letter in letters)
    else:
        _show_letters(letters, limit)


def _show_letters(letters: list[DeadLetter], limit: int) -> None:
    from rich.table import Table
    from rich.text import Text

    console = out_console()
    if not letters:
        console.print("[green]Nothing has failed for good.[/green]")
        return
    columns = ("Lead", "Name", "Check", "Code", "Tries", "When", "What happened")
    table = Table(*columns, box=None, padding=(0, 2, 0, 0))
    for letter in letters:
        table.add_row(
            str(letter.lead_id),
            Text(letter.lead_name),
            letter.check,
            letter.code,
            str(letter.attempts),
            f"{letter.failed_at:%m-%d %H:%M}",
            Text(letter.message or ""),
        )
    console.print(table)
    if len(letters) == limit:
        console.print(f"[dim]The newest {limit}; --limit shows more.[/dim]")
    console.print("[dim]Send them again with: lfassess errors retry --code CODE[/dim]")


@app.command("retry")
def retry(
    *,
    code: Code = None,
    check: CheckName = None,
    batch: InBatch = None,
    lead: OfLead = None,
    fingerprint: Fingerprint = None,
    since: Since = None,
    everything: Annotated[bool, typer.Option("--all", help="All that failed for good.")] = False,
    limit: Annotated[int | None, typer.Option(help="At most so many checks.", min=1)] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Send failed checks again, and only those: what else a lead's audit has stays."""
    which = _chosen(
        code=code, check=check, batch=batch, lead=lead, fingerprint=fingerprint, since=since
    )
    if not everything and all(value is None for value in asdict(which).values()):
        raise UsageError(
            "Say which failures to send again, or --all.",
            hint="For example: lfassess errors retry --code provider_timeout",
        )
    database_url = connect(workers=True)
    from lfassess.assessment.control import retry_failures
    from lfassess.assessment.orchestrator import Orchestrator

    replayed = retry_failures(Orchestrator(settings(), database_url), which, limit=limit)
    if json:
        print_json(asdict(replayed))
        return
    out_console().print(
        f"On their way again: {plural(replayed.checks, 'check')} of "
        f"{plural(replayed.assessments, 'lead')}. Look with: lfassess status"
        if replayed.checks
        else "Nothing that failed for good fits."
    )


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
        "trend": pattern.trend,
        "message": pattern.message,
        "example_leads": pattern.example_leads,
        "advice": advice_for(pattern.code),
    }


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
    from lfassess.assessment.lists.rows import neutralise

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

    console = out_console()
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
