"""Does the work straight from Postgres: without Redis, or without any worker at all."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final, Self

from lfassess import reconnect
from lfassess.assessment.execution.enqueue import Message
from lfassess.assessment.execution.runner import Runner
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.worker.celery_config import COORDINATE
from lfassess.db.commands.claims import Claim
from lfassess.errors import ServiceUnreachableError
from lfassess.log import OutageLog

logger = logging.getLogger(__name__)

_IDLE_S: Final = 0.5  # between two looks at Postgres when nothing is due


@dataclass(frozen=True, slots=True)
class WorkerPool:
    """Queues that are worked off together, so many checks at a time."""

    queues: tuple[str, ...]
    slots: int


LANES: Final = (
    WorkerPool(("high_priority", "assessment", "llm", "default"), 16),
    WorkerPool(("browser",), 2),
    WorkerPool(("lighthouse",), 1),
)


class DirectWorker:
    """Claims what is due and works on it in threads; many of these may run at once."""

    def __init__(self, orchestrator: Orchestrator, lanes: Sequence[WorkerPool] = LANES) -> None:
        self._orchestrator = replace(orchestrator, send=self._start_now)
        self._runner = Runner(orchestrator.runtime, orchestrator.checks, _send_nothing)
        self._lanes = {
            lane: (ThreadPoolExecutor(lane.slots), threading.Semaphore(lane.slots))
            for lane in lanes
        }
        self._running = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        for pool, _ in self._lanes.values():
            pool.shutdown(wait=True)

    @property
    def running(self) -> int:
        """How many checks are being worked on."""
        with self._lock:
            return self._running

    def run(self, until: Callable[[], bool]) -> None:
        """Work until ordered to stop; what runs then is finished on leaving the block."""
        outage, pauses = OutageLog(logger, "No work can be taken"), reconnect.pauses()
        while True:
            try:
                if until():
                    return
                started = self.step()
            except ServiceUnreachableError as e:
                outage.failed(e)
                time.sleep(next(pauses))
                continue
            if outage.active:
                outage.succeeded()
                pauses = reconnect.pauses()
            if not started:
                time.sleep(_IDLE_S)

    def step(self) -> int:
        """Let leads in and start what is due, as far as there are slots; returns how many."""
        self._orchestrator.start_pending(resend=0)  # what was sent to a dead Redis is due as well
        return sum(self._fill(lane) for lane in self._lanes)

    def _fill(self, lane: WorkerPool) -> int:
        pool, slots = self._lanes[lane]
        started = 0
        while slots.acquire(blocking=False):
            claim = self._claim(lane, slots)
            if claim is None:
                break
            with self._lock:
                self._running += 1
            pool.submit(self._work, claim, slots)
            started += 1
        return started

    def _claim(self, lane: WorkerPool, slots: threading.Semaphore) -> Claim | None:
        claim = None
        try:
            claim = self._runner.claim_next(lane.queues)
        finally:
            if claim is None:
                slots.release()
        return claim

    def _work(self, claim: Claim, slots: threading.Semaphore) -> None:
        try:
            ended = self._runner.work(claim)
            if ended is not None:
                self._orchestrator.advance(ended)
        except ServiceUnreachableError as e:
            logger.warning("Postgres went away: %s", e)
        except Exception:
            logger.exception("lead %s %s: a fault in lfassess itself", claim.lead_id, claim.name)
        finally:
            slots.release()
            with self._lock:
                self._running -= 1

    def _start_now(self, messages: Iterable[Message]) -> bool:
        """Do what a coordinate message would; checks are found in Postgres when they are due."""
        for message in messages:
            if message.task == COORDINATE:
                self._orchestrator.coordinate(message.lead_id, message.assessment_id)
        return True


def _send_nothing(messages: Iterable[Message]) -> bool:
    """Stand in for Redis: what is put back is found in Postgres when it is due."""
    return not list(messages)
