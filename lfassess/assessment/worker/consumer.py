"""Celery's consumer, that connects by our rule and waits out a Redis which refuses to write."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import Celery
from celery.worker.consumer import Consumer as _CeleryConsumer
from celery.worker.consumer.heart import Heart as _CeleryHeartStep
from celery.worker.heartbeat import Heart as _CeleryHeart
from celery.worker.state import maybe_shutdown
from redis.exceptions import ResponseError

from lfassess import reconnect
from lfassess.assessment.execution import enqueue
from lfassess.log import OutageLog

logger = logging.getLogger(__name__)

_Consumer: Any = _CeleryConsumer
_HeartStep: Any = _CeleryHeartStep
_Heart: Any = _CeleryHeart


class Heart(_Heart):  # type: ignore[misc]
    """Shows Flower that the worker lives; a beat that can't be sent now is left to the next one.

    Celery tells it until Redis answers, in the thread that must notice an order to end: while
    Redis was frozen, no worker ended or was replaced.
    """

    def _send(self, event: str, retry: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002 - Celery's
        return super()._send(event, retry=False)


class HeartStep(_HeartStep):  # type: ignore[misc]
    """Starts it."""

    def start(self, c: Any) -> None:
        """Start with the consumer."""
        c.heart = Heart(c.timer, c.event_dispatcher, self.heartbeat_interval)
        c.heart.start()


class Consumer(_Consumer):  # type: ignore[misc]
    """Connects again only when Redis takes messages.

    To Celery a server that is full or read-only is as good as connected: it would try again at
    once, many times a second, each time with a traceback. What is due is taken from Postgres
    meanwhile (``background.BrokerFallbackThread``). A Redis that is away is asked again for ever.
    """

    class Blueprint(_Consumer.Blueprint):  # type: ignore[misc]
        """What it consists of: Celery's parts, with our heart."""

        default_steps = (
            *(s for s in _Consumer.Blueprint.default_steps if not s.endswith(":Heart")),
            f"{__name__}:HeartStep",
        )

    def ensure_connected(self, conn: Any) -> Any:
        """Return the connection once it stands."""
        outage = OutageLog(logger, "Redis is out of reach")

        def connect() -> Any:
            others = max(len(conn.alt or ()) - 1, 0)  # each of a list of servers in turn
            return conn.ensure_connection(
                max_retries=others, interval_start=0, reraise_as_library_errors=False
            )

        def note(error: Exception, _pause_s: float) -> None:
            maybe_shutdown()
            outage.failed(error)

        errors = conn.recoverable_connection_errors
        connected = reconnect.persistently(connect, errors, within_s=None, on_pause=note)
        outage.succeeded()
        self.first_connection_attempt = False
        return connected

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """Note that connecting failed."""
        super().on_connection_error_before_connected(exc)
        _wait_out(self.app, exc)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Close the connection."""
        super().on_connection_error_after_connected(exc)
        _wait_out(self.app, exc)


def _wait_out(app: Celery, exc: Exception) -> None:
    if not isinstance(exc, ResponseError):
        return  # a lost connection: Celery waits longer from try to try
    pauses = reconnect.pauses()
    while (trouble := enqueue.trouble(app)) is not None:
        logger.debug("Redis %s", trouble)
        maybe_shutdown()
        time.sleep(next(pauses))
