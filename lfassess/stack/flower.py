"""Flower as an operator needs it: ends on SIGTERM, finds Redis again, shows workers that live."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from celery.events import EventReceiver
from flower import command
from flower.app import Flower as _StockFlower
from flower.events import Events as _StockEvents
from flower.options import options
from flower.urls import settings as handler_settings
from kombu.exceptions import OperationalError
from tornado.ioloop import IOLoop, PeriodicCallback

from lfassess import reconnect
from lfassess.assessment.runtime import Runtime
from lfassess.errors import ConfigurationError, ServiceUnreachableError
from lfassess.log import OutageLog, configure_logging

logger = logging.getLogger(__name__)

_USER: Final = "lfassess"
_HOSTS: Final = ("127.0.0.1", "localhost")
_DEAD_FOR_S: Final = 60  # a worker that is silent for so long is shown no more
_LOOK_MS: Final = 5_000

# What we build on has no types.
_Flower: Any = _StockFlower
_Events: Any = _StockEvents


def own_credentials(netrc: Path) -> str:
    """Return "user:password" of this installation's Flower; curl reads them from the file, too.

    Raises:
        ConfigurationError: the file was changed and can't be read.
    """
    if not netrc.exists():
        password = secrets.token_urlsafe(24)
        lines = [f"machine {host} login {_USER} password {password}\n" for host in _HOSTS]
        with open(netrc, "w", opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
            f.writelines(lines)
    words = netrc.read_text().split()
    try:
        return f"{words[words.index('login') + 1]}:{words[words.index('password') + 1]}"
    except (ValueError, IndexError) as e:
        raise ConfigurationError(
            f"{netrc} does not name a login and a password.",
            hint="Delete it: the next `lfassess flower` makes another.",
        ) from e


def serve(runtime: Runtime, address: str, port: int) -> None:
    """Run Flower until SIGTERM or Ctrl-C; its other options come from FLOWER_* variables.

    Raises:
        ServiceUnreachableError: the port can't be used.
    """
    command.apply_env_options()
    options.address, options.port = address, port
    if options.purge_offline_workers is None:
        options.purge_offline_workers = _DEAD_FOR_S
    command.extract_settings()
    command.setup_logging()
    configure_logging(runtime.settings.log_level, runtime.settings.log_format)
    app = runtime.broker
    loop = IOLoop.current()
    events = Events(
        app,
        loop,
        db=options.db,
        persistent=options.persistent,
        state_save_interval=options.state_save_interval,
        enable_events=options.enable_events,
        max_workers_in_memory=options.max_workers,
        max_tasks_in_memory=options.max_tasks,
    )
    flower = Flower(options=options, capp=app, events=events, io_loop=loop, **handler_settings)
    try:
        flower.start_http_server()
    except OSError as e:
        raise ServiceUnreachableError(
            f"Port {port} on {address} can't be used: {e.strerror}.", hint="Choose another: --port."
        ) from e
    flower.start()
    logging.shutdown()
    sys.stdout.flush()
    # Threads that wait for Redis, for seconds each, would hold the process; they have nothing to
    # lose: state that is to last was saved by stop().
    os._exit(0)


class Events(_Events):  # type: ignore[misc]
    """Receives the workers' events; asks for a lost Redis a few seconds apart at most.

    A worker says a task's name once, when it receives it, and only to whoever has asked for events
    by then. So a new worker is asked at once, and what it received before is counted, not listed.
    """

    def on_event(self, event: dict[str, Any]) -> None:
        """Note an event, in the thread that everything is read in."""
        self.io_loop.add_callback(self.note, event)

    def note(self, event: dict[str, Any]) -> None:
        """Note an event."""
        kind, worker = event["type"], event["hostname"]
        if kind == "worker-online":
            self.io_loop.run_in_executor(None, self._ask, worker)
        if kind.startswith("task-") and not (event.get("name") or self._name_of(event["uuid"])):
            self.state.counter[worker][kind] += 1
            return
        self.state.event(event)

    def _name_of(self, task_id: str) -> str | None:
        task = self.state.tasks.get(task_id)
        return None if task is None else task.name

    def _ask(self, worker: str) -> None:
        with suppress(OperationalError):  # all are asked again every few seconds
            self.capp.control.enable_events(destination=[worker])

    def run(self) -> None:
        """Receive for ever."""
        outage = OutageLog(logger, "Flower hears nothing of the workers")
        reconnect.persistently(
            lambda: self._receive(outage),
            Exception,
            within_s=None,
            on_pause=lambda error, _pause_s: outage.failed(error),
        )

    def _receive(self, outage: OutageLog) -> None:
        with self.capp.connection_for_read() as connection:
            receiver = _Receiver(connection, {"*": self.on_event}, app=self.capp)
            receiver.connect_max_retries = 1  # kombu's own loop gives way to ours
            receiver.outage = outage
            receiver.capture(limit=None, timeout=None, wakeup=True)


class _Receiver(EventReceiver):
    outage: OutageLog

    def on_consume_ready(self, *args: Any, **kwargs: Any) -> None:
        """Note that events come."""
        super().on_consume_ready(*args, **kwargs)
        self.outage.succeeded()


class Flower(_Flower):  # type: ignore[misc]
    """Flower's application; `/api/workers` has those that live, also those that came later."""

    def start(self) -> None:
        """Serve until a signal comes."""
        loop = self.io_loop.asyncio_loop
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end, number)
        looks = PeriodicCallback(self.look, _LOOK_MS)
        looks.start()
        super().start()

    def _end(self, number: int) -> None:
        logger.info("Signal %s: Flower ends", number)
        self.stop()

    def look(self) -> None:
        """Forget workers that are dead, and inspect those that are new or have not said all."""
        state, known, now = self.events.state, self.inspector.workers, time.time()
        for name, worker in list(state.workers.items()):
            if not worker.alive and now - _last_seen(worker) >= _dead_for_s():
                state.workers.pop(name, None)
                state.counter.pop(name, None)
        for name, said in list(known.items()):
            if name not in state.workers and now - said["timestamp"] >= _dead_for_s():
                known.pop(name)
        parts = set(self.inspector.methods_to_inspect(None))
        for name, worker in state.workers.items():
            if worker.alive and not parts <= known.get(name, {}).keys():
                self.inspector.inspect(name)


def _last_seen(worker: Any) -> float:
    return float(max(worker.heartbeats, default=worker.timestamp or 0))


def _dead_for_s() -> int:
    return int(options.purge_offline_workers)
