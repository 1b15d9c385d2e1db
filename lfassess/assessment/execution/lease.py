"""Keeps this process's leases alive: one heartbeat for all it works on."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from lfassess.db.commands import check_runs
from lfassess.db.commands.claims import Claimant
from lfassess.db.database import Database
from lfassess.errors import ServiceUnreachableError
from lfassess.log import OutageLog
from lfassess.timings import TIMINGS

logger = logging.getLogger(__name__)

_CANT = "Leases can't be extended"


class LeaseHeartbeat:
    """Extends the leases of this process while it holds any.

    The thread starts with the first lease and rests while there are none; after a fork the child
    gets an identity of its own.
    """

    def __init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._held = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self.worker_id: UUID = uuid4()
        self.worker = f"{socket.gethostname()}:{self._pid}"

    def worker_identity(self) -> Claimant:
        """Return who this process is, for claims."""
        if os.getpid() != self._pid:
            self._reset()
        return Claimant(self.worker_id, self.worker, TIMINGS.lease)

    @contextmanager
    def held(self, database: Database) -> Iterator[None]:
        """Keep the leases alive inside the block."""
        with self._changed:
            self._held += 1
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._loop, args=(database,), name="lease-heartbeat", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._held -= 1

    def _loop(self, database: Database) -> None:
        outage = OutageLog(logger, _CANT)
        while True:
            with self._changed:
                if not self._held:
                    outage = OutageLog(logger, _CANT)
                self._changed.wait_for(lambda: self._held > 0)
            try:
                with database.autocommit() as session:
                    check_runs.extend_leases(session, worker_id=self.worker_id, ttl=TIMINGS.lease)
                outage.succeeded()
            except ServiceUnreachableError as e:
                outage.failed(e)
            except Exception:
                logger.exception(_CANT)
            time.sleep(TIMINGS.heartbeat)


heartbeat = LeaseHeartbeat()
