"""Keeps one part alive: notices its death, starts it again, slower each time it dies young."""

from __future__ import annotations

import logging
import signal
import subprocess
from dataclasses import dataclass

from lfassess.errors import LfassessError
from lfassess.paths import Layout
from lfassess.stack import process
from lfassess.stack.locks import PartLock
from lfassess.stack.start_failures import forget_fault, report_early_end, report_error

_log = logging.getLogger(__name__)

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_YOUNG_S = 10.0
_WARM_STOP_S = 120.0  # longer than any check's deadline
_STRAGGLERS_S = 3.0
_MANY_DEATHS = 3


@dataclass
class ProcessState:
    """What is known of the part since it was started or found; times are monotonic."""

    born: float
    pid: int | None = None
    answered: bool = False
    told_to_end: float | None = None
    headless_since: float | None = None


class ProcessMonitor:
    """Cares for one part; `tick` is called often and never waits."""

    def __init__(self, part: process.Part, layout: Layout) -> None:
        self.part = part
        self.life: ProcessState | None = None
        self.next_start = 0.0
        self._layout = layout
        self._lock = PartLock(layout.lock(part.name))
        self._deaths = 0
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def ready(self) -> bool:
        return self.life is not None and self.life.answered

    @property
    def starting(self) -> bool:
        return self.life is not None and not self.life.answered

    def reset_backoff(self) -> None:
        """Forget earlier deaths: somebody waits for this part now."""
        self._deaths, self.next_start = 0, 0.0

    def tick(self, now: float, *, may_start: bool) -> None:
        if self._child and self._child.poll() is not None:
            self._child = None
        if self._lock.held():
            self._watch(now)
            return
        if not self._layout.locks.is_dir():
            return  # the folder is gone, and not the part: the supervisor ends it
        if self.life:
            self._on_exit(self.life, now)
        if may_start and now >= self.next_start:
            self._start(now)

    def request_stop(self, now: float) -> None:
        """Ask for a warm stop once, kill when it takes too long."""
        if self.life is None or not self._lock.held():
            return
        if self.life.told_to_end is None:
            _log.info("%s: stopping it warm", self.part.name)
            self.life.told_to_end = now
            process.tell(self._lock, self.part.stop_signal)
        elif now - self.life.told_to_end > _WARM_STOP_S:
            process.tell(self._lock, signal.SIGKILL)

    def _watch(self, now: float) -> None:
        life = self.life = self.life or ProcessState(now)
        if not life.answered and self.part.is_ready():
            life.answered = True
            forget_fault(self._layout, self.part.name)
            _log.info("%s: answers", self.part.name)
        life.pid = self._lock.main_pid() or life.pid
        self._kill_orphans(life, now)
        record = self._lock.record()
        if record and record.fingerprint != self.part.fingerprint:
            self.request_stop(now)

    def _kill_orphans(self, life: ProcessState, now: float) -> None:
        """A server's children can outlive it and keep its lock; they get a moment to end."""
        if self._lock.main_pid() is not None:
            life.headless_since = None
        elif life.headless_since is None:
            life.headless_since = now
        elif now - life.headless_since > _STRAGGLERS_S:
            process.kill_stragglers(self._lock)

    def _on_exit(self, life: ProcessState, now: float) -> None:
        self.life = None
        process.sweep(self._layout, self.part.name)
        if life.told_to_end is not None:
            self.reset_backoff()
            return
        self._deaths = self._deaths + 1 if now - life.born < _YOUNG_S else 1
        self._wait(now)
        _log.warning("%s: died, next start in %.1f s", self.part.name, self.next_start - now)
        if not life.answered or self._deaths >= _MANY_DEATHS:
            report_early_end(self._layout, self.part.name)

    def _start(self, now: float) -> None:
        try:
            self._child = process.start(self.part, self._layout)
        except (LfassessError, OSError, subprocess.SubprocessError) as e:
            _log.exception("%s: can't be started", self.part.name)
            report_error(self._layout, self.part.name, e)
            self._deaths += 1
            self._wait(now)
            return
        _log.info("%s: started", self.part.name)
        self.life = ProcessState(now, pid=self._child.pid if self._child else None)

    def _wait(self, now: float) -> None:
        self.next_start = now + min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (self._deaths - 1))
