"""Shows that a worker lives: touches a file while its main process gets things done.

Loaded by `celery worker --include lfassess.stack.liveness`. A probe that looks at the file's age
costs nothing, needs neither Redis nor Postgres, and so blames a worker for its own standstill only.
"""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import Any, Final

from celery.signals import worker_init, worker_shutdown

logger = logging.getLogger(__name__)

EVERY_S: Final = 5.0
DEFAULT: Final = Path("/tmp/lfassess-pulse")  # noqa: S108 - a container's own, the only place to write


def pulse_file() -> Path:
    """Return the file that is touched: LFASSESS_PULSE_FILE, or the containers' own."""
    return Path(os.environ.get("LFASSESS_PULSE_FILE") or DEFAULT)


class Pulse(threading.Thread):
    """Touches the file every few seconds until stopped; then removes it."""

    def __init__(self, file: Path, *, every_s: float = EVERY_S) -> None:
        super().__init__(name="pulse", daemon=True)
        self._file = file
        self._every_s = every_s
        self._stop_event = threading.Event()

    def run(self) -> None:
        while True:
            try:
                self._file.touch()
            except OSError as e:
                logger.warning("No pulse can be shown at %s: %s", self._file, e.strerror)
            if self._stop_event.wait(self._every_s):
                self._file.unlink(missing_ok=True)
                return

    def stop(self) -> None:
        self._stop_event.set()


_pulses: list[Pulse] = []


@worker_init.connect
def _start(**_kwargs: Any) -> None:
    _pulses.append(Pulse(pulse_file()))
    _pulses[-1].start()


@worker_shutdown.connect
def _stop(**_kwargs: Any) -> None:
    while _pulses:
        _pulses.pop().stop()
