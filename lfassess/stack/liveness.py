"""Shows that a worker lives: touches a file while its main process gets things done.

Loaded by `celery worker --include lfassess.stack.liveness`. A probe that looks at the file's age
costs nothing, needs neither Redis nor Postgres, and so blames a worker for its own standstill only.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from celery.signals import worker_init, worker_shutdown

from lfassess.periodic import PeriodicThread

EVERY_S: Final = 5.0
DEFAULT: Final = Path("/tmp/lfassess-pulse")  # noqa: S108 - a container's own, the only place to write


def pulse_file() -> Path:
    """Return the file that is touched: LFASSESS_PULSE_FILE, or the containers' own."""
    return Path(os.environ.get("LFASSESS_PULSE_FILE") or DEFAULT)


class Pulse(PeriodicThread):
    """Touches the file every few seconds until stopped; then removes it."""

    def __init__(self, file: Path, *, every_s: float = EVERY_S) -> None:
        super().__init__(
            "pulse",
            self._beat,
            first_s=0,
            every_s=every_s,
            what="No pulse can be shown",
            expected=OSError,
        )
        self._file = file

    def _beat(self) -> None:
        self._file.touch()

    def run(self) -> None:
        super().run()
        with suppress(OSError):
            self._file.unlink()


_pulses: list[Pulse] = []


@worker_init.connect
def _start(**_kwargs: Any) -> None:
    _pulses.append(Pulse(pulse_file()))
    _pulses[-1].start()


@worker_shutdown.connect
def _stop(**_kwargs: Any) -> None:
    while _pulses:
        _pulses.pop().stop()
