"""The small process that keeps the stack's parts alive.

It starts what is desired, adopts what lives already, and on SIGTERM goes away alone: its parts
stay for its successor. SIGUSR1 makes it look at once and forget its waiting times. After a set time
without use it ends everything, workers first.
"""

from __future__ import annotations

import argparse
import logging
import os
import select
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

from lfassess.log import configure_logging
from lfassess.paths import Layout
from lfassess.stack import idle
from lfassess.stack.desired_state import (
    NO_WORKERS,
    clear_desired_state,
    read_desired_state,
    request_workers,
)
from lfassess.stack.locks import PartLock, write_record
from lfassess.stack.log_rotation import trim
from lfassess.stack.postgres import Postgres
from lfassess.stack.process import Part
from lfassess.stack.process_monitor import ProcessMonitor
from lfassess.stack.valkey import Valkey
from lfassess.stack.workers import PREFIX, Plan, Worker, desired_workers, parse_name

_log = logging.getLogger(__name__)

_IDLE_S = 1.0
_STARTING_S = 0.03
_TRIM_EVERY_S = 60.0
_LOOK_S = 60.0  # how often it is asked whether anybody needs the stack


class Supervisor:
    """Follows the desired state, in one thread."""

    def __init__(
        self, layout: Layout, plan: Plan | None, fingerprint: str, idle_stop_s: float = 0
    ) -> None:
        self.layout = layout
        self.idle_stop_s = idle_stop_s  # 0: never
        self._used = time.time()
        self._looked = 0.0
        self.plan = plan
        self.fingerprint = fingerprint
        self.monitors: dict[str, ProcessMonitor] = {}
        self.ending = False
        self._trimmed = 0.0
        self._wakeup_reader, self._wakeup_writer = socket.socketpair()
        self._wakeup_reader.setblocking(False)  # noqa: FBT003 - the standard library's signature
        self._wakeup_writer.setblocking(False)  # noqa: FBT003 - see above

    def listen(self) -> None:
        """Take signals; before the fork, so that an early one can't kill us."""
        signal.set_wakeup_fd(self._wakeup_writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "ending", True))
        signal.signal(signal.SIGUSR1, lambda *_: self._reset_backoffs())
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a child's death rings the bell
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def run(self) -> None:
        while not self.ending:
            if not self.layout.locks.is_dir():
                self._end_everything("the data folder is gone")
                return
            now = time.monotonic()
            try:
                self.tick(now)
                self._trim_logs(now)
                self._stop_when_idle(now)
            except FileNotFoundError:
                if self.layout.locks.is_dir():
                    raise
                continue  # it went while we looked
            self._sleep(now)
        _log.info("ends; the parts stay")

    def close(self) -> None:
        """Let go of the sockets that signals wake us by."""
        self._wakeup_reader.close()
        self._wakeup_writer.close()

    def tick(self, now: float) -> None:
        desired = self._desired_parts()
        for name, part in desired.items():
            self.monitors.setdefault(name, ProcessMonitor(part, self.layout))
        for name, monitor in list(self.monitors.items()):
            if name in desired:
                monitor.tick(now, may_start=self._ready(monitor.part))
            elif PartLock(self.layout.lock(name)).held():
                monitor.tick(now, may_start=False)
                monitor.request_stop(now)
            elif self.layout.locks.is_dir():
                monitor.tick(now, may_start=False)
                del self.monitors[name]
            else:
                # The folder went while we looked, so that nothing seems desired or locked; whoever
                # is known here is ended in the next round.
                return

    def _desired_parts(self) -> dict[str, Part]:
        desired = read_desired_state(self.layout)
        parts: list[Part] = []
        if desired.valkey:
            parts.append(Valkey(self.layout))
        if desired.postgres:
            parts.append(Postgres(self.layout))
        if self.plan:
            if desired.workers:
                parts += self._workers(self.plan)
            self._know_other_workers(self.plan)
        return {part.name: part for part in parts}

    def _workers(self, plan: Plan) -> list[Part]:
        desired = desired_workers(self.layout, plan.counts)
        return [self._worker(plan, kind, number) for kind, number in desired]

    def _worker(self, plan: Plan, kind: str, number: int) -> Worker:
        return Worker(
            self.layout,
            kind,
            number,
            plan=plan,
            fingerprint=self.fingerprint,
            environment=os.environ,
        )

    def _know_other_workers(self, plan: Plan) -> None:
        """Take over a predecessor's workers, also those beyond today's counts."""
        for lock in self.layout.locks.glob(f"{PREFIX}*.lock"):
            known = parse_name(lock.stem)
            if known and lock.stem not in self.monitors and PartLock(lock).held():
                self.monitors[lock.stem] = ProcessMonitor(self._worker(plan, *known), self.layout)

    def _ready(self, part: Part) -> bool:
        others = [self.monitors[name] for name in part.needs if name in self.monitors]
        return all(monitor.ready for monitor in others)  # what isn't ours is taken to be there

    def _reset_backoffs(self) -> None:
        for monitor in self.monitors.values():
            monitor.reset_backoff()

    def _sleep(self, now: float) -> None:
        seconds = _IDLE_S
        for monitor in self.monitors.values():
            if monitor.starting:
                seconds = min(seconds, _STARTING_S)
            elif monitor.life is None and monitor.next_start > now:
                seconds = min(seconds, monitor.next_start - now)
        select.select([self._wakeup_reader], [], [], seconds)
        with suppress(BlockingIOError):
            while self._wakeup_reader.recv(64):
                pass

    def _trim_logs(self, now: float) -> None:
        if now - self._trimmed >= _TRIM_EVERY_S:
            self._trimmed = now
            for path in self.layout.logs.glob("*.log"):
                trim(path)

    def _stop_when_idle(self, now: float) -> None:
        """End the workers, then the servers, then this process, when nobody has needed them."""
        every_s = min(_LOOK_S, self.idle_stop_s / 4)
        if not self.idle_stop_s or now - self._looked < every_s:
            return
        self._looked = now
        control = PartLock(self.layout.lock("control")).acquire(patience=0)
        if control is None:  # a command is starting or stopping something
            return
        try:  # who begins to use the stack now waits for the lock, and starts it again
            if idle.in_use(self.layout):
                self._used = time.time()
            used = max(self._used, idle.last_used(self.layout))
            if time.time() - used < self.idle_stop_s:
                return
            if any(parse_name(name) for name in self.monitors):
                _log.info("stops the workers: nobody has needed them for a while")
                request_workers(self.layout, desired=False)
                self._looked = 0.0  # the servers' turn comes as soon as they have ended
            elif self.monitors:
                clear_desired_state(self.layout)
                self._looked = 0.0
            else:
                self.ending = True
        finally:
            os.close(control)

    def _end_everything(self, why: str) -> None:
        _log.warning("ends with all parts: %s", why)
        for monitor in self.monitors.values():
            if monitor.life and monitor.life.pid:
                with suppress(ProcessLookupError):
                    os.kill(monitor.life.pid, monitor.part.stop_signal)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lfassess.stack.supervisor")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--lock-fd", type=int, required=True, help="the locked descriptor to keep")
    parser.add_argument("--fingerprint", default=NO_WORKERS)
    parser.add_argument("--idle-stop", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--plan", type=Plan.from_json, help="workers to run, as JSON")
    args = parser.parse_args()
    configure_logging()
    supervisor = Supervisor(Layout(args.data_dir), args.plan, args.fingerprint, args.idle_stop)
    supervisor.listen()
    child = os.fork()  # detached: nobody's zombie, nobody's terminal
    if child:
        write_record(args.lock_fd, child, args.fingerprint)
        os._exit(0)
    os.setsid()
    supervisor.run()


if __name__ == "__main__":
    main()
