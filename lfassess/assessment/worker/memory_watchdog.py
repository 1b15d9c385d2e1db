"""Ends a worker that has grown too big, once its work is done; whoever keeps it restarts it."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Final

import psutil

logger = logging.getLogger(__name__)

_EVERY_S: Final = 5.0
_MB: Final = 2**20


def own_memory_mb() -> float:
    """Return the resident memory of this process in MB; the browser is watched by its pool."""
    return float(psutil.Process().memory_info().rss) / _MB


def request_warm_shutdown() -> None:
    """Ask this worker to stop: what runs is finished, what waits is left to others."""
    os.kill(os.getpid(), signal.SIGTERM)


class MemoryWatchdog(threading.Thread):
    """Celery's threads pool ignores worker_max_memory_per_child, so this looks after it."""

    def __init__(
        self,
        limit_mb: float,
        *,
        memory_mb: Callable[[], float] = own_memory_mb,
        end: Callable[[], None] = request_warm_shutdown,
        every_s: float = _EVERY_S,
    ) -> None:
        super().__init__(name="memory-watchdog", daemon=True)
        self._limit_mb = limit_mb
        self._memory_mb = memory_mb
        self._end = end
        self._every_s = every_s
        self._stop_event = threading.Event()

    def run(self) -> None:
        while not self._stop_event.wait(self._every_s):
            used = self._memory_mb()
            if used > self._limit_mb:
                logger.warning(
                    "This worker has grown to %.0f MB (limit %.0f): it finishes its work and ends.",
                    used,
                    self._limit_mb,
                )
                self._end()
                return

    def stop(self) -> None:
        self._stop_event.set()
