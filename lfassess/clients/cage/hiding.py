"""Covers other people's files with emptiness. Standard library alone: runs in the cage.

Everything but /proc becomes read-only, the places to hide become empty folders in memory, and
what the caged program needs is put back where it was.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from lfassess.clients.cage import kernel

_EMPTY = "mode=0755,size=4m"


def hide(places: Sequence[str], needed: Sequence[str], home: str) -> None:
    """Leave of ``places`` only what is needed, and of the file system only ``home`` to write to.

    In a mount namespace of one's own, which others get to see nothing of.

    Args:
        places: folders, without symbolic links on the way, none inside another.
        needed: folders that stay where they are, likewise; several may lie inside a hidden one.
        home: the one that can be written to.

    Raises:
        OSError: the kernel refused; a part may be covered already.
    """
    kernel.mount("none", "/", "", kernel.PRIVATE | kernel.RECURSIVE)  # nothing of it leaks out
    opened = {path: os.open(path, os.O_PATH | os.O_DIRECTORY) for path in (*needed, home)}
    with suppress(OSError):  # before Linux 5.12 the account's rights must do
        kernel.set_writable("/", writable=False, below=True)
        kernel.set_writable("/proc", writable=True)  # Chromium's sandbox writes there
    for place in places:
        kernel.mount("tmpfs", place, "tmpfs", 0, _EMPTY)
    for path, fd in opened.items():
        if path == home or any(_is_inside(path, place) for place in places):
            os.makedirs(path, mode=0o755, exist_ok=True)  # noqa: PTH103 - pathlib is slow to import
            kernel.mount(f"/proc/self/fd/{fd}", path, "", kernel.BIND | kernel.RECURSIVE)
        os.close(fd)
    with suppress(OSError):
        kernel.set_writable(home, writable=True)
        for place in places:
            kernel.set_writable(place, writable=False)


def _is_inside(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")
