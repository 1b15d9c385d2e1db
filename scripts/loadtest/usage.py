"""Watches process trees: processor seconds, memory and how both went over time."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self

import psutil

EVERY_S: Final = 1.0
_BROWSER: Final = ("chrom", "headless")

Roots = Mapping[str, int]  # process id by name


class Usage:
    """Samples the trees below some processes once a second; use it as a context manager.

    A process that ends between two samples loses what it took since the first of them: with one
    sample a second that is little, and short-lived helpers of servers are counted by their parents.
    """

    def __init__(self, roots: Callable[[], Roots], note: Callable[[], Mapping[str, float]]) -> None:
        self._roots, self._note = roots, note
        self._cpu: dict[tuple[int, float], tuple[str, float, float]] = {}
        self.peak_mb: dict[str, float] = defaultdict(float)
        self.samples: list[dict[str, Any]] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="usage", daemon=True)
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self.sample()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self.sample()

    def cpu_s(self) -> dict[str, float]:
        """Return the processor seconds since the start, by kind of process."""
        sums: dict[str, float] = defaultdict(float)
        for kind, first, last in self._cpu.values():
            sums[kind] += last - first
        return dict(sums)

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_S):
            self.sample()

    def sample(self) -> None:
        first_look = not self.samples
        memory: dict[str, float] = defaultdict(float)
        seen: set[int] = set()
        for name, pid in sorted(self._roots().items(), key=lambda root: root[0] == "supervisor"):
            for process in _tree(pid):
                if process.pid in seen:
                    continue  # the supervisor's tree holds the workers'
                seen.add(process.pid)
                try:
                    kind, seconds = _kind(name, process), sum(process.cpu_times()[:2])
                    key = (process.pid, process.create_time())
                    memory[name] += _pss_mb(process)
                except (psutil.Error, OSError):
                    continue
                # What a process took before we first looked counts only if it began afterwards.
                start = self._cpu[key][1] if key in self._cpu else seconds if first_look else 0.0
                self._cpu[key] = (kind, start, seconds)
        for name, mb in memory.items():
            self.peak_mb[name] = max(self.peak_mb[name], mb)
        self.samples.append(
            {
                "s": round(time.monotonic() - self._began, 1),
                "mb": round(sum(memory.values())),
                "parts": {name: round(mb) for name, mb in memory.items()},
                **self._note(),
            }
        )


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _kind(name: str, process: psutil.Process) -> str:
    """Return "browser worker" for "worker-browser1", "chromium" for what runs below it."""
    if any(mark in process.name() for mark in _BROWSER):
        return "chromium"
    kind = name.removeprefix("worker-").rstrip("0123456789")
    return f"{kind} worker" if name.startswith("worker-") else kind


def _pss_mb(process: psutil.Process) -> float:
    """Return the memory with shared pages divided among those that share them."""
    with Path(f"/proc/{process.pid}/smaps_rollup").open() as lines:
        return next(int(li.split()[1]) / 1024 for li in lines if li.startswith("Pss:"))
