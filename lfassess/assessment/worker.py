"""What runs beside the tasks in a worker's main process: the reconciler's thread."""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery.signals import worker_ready, worker_shutting_down

from lfassess.assessment.reconcile import reconcile
from lfassess.assessment.tasks import orchestrator
from lfassess.errors import ServiceUnreachableError

logger = logging.getLogger(__name__)

_EVERY_S = 2.0


class ReconcilerThread(threading.Thread):
    """Calls the reconciler every two seconds; outside the queues that it repairs."""

    def __init__(self) -> None:
        super().__init__(name="reconciler", daemon=True)
        self._stop_event = threading.Event()

    def run(self) -> None:
        while not self._stop_event.is_set():
            try:
                reconcile(orchestrator())
            except ServiceUnreachableError as e:
                logger.warning("The reconciler waits: %s", e)
            except Exception:
                logger.exception("The reconciler failed; it will try again")
            self._stop_event.wait(_EVERY_S)

    def stop(self) -> None:
        self._stop_event.set()


_threads: list[ReconcilerThread] = []


@worker_ready.connect
def _start(**_kwargs: Any) -> None:
    thread = ReconcilerThread()
    thread.start()
    _threads.append(thread)


@worker_shutting_down.connect
def _stop(**_kwargs: Any) -> None:
    while _threads:
        _threads.pop().stop()
