"""Celery's consumer, that waits out a Redis which answers but refuses to write."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

from celery.worker.consumer import Consumer as _CeleryConsumer
from celery.worker.state import maybe_shutdown
from redis.exceptions import ResponseError

from lfassess.assessment.execution import enqueue

logger = logging.getLogger(__name__)

_EVERY_S: Final = 1.0
_Consumer: Any = _CeleryConsumer


class Consumer(_Consumer):  # type: ignore[misc]
    """Connects again only when Redis takes messages.

    To Celery a server that is full or read-only is as good as connected: it would try again at
    once, many times a second, each time with a traceback. What is due is taken from Postgres
    meanwhile (``worker.BrokerFallbackThread``).
    """

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """Note that connecting failed."""
        super().on_connection_error_before_connected(exc)
        _wait_out(exc)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Close the connection."""
        super().on_connection_error_after_connected(exc)
        _wait_out(exc)


def _wait_out(exc: Exception) -> None:
    if not isinstance(exc, ResponseError):
        return  # a lost connection: Celery waits longer from try to try
    while (trouble := enqueue.trouble()) is not None:
        logger.debug("Redis %s", trouble)
        maybe_shutdown()
        time.sleep(_EVERY_S)
