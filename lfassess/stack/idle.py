"""When the embedded stack has been of no use for so long that it may stop.

Whoever needs it says so: each command holds a shared lock for as long as it lives, and workers
touch a file while there is anything to do or to wait for.
"""

from __future__ import annotations

import os
import time
from typing import Final

from lfassess.paths import Layout
from lfassess.stack.locks import PartLock

_held: Final[dict[str, int]] = {}  # the descriptor of each stack that this process uses
_PATIENCE_S: Final = 1.0  # the supervisor's look takes microseconds


def use(layout: Layout) -> None:
    """Keep the stack from being idle for as long as this process lives, or what it becomes."""
    import fcntl  # noqa: PLC0415 - absent on Windows, where this module must still import

    key = str(layout.users)
    if key in _held and _is_still(_held[key], key):
        return
    fd = os.open(key, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(fd, True)  # noqa: FBT003 - the standard library's signature
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            break
    _held[key] = fd


def _is_still(fd: int, path: str) -> bool:
    """Whether the file is the one that was opened; a data folder may have been erased since."""
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))  # noqa: PTH116 - plain for speed
    except OSError:
        return False


def in_use(layout: Layout) -> bool:
    """Whether a command that uses the stack lives."""
    fd = PartLock(layout.users).acquire(patience=0)
    if fd is None:
        return True
    os.close(fd)
    return False


def last_used(layout: Layout) -> float:
    """Return when there was last something to do, as time.time(); 0 if never."""
    try:
        return layout.open_work.stat().st_mtime
    except OSError:
        return 0.0
