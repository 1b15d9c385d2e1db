"""A batch as a screen: the leads that move, the counts, what holds it back, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from lfassess.checks import all_checks
from lfassess.cli.check_table import elapsed, mark
from lfassess.cli.columns import Column, Columns, wrapped
from lfassess.cli.theme import GRADE_STYLE, STATUS_MARK, seconds
from lfassess.cli.throughput import Rate
from lfassess.db.queries.batch_view import Situation
from lfassess.db.queries.progress import AssessmentState, CheckState, Totals
from lfassess.quantities import plural
from lfassess.runtime_hints import worker_command

_WIDE: Final = 116  # columns from which on the checks have their whole names
_NARROW: Final = 72  # columns below which the checks are counted, not listed
_MIN_NAME_LETTERS: Final = 3  # letters of a check's name between the two
_BAR: Final = 60
_AGAIN, _DEFERRED, _CANCELLED = "↻", "⏸", STATUS_MARK["cancelled"]
_WORKERS_START_S: Final = 15.0
_LEGEND: Final = {
    "✓": "done",
    "✗": "failed",
    _CANCELLED: "cancelled",
    "-": "skipped",
    "»": "running",
    "·": "waiting",
    _AGAIN: "tried again soon",
    _DEFERRED: "deferred",
}


@dataclass(frozen=True, slots=True)
class BatchScreen:
    """All that is shown of one batch at one moment."""

    batch_id: int
    totals: Totals
    states: Sequence[AssessmentState]
    situation: Situation
    rate: Rate
    now: datetime | None = None
    live: bool = False  # it is watched, and Ctrl-C leaves it

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = self.now or datetime.now(UTC)
        if self.states:
            yield from self._leads(console, options.max_width, now)
            yield Text()
        yield _cut(self._headline(now))
        known = self.totals.leads - self.totals.not_submitted
        yield _bar(self.totals.done, max(known, 1), min(_BAR, options.max_width))
        for line in (
            *counts_lines(self.totals, self.rate),
            *obstacles(self.batch_id, self.totals, self.situation, now),
        ):
            yield from wrapped(line, console, options.max_width)
        if self.situation.sandbox:
            yield Text("SANDBOX: some of this data is emulated, not real.", style="yellow")
        if self.live:
            yield Text("Ctrl-C leaves this screen; the work goes on.", style="dim")

    def _leads(self, console: Console, width: int, now: datetime) -> RenderResult:
        names = list(all_checks())
        narrow = width < _NARROW
        titles = [n.split("_")[0] if width >= _WIDE else n[:_MIN_NAME_LETTERS] for n in names]
        checks = [Column("Checks", right=True)] if narrow else [Column(t) for t in titles]
        table = Columns(
            [Column(), Column("Lead", cut=True), *checks, Column("Time", right=True),
             Column("Score", right=True)]
        )  # fmt: skip
        if marked := width >= _WIDE and any(state.sandbox for state in self.states):
            table.columns.append(Column())
        signs: set[str] = set()
        for state in self.states:
            by_name = {c.name: c for c in state.checks}
            cells = [_cell(by_name[n], console) if n in by_name else Text() for n in names]
            signs |= {_sign(c) for c in state.checks if c.score is None} & _LEGEND.keys()
            signs |= {mark(state.status).plain} & {_CANCELLED}
            table.add(
                mark(state.status, console),
                state.lead_name,
                *([_ended(state)] if narrow else cells),
                elapsed(state, now),
                _score(state),
                *([Text("SANDBOX" if state.sandbox else "", style="yellow")] if marked else []),
            )
        yield table
        running = sum(s.status == "in_progress" for s in self.states)
        if (more := self.totals.in_progress - running) > 0:
            yield Text(f"    and {more:,} more in progress", style="dim")
        if not narrow and signs:
            if console.is_terminal:
                signs.discard("»")  # what runs turns
            legend = ", ".join(f"{s} {w}" for s, w in _LEGEND.items() if s in signs)
            yield from wrapped(Text(f"{legend}; a number is a score", style="dim"), console, width)

    def _headline(self, now: datetime) -> Text:
        t = self.totals
        known = t.leads - t.not_submitted
        took = ""
        if t.first_started is not None:
            end = t.last_finished if t.open == 0 and t.last_finished else now
            took = f" · {seconds(max((end - t.first_started).total_seconds(), 0))}"
        return Text.assemble(
            (f"Batch {self.batch_id}", "bold"),
            f" · {t.done:,} of {plural(known, 'lead')} · {100 * t.done // max(known, 1)} %{took}",
            (" · cancelled", "yellow") if self.situation.cancelled else "",
            f" · {self.situation.name}" if self.situation.name else "",
        )


def counts_lines(totals: Totals, rate: Rate) -> Iterator[Text]:
    """Return how the leads stand; then rate, time left and cost."""
    cancelled = f" · cancelled {totals.cancelled:,}" if totals.cancelled else ""
    yield Text(
        f"completed {totals.completed:,} ({totals.partial:,} partial) · failed {totals.failed:,}"
        f"{cancelled} · running {totals.in_progress:,} · waiting {totals.pending:,}"
    )
    parts = []
    if per_hour := rate.per_hour():
        parts.append(f"{per_hour:,.0f} leads/h")
        if totals.open:
            parts.append(f"about {seconds(totals.open / per_hour * 3600)} left")
    parts.append(f"${totals.cost_usd:.2f}")
    if totals.reports_left:
        wait = "waits" if totals.reports_left == 1 else "wait"
        parts.append(f"{plural(totals.reports_left, 'report')} {wait} for competitors")
    if totals.not_submitted:
        parts.append(f"{totals.not_submitted:,} not submitted")
    yield Text(" · ".join(parts))


def _just_begun(totals: Totals, now: datetime) -> bool:
    """Tell whether workers that the command itself has started may still be on their way."""
    begun = totals.first_started
    return begun is not None and (now - begun).total_seconds() < _WORKERS_START_S


def obstacles(batch_id: int, totals: Totals, situation: Situation, now: datetime) -> Iterator[Text]:
    """Return a line for each thing that holds the batch back, and what comes next."""
    if not totals.open:
        return
    if situation.paused:
        yield _obstacle("Paused", f"{situation.paused}. No leads start until `lfassess resume`.")
    if not situation.workers and not _just_begun(totals, now):
        yield _obstacle(
            "No worker", f"none is connected to Postgres; `{worker_command()}` shows why."
        )
    for failing in situation.failing:
        error = f" ({failing.error})" if failing.error else ""
        yield _obstacle(
            "Provider",
            f"{failing.provider} is failing{error}, next try {_when(failing.until, now)}.",
        )
    for deferred in situation.deferred:
        until = (
            f"until `lfassess resume --batch {batch_id}`."
            if deferred.for_good
            else f"the first goes on {_when(deferred.next_at, now)}."
        )
        yield _obstacle(
            "Deferred", f"{plural(deferred.checks, 'check')}: {deferred.reason}; {until}"
        )
    yield Text.assemble(
        ("Queue: ", "bold"),
        f"{plural(situation.running, 'check')} running, {situation.waiting:,} waiting for a slot, "
        f"{plural(situation.workers, 'worker process', 'worker processes')}.",
        f" Next: {plural(totals.pending, 'lead')} to start as others end."
        if totals.pending and not situation.paused
        else "",
    )


def _obstacle(what: str, text: str) -> Text:
    return Text.assemble((f"{what}: ", "bold yellow"), text)


def _when(at: datetime, now: datetime) -> str:
    wait = (at - now).total_seconds()
    return f"in {seconds(wait)}" if wait > 0 else "now"


def plain_line(totals: Totals, rate: Rate) -> str:
    """Return the counts in one line, for where there is no terminal."""
    known = totals.leads - totals.not_submitted
    return " · ".join([f"{totals.done}/{known} leads", *map(str, counts_lines(totals, rate))])


def _ended(state: AssessmentState) -> str:
    to_run = [c for c in state.checks if c.status != "skipped"]
    return f"{sum(c.status in {'completed', 'failed'} for c in to_run)}/{len(to_run)}"


def _sign(check: CheckState) -> str:
    if check.status == "pending" and check.next_attempt_at is not None:
        return _DEFERRED if check.deferred_reason else _AGAIN
    return mark(check.status).plain


def _cell(check: CheckState, console: Console) -> Text:
    if check.status == "completed" and check.score is not None:
        return Text(str(check.score), style="green")
    if check.status == "pending" and check.next_attempt_at is not None:
        return Text(_sign(check), style="yellow")
    return mark(check.status, console)


def _score(state: AssessmentState) -> Text:
    if state.score is None or state.grade is None:
        return Text()
    return Text(f"{state.grade} {state.score}", style=GRADE_STYLE.get(state.grade[0], ""))


def _cut(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _bar(done: int, of: int, width: int) -> Text:
    filled = width * done // of
    return Text.assemble(("━" * filled, "green"), ("─" * (width - filled), "dim"))
