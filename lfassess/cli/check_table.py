"""One assessment as a table: a row per check, never losing a score to a note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from lfassess.checks import all_checks
from lfassess.cli.columns import Column, Columns
from lfassess.cli.theme import STATUS_MARK, STATUS_STYLE, seconds
from lfassess.db.fragments import waits_for_someone
from lfassess.db.queries.progress import AssessmentState, CheckState
from lfassess.runtime_hints import worker_command

_NO_WORKER_AFTER_S: Final = 15.0
_FRAMES: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAMES_PER_S: Final = 12.5


@dataclass(frozen=True, slots=True)
class Moving:
    """Columns drawn again at each refresh, so that what runs is seen to."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[str | Text, ...], tuple[Text, ...]], ...]  # status, cells, notes

    def __rich_console__(self, console: Console, _options: ConsoleOptions) -> RenderResult:
        table = Columns(list(self.columns))
        for status, cells, notes in self.rows:
            table.add(mark(status, console), *cells, notes=notes)
        yield table


def mark(status: str, console: Console | None = None) -> Text:
    """Return the status as one sign; what runs turns where there is a terminal to turn on."""
    if status == "in_progress" and console is not None and console.is_terminal:
        at = int(console.get_time() * _FRAMES_PER_S)
        return Text(_FRAMES[at % len(_FRAMES)], style="cyan")
    return Text(STATUS_MARK[status], style=STATUS_STYLE[status])


def elapsed(row: CheckState | AssessmentState, now: datetime) -> str:
    """Return how long it has run, or ran."""
    if row.started_at is None:
        return ""
    return seconds(((row.finished_at or now) - row.started_at).total_seconds())


def assessment_table(state: AssessmentState, now: datetime | None = None) -> RenderableType:
    """Return the table of one assessment's checks as it stands at ``now``."""
    now = now or datetime.now(UTC)
    title = Text.assemble((state.lead_name, "bold"), "  ", (state.website or "", "dim"))
    columns = (
        Column(),
        Column("Check", cut=True),
        Column("Time", right=True),
        Column("Tries", right=True),
        Column("Score", right=True),
    )
    rows = tuple(
        (
            check.status,
            (
                title_of(check.name),
                elapsed(check, now),
                str(check.attempt_count or ""),
                "" if check.score is None else Text(str(check.score), style="bold"),
            ),
            (Text(" · ").join(_notes(check, now)),),
        )
        for check in state.checks
    )
    parts: list[RenderableType] = [title, Moving(columns, rows)]
    if state.status == "pending" and (now - state.created_at).total_seconds() > _NO_WORKER_AFTER_S:
        parts.append(Text(f"No worker has taken it up yet; `{worker_command()}` shows what runs."))
    return Group(*parts)


def title_of(name: str) -> str:
    """Return the check's title; its name where this code does not know it."""
    check = all_checks().get(name)
    return check.title if check else name


def _notes(check: CheckState, now: datetime) -> Iterable[Text]:
    if check.sandbox:
        yield Text("SANDBOX", style="yellow")
    if check.reused_from is not None:
        yield Text(f"reused from lead {check.reused_from}", style="dim")
    if check.status == "failed":
        yield Text(f"{check.error_code}: {check.error_message}", style="red")
    elif check.status == "skipped":
        yield Text(f"skipped: {check.skip_text}", style="dim")
    elif check.status == "pending" and check.next_attempt_at is not None:
        wait = max((check.next_attempt_at - now).total_seconds(), 0)
        if check.deferred_reason is not None:
            until = (
                "until someone acts"
                if waits_for_someone(check.next_attempt_at)
                else f"goes on in {seconds(wait)}"
            )
            yield Text(f"deferred: {check.deferred_reason}; {until}", style="yellow")
        else:
            yield Text(f"again in {wait:.0f} s ({check.error_code})", style="yellow")
    elif check.inconclusive_reason:
        yield Text(f"inconclusive: {check.inconclusive_reason}", style="yellow")
