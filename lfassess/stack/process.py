"""Starts, watches and ends single parts: a server or a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psutil

from lfassess.accounts import Account
from lfassess.clients.cage.environment import ORPHAN_MARKER
from lfassess.paths import Layout
from lfassess.stack.locks import PartLock, has_open, write_record

_SERVERS = {"postgres", "valkey-server", "redis-server"}
_POLL_S = 0.02
_AFTER_KILL_S = 5.0
_HEADLESS_S = 2.0


class Part(Protocol):
    """One server or worker the supervisor keeps alive."""

    name: str
    fingerprint: str  # changes when the part must be restarted
    account: Account | None
    stop_signal: signal.Signals
    needs: tuple[str, ...]  # parts that must answer first

    def prepare(self) -> None:
        """Make data folders, drop what a dead predecessor left; the part's lock is held."""

    def command(self) -> list[str]: ...

    def environment(self) -> Mapping[str, str]: ...

    def folder(self) -> Path: ...

    def is_ready(self) -> bool: ...


def start(part: Part, layout: Layout) -> subprocess.Popen[bytes] | None:
    """Start the part with its lock; None when it lives already.

    Only for single-threaded processes: the record is written between fork and exec, so that
    not even a kill in between leaves a part that nobody can name.

    Raises:
        LfassessError: the part can't be prepared.
        OSError: its program can't be run.
    """
    fd = PartLock(layout.lock(part.name)).acquire()
    if fd is None:
        return None
    try:
        part.prepare()
        with layout.log(part.name).open("ab") as log:
            return subprocess.Popen(
                part.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(part.environment()),
                cwd=part.folder(),
                start_new_session=True,
                pass_fds=(fd,),
                preexec_fn=lambda: write_record(fd, os.getpid(), part.fingerprint),  # noqa: PLW1509 - one thread
                **(part.account.popen_arguments() if part.account else {}),
            )
    finally:
        os.close(fd)


def stop(layout: Layout, name: str, how: signal.Signals, timeout: float) -> bool:
    """End the part, softly first, then for good; return whether there was anything to end."""
    lock = PartLock(layout.lock(name))
    if not lock.held():
        sweep(layout, name)
        return False
    if lock.main_pid() is None:  # dead already; only its children hold on
        timeout = min(timeout, _HEADLESS_S)
    tell(lock, how)
    if not wait_free([lock], timeout):
        tell(lock, signal.SIGKILL)
        if not wait_free([lock], 1.0):
            kill_stragglers(lock)
            wait_free([lock], _AFTER_KILL_S)
    sweep(layout, name)
    return True


def tell(lock: PartLock, how: signal.Signals) -> None:
    """Send the part's main process a signal."""
    pid = lock.main_pid()
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, how)


def wait_free(locks: Sequence[PartLock], timeout: float) -> bool:
    """Wait until all locks are free; False when time ran out."""
    deadline = time.monotonic() + timeout
    while any(lock.held() for lock in locks):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_S)
    return True


def kill_stragglers(lock: PartLock) -> None:
    """Kill a dead server's children that still hold its lock, hence its data."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name() in _SERVERS and has_open(process.pid, lock.path):
                process.kill()


def sweep(layout: Layout, name: str) -> None:
    """Kill what a dead worker left behind: browsers and their drivers."""
    mark = part_mark(layout, name)
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(ORPHAN_MARKER) == mark:
                process.kill()


def part_mark(layout: Layout, name: str) -> str:
    return f"{layout.key}:{name}"


def last_lines(path: Path, count: int = 8) -> str:
    """Return the end of a log file, for error messages."""
    try:
        with path.open("rb") as f:
            f.seek(max(0, path.stat().st_size - 8192))
            return "\n".join(f.read().decode(errors="replace").splitlines()[-count:])
    except FileNotFoundError:
        return ""
