"""A stack under test, and eyes on its processes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from lfassess import stack
from lfassess.paths import Layout
from lfassess.settings import Settings
from lfassess.stack.locks import PartLock

SLEEPER = (sys.executable, "-ISc", "import time; time.sleep(600)")  # stands in for Celery


class Stack:
    """One embedded stack under test."""

    def __init__(self, data_dir: Path) -> None:
        self.settings = Settings(data_dir=data_dir)
        self.layout = Layout(data_dir)

    def up(self, **changes: object) -> stack.Endpoints:
        settings = self.settings.model_copy(update=changes)
        settings.model_fields_set.update(changes)
        return stack.ensure_up(settings, program=SLEEPER)

    def servers_up(self) -> stack.Endpoints:
        return stack.ensure_up(self.settings, workers=False)

    def pid(self, part: str) -> int:
        pid = PartLock(self.layout.lock(part)).main_pid()
        assert pid is not None, f"{part} does not run"
        return pid

    def pids(self) -> dict[str, int]:
        return {p.name: p.pid for p in stack.ps(self.settings) if p.pid is not None}

    def processes(self, name: str) -> list[psutil.Process]:
        """Living processes of this stack that began with such a command line."""
        marks = (str(self.layout.data_dir), str(self.layout.server_home), str(self.layout.run))
        found = []
        for process in psutil.process_iter():
            try:
                line = " ".join(process.cmdline())
            except psutil.Error:
                continue
            if name in line and any(mark in line for mark in marks):
                found.append(process)
        return found

    def remove(self) -> None:
        stack.erase(self.settings)


def wait_until(condition: Callable[[], bool], what: str, timeout: float = 120) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
