"""What runs beside the tasks in a worker's main process: repair, and work without Redis."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Any

from celery.signals import celeryd_after_setup, worker_ready, worker_shutting_down

from lfassess import reconnect
from lfassess.assessment.completion import webhooks
from lfassess.assessment.completion.reports import ReportThread
from lfassess.assessment.completion.retention import ExpiryThread
from lfassess.assessment.execution import enqueue, spool
from lfassess.assessment.execution.lease import HEARTBEAT_S
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.recovery.reconciler import reconcile_if_due
from lfassess.assessment.worker.direct_worker import DirectWorker, WorkerPool
from lfassess.assessment.worker.memory_watchdog import MemoryWatchdog
from lfassess.errors import ServiceUnreachableError
from lfassess.log import OutageLog
from lfassess.settings import get_settings

logger = logging.getLogger(__name__)

_EVERY_S = 2.0


class ReconcilerThread(threading.Thread):
    """Asks for a turn at repairing every two seconds; outside the queues that it repairs."""

    def __init__(self) -> None:
        super().__init__(name="reconciler", daemon=True)
        self._stop_event = threading.Event()

    def run(self) -> None:
        outage = OutageLog(logger, "Nothing can be repaired or sent again")
        while not self._stop_event.is_set():
            if outage.active:  # checks that run extend their leases before anybody calls them lost
                self._stop_event.wait(HEARTBEAT_S + 1)
            try:
                reconcile_if_due(Orchestrator.from_settings())
                outage.succeeded()
            except ServiceUnreachableError as e:
                outage.failed(e)
            except Exception:
                logger.exception("The reconciler failed; it will try again")
            self._stop_event.wait(_EVERY_S)

    def stop(self) -> None:
        self._stop_event.set()


class BrokerFallbackThread(threading.Thread):
    """Takes the work of this worker's queues straight from Postgres while Redis is away."""

    def __init__(self, queues: Sequence[str], slots: int) -> None:
        super().__init__(name="without-redis", daemon=True)
        self._lane = WorkerPool(tuple(queues), slots)
        self._stop_event = threading.Event()

    def run(self) -> None:
        while not self._stop_event.wait(_EVERY_S):
            try:
                if (trouble := enqueue.trouble()) is not None:
                    self._work(trouble)
            except Exception:
                logger.exception("Work without Redis failed; it will be tried again")

    def _work(self, trouble: str) -> None:
        logger.warning("Redis %s: taking work straight from Postgres.", trouble)
        over = threading.Event()
        # Asking a frozen server takes seconds; work that is due does not wait for the answer.
        threading.Thread(target=self._look_until, args=[over], daemon=True).start()
        with DirectWorker(Orchestrator.from_settings(), [self._lane]) as drain:
            drain.run(until=over.is_set)
        if not self._stop_event.is_set():
            logger.warning("Redis is back: taking work from its queues again.")

    def _look_until(self, over: threading.Event) -> None:
        """Look whether Redis is back, or this worker is to end, and say so."""
        try:
            for pause_s in reconnect.pauses():
                if self._stop_event.wait(pause_s) or enqueue.broker_is_up():
                    return
        finally:
            over.set()

    def stop(self) -> None:
        self._stop_event.set()


class WebhookThread(threading.Thread):
    """Tells others what has ended, where a webhook is configured."""

    def __init__(self) -> None:
        super().__init__(name="webhooks", daemon=True)
        self._stop_event = threading.Event()

    def run(self) -> None:
        settings = get_settings()
        outage = OutageLog(logger, "No webhooks can be delivered")
        while settings.webhook_url is not None and not self._stop_event.wait(_EVERY_S):
            try:
                webhooks.deliver_due(settings, Orchestrator.from_settings().database)
                outage.succeeded()
            except ServiceUnreachableError as e:
                outage.failed(e)
            except Exception:
                logger.exception("Webhooks could not be delivered; they are tried again")

    def stop(self) -> None:
        self._stop_event.set()


_Companion = (
    ReconcilerThread
    | BrokerFallbackThread
    | WebhookThread
    | MemoryWatchdog
    | ExpiryThread
    | ReportThread
)


class _BackgroundThreads:
    """The threads of one worker; started when it is ready, or when Redis keeps it from being so."""

    _REDIS_HAS_S = 5.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[_Companion] = []

    def start_soon(self, worker: Any) -> None:
        timer = threading.Timer(self._REDIS_HAS_S, self.start, [worker])
        timer.daemon = True
        timer.start()

    def start(self, worker: Any) -> None:
        queues = sorted(worker.app.amqp.queues.consume_from)
        with self._lock:
            if self._threads:
                return
            self._threads = [
                ReconcilerThread(),
                BrokerFallbackThread(queues, worker.concurrency),
                WebhookThread(),
                MemoryWatchdog(get_settings().worker_memory_mb),
                ExpiryThread(get_settings(), Orchestrator.from_settings().database),
                ReportThread(get_settings(), Orchestrator.from_settings().database),
            ]
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        with self._lock:
            for thread in self._threads:
                thread.stop()


_companions = _BackgroundThreads()


@celeryd_after_setup.connect
def _start_soon(instance: Any = None, **_kwargs: Any) -> None:
    _companions.start_soon(instance)


@worker_ready.connect
def _start(sender: Any = None, **_kwargs: Any) -> None:
    _companions.start(sender.controller)


@worker_shutting_down.connect
def _stop(**_kwargs: Any) -> None:
    _companions.stop()
    spool.abort_waits()
