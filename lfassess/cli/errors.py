"""`lfassess errors`: what fails, how often, since when, and what to do about it."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfassess.cli import completion
from lfassess.cli.common import (
    connect,
    err_console,
    out_console,
    print_json,
    print_json_lines,
)
from lfassess.cli.param_types import parse_period
from lfassess.errors import NotFoundError, UsageError, check_codes
from lfassess.plain_text import did_you_mean
from lfassess.quantities import plural

if TYPE_CHECKING:
    from lfassess.db.commands.failure_states import ModelReply
    from lfassess.db.commands.requeue import RequeueSelection
    from lfassess.db.queries.failures import Report

app = typer.Typer(no_args_is_help=True, help="What fails, how often, and what to do about it.")

_NO_LIMIT = 1_000_000


@app.callback()
def _group() -> None:
    """What fails, how often, and what to do about it."""


Code = Annotated[
    str | None,
    typer.Option(
        metavar="CODE", help="Only this error code.", autocompletion=completion.error_code
    ),
]
CheckName = Annotated[
    str | None,
    typer.Option(
        "--check", metavar="CHECK", help="Only this check.", autocompletion=completion.check
    ),
]
InBatch = Annotated[
    int | None, typer.Option(help="Only this batch.", autocompletion=completion.batches)
]
OfLead = Annotated[int | None, typer.Option(help="Only this lead.")]
PatternId = Annotated[
    str | None,
    typer.Option(
        "--pattern", metavar="ID", help="Only this pattern, by its id in `errors report`."
    ),
]
Since = Annotated[str | None, typer.Option(help="Failed no longer ago than this (90m, 24h, 7d).")]


def _chosen(
    *,
    code: str | None,
    check: str | None,
    batch: int | None,
    lead: int | None,
    pattern: str | None,
    since: str | None,
) -> RequeueSelection:
    from lfassess.checks import require
    from lfassess.db.commands.requeue import RequeueSelection

    fingerprint = None
    if pattern is not None:
        if check is not None:
            raise UsageError("A pattern's id names its check: leave --check out.")
        check, colon, fingerprint = pattern.partition(":")
        if not (check and colon and fingerprint):
            raise UsageError(
                f"{pattern!r} is not a pattern's id.",
                hint="`lfassess errors report` prints them: gbp:places:rate_limited.",
            )
    if check is not None:
        require([check])
    known = check_codes()
    if code is not None and code not in known:
        raise UsageError(
            f"There is no error code {code!r}.{did_you_mean(code, known)}",
            hint="`lfassess errors report` lists those that there were.",
        )
    start = datetime.now(UTC) - timedelta(seconds=parse_period(since)) if since else None
    return RequeueSelection(code, check, batch, lead, fingerprint, start)


@app.command("list")
def list_(
    *,
    code: Code = None,
    check: CheckName = None,
    batch: InBatch = None,
    lead: OfLead = None,
    pattern: PatternId = None,
    since: Since = None,
    limit: Annotated[
        int | None, typer.Option(help="At most so many; 50 on the screen.", min=1)
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write them to this CSV file; - is stdout.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
) -> None:
    """Show the checks that failed for good and wait for someone, with their leads."""
    which = _chosen(code=code, check=check, batch=batch, lead=lead, pattern=pattern, since=since)
    database = connect().database
    from lfassess.assessment.completion.failure_export import FAILED_CHECK
    from lfassess.cli import errors_output
    from lfassess.db.commands import requeue

    most = limit or (_NO_LIMIT if csv_file is not None else 50)
    with database.session() as session:
        letters = requeue.dead_letters(session, which, limit=most)
    if csv_file is not None:
        errors_output.write_csv(csv_file, FAILED_CHECK, map(asdict, letters))
        if str(csv_file) != "-":
            err_console().print(f"{plural(len(letters), 'failed check')} written to {csv_file}.")
    elif json:
        print_json_lines(asdict(letter) for letter in letters)
    else:
        asked = {"--code": code, "--check": check, "--batch": batch, "--lead": lead,
                 "--pattern": pattern, "--since": since}  # fmt: skip
        console = out_console()
        for part in errors_output.letters_screen(letters, most, asked):
            console.print(part)


@app.command("retry")
def retry(
    *,
    code: Code = None,
    check: CheckName = None,
    batch: InBatch = None,
    lead: OfLead = None,
    pattern: PatternId = None,
    since: Since = None,
    everything: Annotated[bool, typer.Option("--all", help="All that failed for good.")] = False,
    limit: Annotated[int | None, typer.Option(help="At most so many checks.", min=1)] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Send failed checks again, and only those: what else a lead's audit has stays."""
    which = _chosen(code=code, check=check, batch=batch, lead=lead, pattern=pattern, since=since)
    if not everything and all(value is None for value in asdict(which).values()):
        raise UsageError(
            "Say which failures to send again, or --all.",
            hint="For example: lfassess errors retry --code provider_timeout",
        )
    runtime = connect(workers=True)
    from lfassess.assessment.orchestrator import Orchestrator
    from lfassess.assessment.recovery.operations import retry_failures

    replayed = retry_failures(Orchestrator.of(runtime), which, limit=limit)
    if json:
        print_json(asdict(replayed))
        return
    out_console().print(
        f"On their way again: {plural(replayed.checks, 'check')} of "
        f"{plural(replayed.assessments, 'lead')}. Follow it with: lfassess status"
        if replayed.checks
        else "Nothing that failed for good fits."
    )


What = Annotated[str, typer.Argument(help="A pattern's id in `errors report`, or an error code.")]
Note = Annotated[str | None, typer.Option("--note", help="Why; `errors report` shows it.")]
By = Annotated[str | None, typer.Option("--by", help="Who says so; default: you.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


@app.command("ack")
def ack(what: What, *, note: Note = None, by: By = None, json: AsJson = False) -> None:
    """Say that a pattern, or all of an error code, is known and someone is at it."""
    _mark(what, "acknowledged", note, by, as_json=json)


@app.command("resolve")
def resolve(what: What, *, note: Note = None, by: By = None, json: AsJson = False) -> None:
    """Say that a pattern is fixed; it counts as come back when it fails again."""
    _mark(what, "resolved", note, by, as_json=json)


def _mark(what: str, state: ModelReply, note: str | None, by: str | None, *, as_json: bool) -> None:
    from lfassess.db.commands import failure_states

    with connect().database.session() as session:
        marked = failure_states.mark(session, what, state, by=by or getpass.getuser(), note=note)
    if not marked:
        raise NotFoundError(
            f"Nothing has failed as {what!r}.{did_you_mean(what, check_codes())}",
            hint="`lfassess errors report` lists what has.",
        )
    if as_json:
        print_json({"state": state, "patterns": marked})
    else:
        for each in marked:
            out_console().print(f"{state.capitalize()}: {each}", soft_wrap=True)


@app.command("report")
def report(
    since: Annotated[str, typer.Option(help="Look back so far (90m, 24h, 7d).")] = "24h",
    batch: InBatch = None,
    csv_file: Annotated[
        Path | None,
        typer.Option("--csv", help="Write the patterns to this CSV file; - is stdout."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show failure patterns, worst first: one for each cause, with what to do about it."""
    period_s = parse_period(since)
    database = connect().database
    from lfassess.cli import errors_output
    from lfassess.db.queries import failures

    now = datetime.now(UTC)
    which = failures.FailureFilter(now - timedelta(seconds=period_s), batch)
    with database.session() as session:
        found = failures.report(session, which, now=now)
    if csv_file is not None:
        rows = (errors_output.pattern_row(p, batch) for p in found.patterns)
        errors_output.write_csv(csv_file, errors_output.PATTERN_COLUMNS, rows)
        if str(csv_file) == "-":
            return
    if json:
        print_json(_as_json(found, batch))
        return
    console = out_console()
    for part in errors_output.screen(found, since, batch):
        console.print(part)


def _as_json(found: Report, batch_id: int | None) -> dict[str, Any]:
    from lfassess.cli.errors_output import pattern_row

    s = found.shares
    return {
        "since": found.since,
        "batch_id": batch_id,
        "attempts": s.attempts,
        "failed_attempts": s.failed_attempts,
        "checks_ended": s.checks_ended,
        "checks_failed": s.checks_failed,
        "still_failed": s.still_failed,
        "failure_share": round(found.failure_share, 4),
        "patterns": [pattern_row(p, batch_id) for p in found.patterns],
    }
