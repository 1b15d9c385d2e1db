"""Kombu's Redis transport, with a guard for what would end a worker.

A lost connection, a server that refuses to write and a message that nobody can read are all to be
expected; none of them may take the process with it (docs/adr/0014).
"""

from __future__ import annotations

import logging
from typing import Any, Final

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ResponseError

logger = logging.getLogger(__name__)

_MAX_ERROR_CHARS: Final = 200
_ERRORS: Final = redis.get_redis_error_classes()
_CONNECTION_ERRORS: Final[tuple[type[BaseException], ...]] = (
    AttributeError,
    *_ERRORS.connection_errors,
    *_ERRORS.channel_errors,
)
_UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, LookupError)

# The stubs leave out what we need of these; to Python they are the same.
_Channel: Any = redis.Channel


class QoS(redis.QoS):
    """Celery 5.7.0 answers messages on a connection that is closed already.

    That ends in an AttributeError and with it the worker; here, as a lost connection does.
    """

    channel: Any

    def ack(self, delivery_tag: str) -> None:
        """Note that the message is done."""
        self._require_connection()
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's
        """Drop the message, or put it back."""
        self._require_connection()
        super().reject(delivery_tag, requeue=requeue)

    def restore_unacked(self, client: Any = None) -> Any:
        """Give back what is not done; the visibility time-out and the reconciler do, too."""
        try:
            return super().restore_unacked(client)
        except _CONNECTION_ERRORS:
            logger.warning("Redis went away; unacknowledged messages will be delivered again.")
            return []

    def restore_visible(self, start: int = 0, num: int = 10, interval: int = 10) -> None:
        """Give back what other workers took and lost; a server that takes no writes has time."""
        try:
            super().restore_visible(start, num, interval)
        except ResponseError as e:
            logger.debug("Lost messages can't be given back now: %s", e)

    def _require_connection(self) -> None:
        if self.channel.connection is None:
            raise ConnectionResetError("Redis went away before its message was answered")


class Channel(_Channel):  # type: ignore[misc]
    """A channel that drops what is no JSON."""

    QoS = QoS

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except ValueError as e:
            logger.error("Dropped a message that is not JSON: %s", e)  # noqa: TRY400 - expected
            return True


class Transport(redis.Transport):
    """What ``redis://`` stands for once ``use`` was called."""

    Channel = Channel
    channels: Any

    def _deliver(self, message: Any, queue: str | None) -> None:
        """Hand a message over; one that is not built as Celery's are is dropped with a word."""
        try:
            super()._deliver(message, queue)
        except _UNREADABLE as e:
            shown = repr(message)[:_MAX_ERROR_CHARS]
            logger.error(  # noqa: TRY400 - expected
                "Dropped a message of queue %s that can't be read (%s: %s): %s",
                queue, type(e).__name__, e, shown,
            )  # fmt: skip
            self._forget(message)

    def _forget(self, message: Any) -> None:
        """Answer the message, if it got so far as to be noted as in work."""
        properties = message.get("properties") if isinstance(message, dict) else None
        tag = properties.get("delivery_tag") if isinstance(properties, dict) else None
        for channel in self.channels:
            if isinstance(tag, str) and tag in channel.qos._delivered:  # noqa: SLF001 - as kombu
                channel.qos.reject(tag)


def use() -> None:
    """Take this transport for ``redis://``, ``rediss://`` and ``redis+socket://``."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
