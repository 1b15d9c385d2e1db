"""What lfassess has to work with, asked for real and at most once a second."""

from __future__ import annotations

import threading
import time
from typing import Final

from lfassess.api.schemas.health import Part, Ready
from lfassess.assessment.execution import enqueue
from lfassess.assessment.runtime import Runtime
from lfassess.db import revision
from lfassess.db.database import count_connected_workers
from lfassess.errors import ServiceUnreachableError

_CACHE_S: Final = 1.0  # anybody may ask


class Readiness:
    """Asks Postgres and Redis."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._asked = float("-inf")
        self._last: Ready | None = None

    def ask(self) -> Ready:
        """Return how things stand; who asks meanwhile waits for the same answer."""
        with self._lock:
            if self._last is None or time.monotonic() - self._asked > _CACHE_S:
                self._last = self._ask()
                self._asked = time.monotonic()
            return self._last

    def _ask(self) -> Ready:
        postgres, workers = self._postgres()
        redis = enqueue.broker_is_up(self._runtime.broker)
        parts = {
            "postgres": postgres,
            "redis": Part(
                ok=redis,
                detail="answers" if redis else "does not answer: work goes through Postgres",
            ),
            "workers": Part(
                ok=workers > 0,
                detail=f"{workers} connected" if workers else "none: what is submitted waits",
            ),
        }
        if not postgres.ok:
            return Ready(status="unavailable", parts=parts)
        well = all(part.ok for part in parts.values())
        return Ready(status="ready" if well else "degraded", parts=parts)

    def _postgres(self) -> tuple[Part, int]:
        try:
            with self._runtime.database.session() as session:
                workers = count_connected_workers(session)
            schema = revision.look(self._runtime.database)
        except ServiceUnreachableError:
            return Part(ok=False, detail="does not answer"), 0
        if schema.is_newer and schema.is_usable:
            return Part(ok=True, detail="answers; a newer version made its schema"), workers
        if schema.at != revision.HEAD:
            return Part(ok=False, detail="its schema is not this version's"), workers
        return Part(ok=True, detail="answers; its schema is this version's"), workers
