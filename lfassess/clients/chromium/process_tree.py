"""Incremental snapshots of a process and its descendants, from /proc."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


class Family:
    """A process's descendants; from the second time on only new processes are looked at.

    psutil reads about every process of the machine each time, which takes a hundred times as long.
    A number that another process gets within one look and the next is taken for its former owner:
    good enough to weigh by, not to kill by.
    """

    def __init__(self, root: int, *, parent_of: Callable[[int], int | None] | None = None) -> None:
        self._root = root
        self._parent_of = parent_of or parent
        self._known: set[int] = set()
        self._members: set[int] = set()

    def members(self) -> list[int]:
        """Return the ids of the descendants that are there now; [] where there is no /proc."""
        try:
            there = {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208 - half the time
        except OSError:
            return []
        self._members &= there
        new = {pid: self._parent_of(pid) for pid in there - self._known}
        self._known = there
        while found := {p for p, parent in new.items() if self._has(parent)} - self._members:
            self._members |= found
        return sorted(self._members)

    def _has(self, pid: int | None) -> bool:
        return pid == self._root or pid in self._members


def parent(pid: int) -> int | None:
    """Return the id of the process that started it, None if it has ended."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
        return int(after_name.split()[1])
    except (OSError, ValueError, IndexError):
        return None
