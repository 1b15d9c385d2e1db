"""`lfassess drain`: does what is waiting, here and now, without Redis and without workers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli.common import (
    EXIT_INTERRUPTED,
    EXIT_SOME_FAILED,
    connect,
    err_console,
    out_console,
    print_json,
)

if TYPE_CHECKING:
    from lfassess.assessment.orchestrator import Orchestrator
    from lfassess.db.queries.progress import OpenWork

_EVERY_S = 2.0


def drain(
    *,
    slots: Annotated[int, typer.Option(help="Checks at a time, browser aside.", min=1)] = 16,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Do all that waits in Postgres, in this process: the way on while Redis is down.

    Ends when nothing is left but what is deferred until somebody acts.
    """
    from lfassess.assessment.execution import spool
    from lfassess.assessment.orchestrator import Orchestrator
    from lfassess.assessment.worker.direct_worker import LANES, DirectWorker, WorkerPool

    runtime = connect(workers=False)
    orchestrator = Orchestrator.of(runtime)
    lanes = [WorkerPool(LANES[0].queues, slots), *LANES[1:]]
    looked = _Looking(orchestrator, quiet=json)
    with _left_by_a_second_ctrl_c(), DirectWorker(orchestrator, lanes) as work:
        try:
            work.run(until=lambda: looked.finished() and work.running == 0)
        except KeyboardInterrupt:
            spool.abort_waits()
            _say_how_it_ends(work.running)
            raise typer.Exit(EXIT_INTERRUPTED) from None
    failed = looked.failed_since_start()
    if json:
        print_json({"failed": failed, "deferred": looked.last.deferred})
    else:
        out_console().print(f"Nothing is left to do; {failed} assessments failed meanwhile.")
        if looked.last.deferred:
            out_console().print(
                f"{looked.last.deferred} checks are deferred; `lfassess status` says why."
            )
    if failed:
        raise typer.Exit(EXIT_SOME_FAILED)


def _say_how_it_ends(running: int) -> None:
    err_console().print(
        f"\nEnding once the checks that run have ended ({running}); Ctrl-C again ends at once."
        " What is left stays in Postgres: `lfassess drain` goes on with it."
    )


@contextmanager
def _left_by_a_second_ctrl_c() -> Iterator[None]:
    """End at once while others would wait for threads: what they do is started again later."""
    try:
        yield
    except KeyboardInterrupt:
        err_console().print("Ended; checks that ran are started again by whoever works next.")
        os._exit(EXIT_INTERRUPTED)


class _Looking:
    """Repairs and looks at what is left, every two seconds."""

    def __init__(self, orchestrator: Orchestrator, *, quiet: bool) -> None:
        self._orchestrator = orchestrator
        self._quiet = quiet
        self._next = 0.0
        self.last = self._open_work()
        self._failed_before = self.last.failed

    def finished(self) -> bool:
        """Return whether nothing is left that will become due by itself."""
        from lfassess.assessment.recovery.reconciler import reconcile

        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + _EVERY_S
        reconcile(self._orchestrator, _no_queue)
        before, self.last = self.last, self._open_work()
        if not self._quiet and self.last != before:
            err_console().print(f"[dim]{self.last.open} assessments left[/dim]")
        return self.last.due == 0

    def failed_since_start(self) -> int:
        return self._open_work().failed - self._failed_before

    def _open_work(self) -> OpenWork:
        from lfassess.db.queries import progress

        with self._orchestrator.runtime.database.session() as session:
            return progress.open_work(session)


def _no_queue(_queue: str) -> None:
    """Redis is not asked."""
