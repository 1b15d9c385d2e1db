"""A part is alive exactly as long as its lock file is locked, by a descriptor it inherited."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from lfassess.errors import ServiceUnreachableError

# Somebody's look at the lock takes microseconds; a living part never lets go.
_ACQUIRE_TIMEOUT_S = 0.5
_PAUSE_S = 0.005


@dataclass(frozen=True)
class Record:
    """What a part's lock file says: who holds it, since when, under which settings."""

    pid: int
    started: float
    fingerprint: str


class PartLock:
    """The lock of one part.

    Process ids in files prove nothing after a crash; the kernel drops a lock with its holder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def acquire(self, patience: float = _ACQUIRE_TIMEOUT_S) -> int | None:
        """Return a locked descriptor to hand to the part, or None while the part lives."""
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not _try_lock(fd, exclusive=True):
            if time.monotonic() >= deadline:
                os.close(fd)
                return None
            time.sleep(_PAUSE_S)
        os.ftruncate(fd, 0)  # an old record never speaks for a new holder
        return fd

    def held(self) -> bool:
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            return not _try_lock(fd, exclusive=False)
        finally:
            os.close(fd)

    def record(self) -> Record | None:
        """Return what the holder wrote; None when there is nothing whole to read."""
        try:
            pid, started, fingerprint = self.path.read_text().split(" ")
            return Record(int(pid), float(started), fingerprint)
        except (FileNotFoundError, ValueError):
            return None

    def main_pid(self) -> int | None:
        """Return the part's process id, only when that process really has the lock file open."""
        record = self.record() if self.held() else None
        return record.pid if record and has_open(record.pid, self.path) else None


def write_record(fd: int, pid: int, fingerprint: str) -> None:
    """Write who holds the lock; also called between fork and exec, hence so plain."""
    os.ftruncate(fd, 0)
    os.pwrite(fd, f"{pid} {time.time():.3f} {fingerprint}".encode(), 0)


def has_open(pid: int, path: Path) -> bool:
    """Tell whether the process has the file open."""
    with suppress(psutil.Error):
        return any(f.path == str(path.resolve()) for f in psutil.Process(pid).open_files())
    return False


@contextmanager
def exclusive(path: Path, *, wait: float) -> Iterator[None]:
    """Hold the lock file for the length of a block.

    Raises:
        ServiceUnreachableError: another command holds it for longer than wait seconds.
    """
    fd = PartLock(path).acquire(wait)
    if fd is None:
        raise ServiceUnreachableError(
            "Another lfassess command has been starting or stopping the stack for too long",
            hint="See `lfassess ps`; then try again.",
        )
    try:
        yield
    finally:
        os.close(fd)


def _try_lock(fd: int, *, exclusive: bool) -> bool:
    import fcntl  # noqa: PLC0415 - absent on Windows, where this module must still import

    try:
        fcntl.flock(fd, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
