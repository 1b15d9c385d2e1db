"""Watching: one assessment or one batch, until it has ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from lfassess.cli.batch_screen import BatchScreen, plain_line
from lfassess.cli.check_table import assessment_table
from lfassess.cli.common import err_console
from lfassess.cli.terminal import quiet_keys
from lfassess.cli.throughput import Rate
from lfassess.db.database import Database
from lfassess.db.queries import batch_view, progress
from lfassess.db.queries.batch_view import Situation
from lfassess.db.queries.progress import AssessmentState, RivalsLeft, Totals
from lfassess.errors import ServiceUnreachableError

_POLL_S: Final = 0.25
_PLAIN_EVERY_S: Final = 5.0
_SITUATION_EVERY_S: Final = 2.0  # it looks at all open work
_DONE = ("completed", "failed", "cancelled")
_RIVALS_S: Final = 660.0  # a little longer than a report waits for them
_BESIDE_LEADS: Final = 14  # lines of a batch's screen that are no lead's
_MIN_LEADS: Final = 4
T = TypeVar("T")


def watch_assessment(
    database: Database, assessment_id: int, *, quiet: bool = False
) -> AssessmentState:
    """Show one assessment until it has ended; returns its last state."""

    def poll() -> AssessmentState:
        with database.session() as session:
            state = progress.assessment_state(session, assessment_id)
        assert state is not None
        return state

    return _watch(
        poll,
        done=lambda s: s.status in _DONE,
        screen=assessment_table,
        line=_assessment_line,
        quiet=quiet,
    )


def watch_rivals(database: Database, assessment_id: int, *, quiet: bool = False) -> None:
    """Wait until an ended assessment's competitors are measured and its report is written."""
    ends = time.monotonic() + _RIVALS_S

    def poll() -> RivalsLeft:
        with database.session() as session:
            return progress.rivals_left(session, assessment_id)

    _watch(
        poll,
        done=lambda left: not (left.names or left.report_is_due) or time.monotonic() > ends,
        screen=lambda left: Text(_rivals_line(left), style="dim"),
        line=_rivals_line,
        quiet=quiet,
    )


def _rivals_line(left: RivalsLeft) -> str:
    if left.names:
        return f"Measuring competitors: {', '.join(left.names)}"
    return "Writing the report" if left.report_is_due else "Competitors: done"


def _assessment_line(state: AssessmentState) -> str:
    checks = ", ".join(f"{c.name} {c.status}" for c in state.checks)
    return f"{state.lead_name}: {state.status} ({checks})"


def watch_batch(database: Database, batch_id: int, *, quiet: bool = False) -> Totals:
    """Show a batch until its leads and their competitors have ended; returns the last totals."""
    rate = Rate()
    rows = rows_that_fit(err_console().size.height)
    looked: tuple[float, Situation] | None = None

    def poll() -> BatchScreen:
        nonlocal looked
        with database.session() as session:
            totals = progress.totals(session, batch_id)
            states = [] if quiet else progress.active_states(session, batch_id, **rows)
            now = time.monotonic()
            if looked is None or now - looked[0] > _SITUATION_EVERY_S or totals.ended:
                looked = now, batch_view.situation(session, batch_id)
        rate.observe(totals.done, now)
        return BatchScreen(batch_id, totals, states, looked[1], rate, live=not totals.ended)

    return _watch(
        poll,
        done=lambda screen: screen.totals.ended or screen.totals.stalled,
        screen=lambda screen: screen,
        line=lambda screen: plain_line(screen.totals, rate),
        quiet=quiet,
    ).totals


def rows_that_fit(height: int) -> dict[str, int]:
    """Return how many leads in progress, and how many that have ended, a screen has room for."""
    rows = min(max(height - _BESIDE_LEADS, _MIN_LEADS), 20)
    recent = rows * 2 // 5
    return {"active": rows - recent, "recent": recent}


def _watch(
    poll: Callable[[], T],
    *,
    done: Callable[[T], bool],
    screen: Callable[[T], RenderableType],
    line: Callable[[T], str],
    quiet: bool,
) -> T:
    console = err_console()
    if quiet:
        return until(poll, done, lambda _state, _away: None)
    if not console.is_terminal:
        return until(poll, done, _plain_lines(line, console))
    with quiet_keys(), Live(console=console, refresh_per_second=10, transient=False) as live:
        return until(
            poll, done, lambda state, away: live.update(Group(screen(state), *_notice(away)))
        )


def _notice(away: bool) -> Iterator[Text]:
    if away:
        yield Text("Postgres is out of reach at the moment; trying again.", style="bold yellow")


def until(
    poll: Callable[[], T],
    done: Callable[[T], bool],
    show: Callable[[T, bool], None],
    *,
    patience_s: float = 60.0,
) -> T:
    """Poll and show until it is done; returns the last state.

    Args:
        poll: returns the state.
        done: whether that is the last one.
        show: shows the state, which is an old one while Postgres is away.
        patience_s: how long Postgres may be away; the embedded one is back within seconds.

    Raises:
        ServiceUnreachableError: it is away for longer, or at the first look.
    """
    state, seen = poll(), time.monotonic()
    show(state, False)
    while not done(state):
        time.sleep(_POLL_S)
        try:
            state, seen, away = poll(), time.monotonic(), False
        except ServiceUnreachableError:
            if time.monotonic() - seen > patience_s:
                raise
            away = True
        show(state, away)
    return state


def _plain_lines(line: Callable[[T], str], console: Console) -> Callable[[T, bool], None]:
    """Print a line when it has changed, every five seconds at most."""
    last_text, last_time = "", float("-inf")

    def show(state: T, away: bool) -> None:
        nonlocal last_text, last_time
        text = "; ".join([line(state), *map(str, _notice(away))])
        now = time.monotonic()
        if text != last_text and now - last_time >= _PLAIN_EVERY_S:
            console.print(Text(text))
            sys.stderr.flush()
            last_text, last_time = text, now

    return show
