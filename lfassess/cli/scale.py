"""`lfassess scale`: how many workers there are, set by hand or by the work there is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lfassess.cli.common import connect, out_console, print_json, settings
from lfassess.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from lfassess.stack.scaling.targets import Pool

Kind = Literal["io", "browser", "lighthouse"]

_GATE = "LFASSESS_DOCKER_GATE"


def scale(
    count: Annotated[int | None, typer.Argument(help="Workers of the kind.", min=0)] = None,
    *,
    kind: Annotated[
        Kind, typer.Option(help="Which workers; those of Lighthouse are embedded ones alone.")
    ] = "io",
    auto: Annotated[
        bool, typer.Option("--auto", help="Follow the work in Postgres, until interrupted.")
    ] = False,
    least: Annotated[int, typer.Option("--min", help="io workers at least.", min=1)] = 1,
    most: Annotated[int, typer.Option("--max", help="io workers at most.", min=1)] = 8,
    least_browsers: Annotated[
        int, typer.Option("--min-browser", help="Browser workers at least.", min=1)
    ] = 1,
    most_browsers: Annotated[
        int, typer.Option("--max-browser", help="Browser workers at most.", min=1)
    ] = 4,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Set how many workers run, or let the work decide; none is ended with work in hand."""
    if auto == (count is not None):
        raise UsageError("Give either a number of workers or --auto.")
    if count is not None:
        counts = _set(kind, count)
        if json:
            print_json({"workers": counts})
        else:
            out_console().print("Workers: " + ", ".join(f"{k} {n}" for k, n in counts.items()))
        return
    if least > most or least_browsers > most_browsers:
        raise UsageError("--min is above --max.")
    _follow((least, most), (least_browsers, most_browsers))


def _set(kind: str, count: int) -> dict[str, int]:
    from lfassess.db.queries.queue_load import busy_hosts
    from lfassess.stack.scaling.targets import ComposePool
    from lfassess.stack.workers import check_counts

    check_counts({kind: count})
    pool = _pool()
    if not isinstance(pool, ComposePool):
        pool.resize(kind, count, {})
        return pool.workers()
    possible = pool.most(kind)
    if possible is not None and count > possible:
        raise UsageError(
            f"There are {possible} {kind} containers.",
            hint="Make more: docker compose up -d --no-recreate --scale worker=N",
        )
    with connect().database.session() as session:
        busy = busy_hosts(session)
    pool.resize(kind, count, busy)
    return pool.workers()


def _follow(io: tuple[int, int], browser: tuple[int, int]) -> None:
    import signal
    import threading

    from lfassess.log import configure_logging
    from lfassess.stack.liveness import Pulse, pulse_file
    from lfassess.stack.scaling.autoscaler import Autoscaler, policies

    configure_logging(settings().log_level, settings().log_format)
    pool = _pool()
    if os.environ.get(_GATE):  # in a container, whose health is asked for
        Pulse(pulse_file()).start()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    Autoscaler(connect().database, pool, policies(io, browser)).run(stopped.wait)


def _pool() -> Pool:
    """Return what can be scaled from here; raises ConfigurationError."""
    from lfassess.stack.scaling.targets import ComposePool, EmbeddedPool

    if gate := os.environ.get(_GATE):
        return ComposePool(Path(gate))
    configured = settings()
    if configured.embedded_postgres or configured.embedded_redis:
        return EmbeddedPool(configured)
    raise ConfigurationError(
        "DATABASE_URL and CELERY_BROKER_URL name services elsewhere: so do the workers run there.",
        hint="With Compose: make scale N=4, or docker compose up -d --no-recreate --scale worker=4",
    )
