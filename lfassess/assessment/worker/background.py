"""What runs beside the tasks in a worker's main process: repair, and work without Redis."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

import psutil
from celery.signals import celeryd_after_setup, worker_ready, worker_shutting_down

from lfassess import reconnect
from lfassess.assessment.completion import reports, retention, webhooks
from lfassess.assessment.completion.ranking import BackgroundRanking
from lfassess.assessment.execution import enqueue, spool
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.recovery.reconciler import reconcile_if_due
from lfassess.assessment.runtime import Runtime
from lfassess.assessment.worker.direct_worker import DirectWorker, WorkerPool
from lfassess.db.queries import progress
from lfassess.paths import Layout
from lfassess.periodic import PeriodicThread
from lfassess.timings import TIMINGS

logger = logging.getLogger(__name__)

_EVERY_S: Final = 2.0


class BrokerFallbackThread(PeriodicThread):
    """Takes the work of this worker's queues straight from Postgres while Redis is away."""

    def __init__(
        self,
        orchestrator: Orchestrator,
        queues: Sequence[str],
        slots: int,
        *,
        every_s: float = _EVERY_S,
    ) -> None:
        super().__init__(
            "without-redis", self._look, every_s=every_s, what="No work is done without Redis"
        )
        self._orchestrator = orchestrator
        self._broker = orchestrator.runtime.broker
        self._lane = WorkerPool(tuple(queues), slots)

    def _look(self) -> None:
        if (trouble := enqueue.trouble(self._broker)) is not None:
            self.work(trouble)

    def work(self, trouble: str) -> None:
        """Do what there is to do until Redis is back, or this worker is to end."""
        logger.warning("Redis %s: taking work straight from Postgres.", trouble)
        over = threading.Event()
        # Asking a frozen server takes seconds; work that is due does not wait for the answer.
        threading.Thread(target=self._look_until, args=[over], daemon=True).start()
        with DirectWorker(self._orchestrator, [self._lane]) as drain:
            drain.run(until=over.is_set)
        if not self.stopped.is_set():
            logger.warning("Redis is back: taking work from its queues again.")

    def _look_until(self, over: threading.Event) -> None:
        """Look whether Redis is back, or this worker is to end, and say so."""
        try:
            for pause_s in reconnect.pauses():
                if self.stopped.wait(pause_s) or enqueue.broker_is_up(self._broker):
                    return
        finally:
            over.set()


def own_memory_mb() -> float:
    """Return the resident memory of this process in MB; the browser is watched by its pool."""
    return float(psutil.Process().memory_info().rss) / 2**20


def request_warm_shutdown() -> None:
    """Ask this worker to stop: what runs is finished, what waits is left to others."""
    os.kill(os.getpid(), signal.SIGTERM)


class MemoryWatchdog(PeriodicThread):
    """Ends a worker that has grown too big, once its work is done; whoever keeps it restarts it.

    Celery's threads pool ignores worker_max_memory_per_child.
    """

    def __init__(
        self,
        limit_mb: float,
        *,
        memory_mb: Callable[[], float] = own_memory_mb,
        end: Callable[[], None] = request_warm_shutdown,
        every_s: float = 5.0,
    ) -> None:
        super().__init__(
            "memory-watchdog", self._look, every_s=every_s, what="Memory can't be measured"
        )
        self._limit_mb, self._memory_mb, self._end = limit_mb, memory_mb, end

    def _look(self) -> None:
        if (used := self._memory_mb()) > self._limit_mb:
            logger.warning(
                "This worker has grown to %.0f MB (limit %.0f): it finishes its work and ends.",
                used,
                self._limit_mb,
            )
            self._end()
            self.stop()


def _note_open_work(runtime: Runtime) -> None:
    """Touch the embedded stack's file that says so where there is anything to do."""
    with runtime.database.session() as session:
        if progress.is_anything_due(session):
            Layout(runtime.settings.data_dir).open_work.touch()


def _threads_of(worker: Any) -> list[PeriodicThread]:
    runtime: Runtime = worker.app.runtime
    settings, database = runtime.settings, runtime.database
    orchestrator = Orchestrator.of(runtime)
    queues = sorted(worker.app.amqp.queues.consume_from)
    threads = [
        PeriodicThread(  # outside the queues that it repairs
            "reconciler",
            lambda: reconcile_if_due(orchestrator),
            first_s=0,
            every_s=TIMINGS.repair_every,
            # Checks that run extend their leases before anybody calls them lost.
            outage_s=TIMINGS.repair_every + TIMINGS.heartbeat + 1,
            what="Nothing can be repaired or sent again",
        ),
        BrokerFallbackThread(orchestrator, queues, worker.concurrency),
        MemoryWatchdog(settings.worker_memory_mb),
        PeriodicThread(  # several workers at once do no harm
            "expiry",
            lambda: retention.expire(settings, database),
            first_s=60,
            every_s=3_600,
            what="What has expired can't be deleted",
        ),
        PeriodicThread(  # several workers at once share the work
            "reports",
            lambda: reports.write_due(settings, database) > 0,
            every_s=5,
            what="Reports wait to be stored",
        ),
        PeriodicThread(  # workers take turns
            "ranking",
            BackgroundRanking(database),
            first_s=30,
            every_s=60,
            what="Audits wait to be ranked by today's rules",
        ),
    ]
    if settings.idle_stop_h and settings.database_url == Layout(settings.data_dir).database_url:
        threads.append(
            PeriodicThread(  # whoever keeps the stack sees by it that it is needed
                "open-work",
                lambda: _note_open_work(runtime),
                every_s=60,
                what="It isn't known whether there is work",
            )
        )
    if settings.webhook_url is not None:
        threads.append(
            PeriodicThread(
                "webhooks",
                lambda: webhooks.deliver_due(settings, database),
                every_s=_EVERY_S,
                what="No webhooks can be delivered",
            )
        )
    return threads


class _BackgroundThreads:
    """The threads of one worker; started when it is ready, or when Redis keeps it from being so."""

    _REDIS_HAS_S = 5.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[PeriodicThread] = []

    def start_soon(self, worker: Any) -> None:
        timer = threading.Timer(self._REDIS_HAS_S, self.start, [worker])
        timer.daemon = True
        timer.start()

    def start(self, worker: Any) -> None:
        with self._lock:
            if self._threads:
                return
            self._threads = _threads_of(worker)
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
