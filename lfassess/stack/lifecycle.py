"""Brings the stack up, takes it down, scales its workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lfassess.errors import ServiceUnreachableError
from lfassess.paths import SYSTEM_HOME, Layout
from lfassess.stack import disk, idle, process
from lfassess.stack.binaries import find_postgres, find_valkey, unsupported
from lfassess.stack.desired_state import (
    NO_WORKERS,
    SUPERVISOR,
    clear_desired_state,
    request_workers,
    want,
    write_whole,
)
from lfassess.stack.directories import prepare
from lfassess.stack.environment import fingerprint, is_other_code, worker_environment
from lfassess.stack.locks import PartLock, exclusive
from lfassess.stack.postgres import Postgres
from lfassess.stack.schema import bring_up_to_date, warm_up
from lfassess.stack.start_failures import early_end, read_fault
from lfassess.stack.valkey import Valkey
from lfassess.stack.workers import (
    CELERY,
    PREFIX,
    Plan,
    check_counts,
    default_counts,
    desired_workers,
    read_scale,
    worker_name,
)

if TYPE_CHECKING:  # the supervisor imports this package and stays small without pydantic
    from lfassess.settings import Settings

_CONTROL_WAIT_S = 60.0
_SERVERS_WAIT_S = 60.0
_VALKEY_HAS_S = 5.0  # to answer after its start; later, work goes through Postgres without it
_SUPERVISOR_STOP_S = 10.0
_LAUNCH_WAIT_S = 2.0
_WARM_S = 150.0  # longer than any check's deadline
_POLL_S = 0.02


@dataclass(frozen=True)
class Endpoints:
    """Where Postgres and the broker are."""

    database_url: str
    broker_url: str


@dataclass(frozen=True)
class _Launch:
    """With what a supervisor is started."""

    environment: Mapping[str, str]
    fingerprint: str
    plan: Plan | None
    idle_stop_s: float


def endpoints(settings: Settings) -> Endpoints:
    """Return the settings' own URLs where given, else the embedded servers'; starts nothing."""
    layout = Layout(settings.data_dir)
    return Endpoints(
        settings.database_url or layout.database_url, settings.broker_url or layout.broker_url
    )


def ensure_up(
    settings: Settings,
    *,
    workers: bool = True,
    schema: bool = True,
    on_progress: Callable[[str], None] | None = None,
    program: Sequence[str] = CELERY,
) -> Endpoints:
    """Start what is needed and not running; return when the embedded servers answer.

    Servers named by settings are never touched. With both named, workers are the operator's
    affair too. Workers are launched, not waited for; when what they read from the environment
    has changed, or lfassess itself, they are restarted warm.

    Args:
        settings: decides which servers are embedded and where their data lies.
        workers: whether to run local workers; False leaves those that run alone.
        schema: whether to bring the embedded database's schema up to date.
        on_progress: called with one line for each thing being started.
        program: what runs as a worker, before its options.

    Raises:
        ConfigurationError: the data folder can't be used, or there are no embedded servers for
            this platform.
        ServiceUnreachableError: a server will not start; names its log and the last lines.
    """
    if not (settings.embedded_postgres or settings.embedded_redis):
        return endpoints(settings)
    if os.name != "posix":
        raise unsupported("PostgreSQL")
    layout = Layout(settings.data_dir)
    with disk.explained(layout):
        prepare(layout)
        idle.use(layout)
        launch = _launch_for(settings, layout, program if workers else None)
        servers = _embedded_servers(settings, layout)
        _bring_up(layout, servers, launch, on_progress or (lambda _: None))
        if settings.embedded_postgres and schema:
            bring_up_to_date(layout)
        if workers:
            _launch_workers(layout, launch)
    return endpoints(settings)


def down(settings: Settings, *, timeout: float = 20) -> list[str]:
    """Stop all parts of the embedded stack, workers first and warm.

    Args:
        settings: names the data folder.
        timeout: seconds a part gets to end by itself before it is killed.

    Returns:
        The names of what was running, in the order it was stopped.
    """
    layout = Layout(settings.data_dir)
    if not layout.locks.is_dir():
        return []
    with exclusive(layout.lock("control"), wait=_CONTROL_WAIT_S):
        clear_desired_state(layout)
        supervised = _stop_supervisor(layout)
        stopped = _stop_workers(layout, timeout)
        for part in (Valkey(layout), Postgres(layout)):
            if process.stop(layout, part.name, part.stop_signal, timeout):
                stopped.append(part.name)
    return [*stopped, SUPERVISOR] if supervised else stopped


@contextmanager
def without_workers(settings: Settings, tell: Callable[[str], None]) -> Iterator[None]:
    """Keep the embedded stack's workers away for the length of a block; servers stay.

    They finish first what they have begun, and come back afterwards. Commands that would start
    some wait meanwhile.

    Raises:
        ServiceUnreachableError: they don't end, or another command holds the stack for too long.
    """
    layout = Layout(settings.data_dir)
    if not layout.locks.is_dir():
        yield
        return
    with exclusive(layout.lock("control"), wait=_CONTROL_WAIT_S):
        were_desired = request_workers(layout, desired=False)
        try:
            _end_workers_warm(layout, tell)
            yield
        finally:
            request_workers(layout, desired=were_desired)
            _wake_supervisor(layout)


def _end_workers_warm(layout: Layout, tell: Callable[[str], None]) -> None:
    locks = [PartLock(path) for path in sorted(layout.locks.glob(f"{PREFIX}*.lock"))]
    if not any(lock.held() for lock in locks):
        return
    tell("Waiting for the workers to finish what they have begun")
    for lock in locks:
        process.tell(lock, signal.SIGTERM)
    if not process.wait_free(locks, _WARM_S):
        raise ServiceUnreachableError(
            f"The workers have not ended within {_WARM_S:.0f} s. Nothing was changed.",
            hint="End them with `lfassess down`, then try again.",
        )


def erase(settings: Settings) -> None:
    """Stop the stack and delete its servers' data, wherever it lies; reports and logs stay."""
    down(settings)
    layout = Layout(settings.data_dir)
    for folder in (layout.postgres_dir, layout.valkey_dir, layout.run):
        shutil.rmtree(folder, ignore_errors=True)
    own = SYSTEM_HOME / layout.key
    if own.exists():
        own.rmdir()


def scale(settings: Settings, workers: Mapping[str, int]) -> dict[str, int]:
    """Set how many workers of each kind to run; the data folder remembers it over restarts.

    Returns:
        The counts now asked for, of all kinds.

    Raises:
        UsageError: an unknown kind, or a count out of range.
        ConfigurationError: the data folder can't be used.
    """
    check_counts(workers)
    layout = Layout(settings.data_dir)
    prepare(layout)
    with exclusive(layout.lock("control"), wait=_CONTROL_WAIT_S):
        counts = {**read_scale(layout), **workers}
        write_whole(layout.scale, json.dumps(counts))
    _wake_supervisor(layout)
    return {**default_counts(lighthouse=settings.local_lighthouse), **counts}


def _launch_for(settings: Settings, layout: Layout, program: Sequence[str] | None) -> _Launch:
    environment = worker_environment(settings, layout)
    idle_stop_s = settings.idle_stop_h * 3_600
    if program is None:
        return _Launch(environment, NO_WORKERS, None, idle_stop_s)
    counts = default_counts(lighthouse=settings.local_lighthouse)
    plan = Plan(counts, tuple(program))
    return _Launch(environment, fingerprint(environment, plan.to_json(), layout), plan, idle_stop_s)


def _embedded_servers(settings: Settings, layout: Layout) -> list[Postgres | Valkey]:
    servers: list[Postgres | Valkey] = []
    if settings.embedded_redis:
        servers.append(Valkey(layout))
    if settings.embedded_postgres:
        servers.append(Postgres(layout))
    return servers


def _bring_up(
    layout: Layout,
    servers: Sequence[Postgres | Valkey],
    launch: _Launch,
    tell: Callable[[str], None],
) -> None:
    _require_programs(layout, servers)
    since, deadline = time.time(), time.monotonic() + _SERVERS_WAIT_S
    silent = _supervise(layout, servers, launch, tell)
    if silent:
        disk.require_room(layout)
    for server in silent:
        if _can_do_without(layout, server):
            tell(f"{server.name} runs, but does not answer: work goes through Postgres")
            continue
        tell(f"Starting {server.name}")
        if isinstance(server, Postgres):
            warm_up(layout)
    while silent := [s for s in silent if not (_can_do_without(layout, s) or s.is_ready())]:
        for server in silent:
            fault = read_fault(layout, server.name)
            if fault and fault.at >= since:
                raise fault.as_error()
        if time.monotonic() > deadline:
            raise early_end(layout, silent[0].name)
        time.sleep(_POLL_S)
        if not PartLock(layout.lock(SUPERVISOR)).held():
            _supervise(layout, servers, launch, tell)


def _require_programs(layout: Layout, servers: Sequence[Postgres | Valkey]) -> None:
    """Raise where a server that doesn't run has no program, before the other one is started."""
    for server in servers:
        if not PartLock(layout.lock(server.name)).held():
            find = find_postgres if isinstance(server, Postgres) else find_valkey
            find(layout)


def _can_do_without(layout: Layout, server: Postgres | Valkey) -> bool:
    """Tell whether this is a broker that has long been running: it is frozen, or loads a lot."""
    lock = PartLock(layout.lock(server.name))
    record = lock.record()
    return (
        isinstance(server, Valkey)
        and record is not None
        and time.time() - record.started > _VALKEY_HAS_S
        and lock.main_pid() is not None
    )


def _supervise(
    layout: Layout,
    servers: Sequence[Postgres | Valkey],
    launch: _Launch,
    tell: Callable[[str], None],
) -> list[Postgres | Valkey]:
    """Make sure the right supervisor lives; return the servers that don't answer yet."""
    with exclusive(layout.lock("control"), wait=_CONTROL_WAIT_S):
        want(layout, **{server.name: True for server in servers})
        lock = PartLock(layout.lock(SUPERVISOR))
        if lock.held() and launch.plan and not _is_right(lock, launch):
            if why := _why_replaced(lock):
                tell(f"{why}: the workers are replaced as they finish what they have begun")
            _stop_supervisor(layout)
        if not lock.held():
            _start_supervisor(layout, launch)
    silent = [server for server in servers if not server.is_ready()]
    if silent:
        _wake_supervisor(layout)
    return silent


def _is_right(lock: PartLock, launch: _Launch) -> bool:
    record = lock.record()
    return record is not None and record.fingerprint == launch.fingerprint


def _why_replaced(lock: PartLock) -> str | None:
    """Return the reason, where there may be workers to replace."""
    record = lock.record()
    if record is None or record.fingerprint == NO_WORKERS:
        return None
    return "lfassess has changed" if is_other_code(record.fingerprint) else "Settings have changed"


def _start_supervisor(layout: Layout, launch: _Launch) -> None:
    fd = PartLock(layout.lock(SUPERVISOR)).acquire()
    if fd is None:
        return
    plan = ["--plan", launch.plan.to_json()] if launch.plan else []
    try:
        with layout.log(SUPERVISOR).open("ab") as log:
            done = subprocess.run(  # it forks and returns at once
                [
                    sys.executable, "-m", "lfassess.stack.supervisor",
                    "--data-dir", layout.data_dir, "--lock-fd", str(fd),
                    "--fingerprint", launch.fingerprint,
                    "--idle-stop", str(launch.idle_stop_s), *plan,
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=launch.environment,
                cwd=layout.data_dir, start_new_session=True, pass_fds=(fd,), check=False,
            )  # fmt: skip
    finally:
        os.close(fd)
    if done.returncode != 0:
        raise early_end(layout, SUPERVISOR)


def _stop_supervisor(layout: Layout) -> bool:
    return process.stop(layout, SUPERVISOR, signal.SIGTERM, _SUPERVISOR_STOP_S)


def _stop_workers(layout: Layout, timeout: float) -> list[str]:
    locks = [PartLock(path) for path in sorted(layout.locks.glob(f"{PREFIX}*.lock"))]
    names = [lock.path.stem for lock in locks if lock.held()]
    for lock in locks:
        process.tell(lock, signal.SIGTERM)
    process.wait_free(locks, timeout)
    for lock in locks:
        process.stop(layout, lock.path.stem, signal.SIGKILL, 0)
    return names


def _launch_workers(layout: Layout, launch: _Launch) -> None:
    """Ask for workers, once the schema is there; wait only until they are launched."""
    with exclusive(layout.lock("control"), wait=_CONTROL_WAIT_S):
        want(layout, workers=True)
    counts = launch.plan.counts if launch.plan else {}
    names = [worker_name(*worker) for worker in desired_workers(layout, counts)]
    if _are_launched(layout, names):
        return
    _wake_supervisor(layout)
    deadline = time.monotonic() + _LAUNCH_WAIT_S  # one may keep dying; that's for `ps` to tell
    while not _are_launched(layout, names) and time.monotonic() < deadline:
        time.sleep(_POLL_S)


def _are_launched(layout: Layout, names: Sequence[str]) -> bool:
    return all(PartLock(layout.lock(name)).main_pid() for name in names)


def _wake_supervisor(layout: Layout) -> None:
    process.tell(PartLock(layout.lock(SUPERVISOR)), signal.SIGUSR1)
