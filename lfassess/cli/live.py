"""The live tables: a row per check for one lead, a row per lead for a batch."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from lfassess.checks import all_checks
from lfassess.cli.common import err_console
from lfassess.cli.rate import Rate
from lfassess.cli.style import GRADE_STYLE, STATUS_MARK, STATUS_STYLE, seconds
from lfassess.db import progress
from lfassess.db.progress import AssessmentState, CheckState, Totals
from lfassess.db.session import session_scope

_POLL_S = 0.25
_PLAIN_EVERY_S = 5.0
_PATIENCE_S = 15.0
_FOR_GOOD_S = 30 * 86_400
_DONE = ("completed", "failed")
T = TypeVar("T")


def _elapsed(check: CheckState | AssessmentState, now: datetime) -> str:
    if check.started_at is None:
        return ""
    return seconds(((check.finished_at or now) - check.started_at).total_seconds())


# --- one assessment -------------------------------------------------------------------------------


def watch_assessment(
    database_url: str, assessment_id: int, *, quiet: bool = False
) -> AssessmentState:
    """Show one assessment until it has ended; returns its last state."""

    def poll() -> AssessmentState:
        with session_scope(database_url) as session:
            state = progress.assessment_state(session, assessment_id)
        assert state is not None
        return state

    return _watch(
        poll,
        done=lambda s: s.status in _DONE,
        table=assessment_table,
        line=_assessment_line,
        quiet=quiet,
    )


def assessment_table(state: AssessmentState) -> RenderableType:
    """Return the table of one assessment's checks."""
    now = datetime.now(UTC)
    title = Text.assemble((state.lead_name, "bold"), "  ", (state.website or "", "dim"))
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), expand=False)
    if state.status == "pending" and (now - state.created_at).total_seconds() > _PATIENCE_S:
        table.caption = "No worker has taken it up yet; `lfassess ps` shows what runs here."
    table.add_column("", width=2)
    table.add_column("Check", min_width=22)
    table.add_column("Time", justify="right", min_width=6)
    table.add_column("Tries", justify="right")
    table.add_column("Score", justify="right")
    table.add_column("", overflow="ellipsis", no_wrap=True)
    for check in state.checks:
        table.add_row(
            _mark(check.status),
            _title(check.name),
            _elapsed(check, now),
            str(check.attempt or ""),
            "" if check.score is None else Text(str(check.score), style="bold"),
            _note(check, now),
        )
    return table


def _title(name: str) -> str:
    check = all_checks().get(name)
    return check.title if check else name


def _mark(status: str) -> RenderableType:
    if status == "in_progress":
        return Spinner("dots", style="cyan")
    return Text(STATUS_MARK[status], style=STATUS_STYLE[status])


def _note(check: CheckState, now: datetime) -> Text:
    if check.status == "failed":
        return Text(f"{check.error_code}: {check.error_message}", style="red")
    if check.status == "skipped":
        return Text(f"skipped: {check.reason}", style="dim")
    if check.status == "pending" and check.retry_at is not None:
        wait = max((check.retry_at - now).total_seconds(), 0)
        if check.parked is not None:
            until = f"goes on in {seconds(wait)}" if wait < _FOR_GOOD_S else "until somebody acts"
            return Text(f"waits: {check.parked}; {until}", style="yellow")
        return Text(f"again in {wait:.0f} s ({check.error_code})", style="yellow")
    reused = "" if check.reused_from is None else f"reused from lead {check.reused_from}"
    if check.inconclusive:
        return Text("; ".join(filter(None, (reused, check.inconclusive))), style="yellow")
    parts = filter(None, ("SANDBOX" if check.sandbox else "", reused))
    return Text(", ".join(parts), style="yellow" if check.sandbox else "dim")


def _assessment_line(state: AssessmentState) -> str:
    checks = ", ".join(f"{c.name} {c.status}" for c in state.checks)
    return f"{state.lead_name}: {state.status} ({checks})"


# --- a batch --------------------------------------------------------------------------------------


def watch_batch(database_url: str, batch_id: int, *, quiet: bool = False) -> Totals:
    """Show a batch until all its leads have ended; returns the last totals."""
    rate = Rate()

    def poll() -> tuple[Totals, list[AssessmentState]]:
        with session_scope(database_url) as session:
            totals = progress.totals(session, batch_id)
            states = [] if quiet else progress.active_states(session, batch_id)
        rate.observe(totals.done, time.monotonic())
        return totals, states

    totals, _ = _watch(
        poll,
        done=lambda polled: polled[0].left == 0 or polled[0].stopped,
        table=lambda polled: batch_table(*polled, rate),
        line=lambda polled: stats_line(polled[0], rate),
        quiet=quiet,
    )
    return totals


def batch_table(totals: Totals, states: list[AssessmentState], rate: Rate) -> RenderableType:
    """Return the rows of the leads that move, above the footer with the totals."""
    now = datetime.now(UTC)
    names = list(all_checks())
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", width=2)
    table.add_column("Lead", max_width=34, overflow="ellipsis", no_wrap=True)
    for name in names:
        table.add_column(name.split("_")[0], justify="center")
    table.add_column("Time", justify="right", min_width=6)
    table.add_column("Score", justify="right")
    for state in states:
        by_name = {c.name: c for c in state.checks}
        table.add_row(
            _mark(state.status),
            state.lead_name,
            *(_cell(by_name[name]) if name in by_name else "" for name in names),
            _elapsed(state, now),
            _score(state),
        )
    footer = Table.grid()
    footer.add_row(_bar(totals))
    footer.add_row(Text(stats_line(totals, rate)))
    return Group(table, Text(), footer)


def _cell(check: CheckState) -> RenderableType:
    if check.status == "completed" and check.score is not None:
        return Text(str(check.score), style="green")
    if check.status == "pending" and check.retry_at is not None:
        return Text("⏸" if check.parked else "↻", style="yellow")
    return _mark(check.status)


def _score(state: AssessmentState) -> Text:
    if state.score is None or state.grade is None:
        return Text("")
    return Text(f" {state.grade} {state.score} ", style=GRADE_STYLE.get(state.grade[0], ""))


def _bar(totals: Totals) -> RenderableType:
    known = totals.leads - totals.not_submitted
    return ProgressBar(total=max(known, 1), completed=totals.done, width=60)


def stats_line(totals: Totals, rate: Rate) -> str:
    """Return done, failed, left, rate, ETA and cost in one line."""
    known = totals.leads - totals.not_submitted
    parts = [
        f"leads {totals.done}/{known}",
        f"done {totals.completed}",
        f"partial {totals.partial}",
        f"failed {totals.failed}",
        f"running {totals.in_progress}",
        f"left {totals.left}",
    ]
    per_hour = rate.per_hour()
    if per_hour:
        parts.append(f"{per_hour:,.0f}/h")
        if totals.left:
            parts.append(f"ETA {seconds(totals.left / per_hour * 3600)}")
    if totals.held:
        parts.append(f"held back {totals.held}")
    parts.append(f"${totals.cost_usd:.2f}")
    return " · ".join(parts)


# --- the loop both share --------------------------------------------------------------------------


def _watch(
    poll: Callable[[], T],
    *,
    done: Callable[[T], bool],
    table: Callable[[T], RenderableType],
    line: Callable[[T], str],
    quiet: bool,
) -> T:
    console = err_console()
    if quiet:
        return _until(poll, done, lambda _state: None)
    if not console.is_terminal:
        return _until(poll, done, _plain_lines(line, console))
    with Live(console=console, refresh_per_second=10, transient=False) as live:
        return _until(poll, done, lambda state: live.update(table(state)))


def _until(poll: Callable[[], T], done: Callable[[T], bool], show: Callable[[T], None]) -> T:
    while True:
        state = poll()
        show(state)
        if done(state):
            return state
        time.sleep(_POLL_S)


def _plain_lines(line: Callable[[T], str], console: Console) -> Callable[[T], None]:
    """Print a line when it has changed, every five seconds at most."""
    last_text, last_time = "", float("-inf")

    def show(state: T) -> None:
        nonlocal last_text, last_time
        text, now = line(state), time.monotonic()
        if text != last_text and now - last_time >= _PLAIN_EVERY_S:
            console.print(Text(text))
            sys.stderr.flush()
            last_text, last_time = text, now

    return show
