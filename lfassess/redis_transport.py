"""Kombu's Redis transport with a client kept, answers sent together, and no death with Redis.

What is told of a message apart from taking it, that it is being worked on and that it is done,
costs a worker more than half of its time at kombu's way of a new client and a round trip for each.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from kombu.transport import TRANSPORT_ALIASES, redis, virtual
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)

# How long, and how many, answers may wait for company. One that is lost with its worker costs a
# message that nobody needs: the check it speaks of has ended.
_COMPANY_S: Final = 0.05
_COMPANY: Final = 16

_LOST: Final[tuple[type[BaseException], ...]] = (
    AttributeError,
    OSError,
    *redis.get_redis_error_classes().connection_errors,
)


# The stubs leave out what we need of these; to Python they are the same.
_Channel: Any = redis.Channel
_MultiChannelPoller: Any = redis.MultiChannelPoller


class QoS(redis.QoS):
    """Remembers which messages are done, and tells Redis along with the next one that is taken.

    Celery 5.7.0 answers messages on a connection that is closed already, which ends in an
    AttributeError and with it the worker. Here it ends as a lost connection does.
    """

    channel: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answers: deque[str] = deque()
        self._first_at = 0.0

    def append(self, message: Any, delivery_tag: str) -> None:
        """Note that the message is in work, and send the answers that wait."""
        told = message.delivery_info
        kept = dumps([message._raw, told["exchange"], told["routing_key"]])  # noqa: SLF001 - as kombu
        with self._with_answers() as pipe:
            pipe.zadd(self.unacked_index_key, {delivery_tag: time.time()})
            pipe.hset(self.unacked_key, delivery_tag, kept)
        virtual.QoS.append(self, message, delivery_tag)

    def ack(self, delivery_tag: str) -> None:
        """Note that the message is done; Redis hears of it at once where no event loop runs."""
        self._require_connection()
        if not self._answers:
            self._first_at = time.monotonic()
        self._answers.append(delivery_tag)
        virtual.QoS.ack(self, delivery_tag)
        if not self.channel.connection.has_loop:
            self.send_answers()

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's
        """Note that the message is not wanted, or put it back."""
        self._require_connection()
        if not requeue:
            self.ack(delivery_tag)
            return
        super().reject(delivery_tag, requeue=True)

    def send_due_answers(self) -> None:
        """Send the answers that have waited long enough, or are many."""
        if self._answers and (
            len(self._answers) >= _COMPANY or time.monotonic() - self._first_at > _COMPANY_S
        ):
            self.send_answers()

    def send_answers(self) -> None:
        """Send all answers."""
        if self._answers:
            with self._with_answers():
                pass

    def restore_unacked(self, client: Any = None) -> Any:
        """Give back what is not done; the visibility time-out and the reconciler do, too."""
        try:
            return super().restore_unacked(client)
        except _LOST:
            logger.warning("Redis went away; unacknowledged messages will be delivered again.")
            return []

    def _answer(self, pipe: Any) -> None:
        tags = []
        with contextlib.suppress(IndexError):
            while True:
                tags.append(self._answers.popleft())
        if tags:
            pipe.hdel(self.unacked_key, *tags)
            pipe.zrem(self.unacked_index_key, *tags)

    @contextlib.contextmanager
    def _with_answers(self) -> Iterator[Any]:
        """Send what is told inside the block, and the answers that wait, in one round trip."""
        with self.channel.conn_or_acquire() as client, client.pipeline(transaction=False) as pipe:
            yield pipe
            self._answer(pipe)
            pipe.execute()

    def _require_connection(self) -> None:
        if self.channel.connection is None:
            raise ConnectionResetError("Redis went away before its message was answered")


class Channel(_Channel):  # type: ignore[misc]
    """A channel that keeps its client instead of making one for every command."""

    QoS = QoS
    _kept: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:  # noqa: FBT001, FBT002 - kombu's
        if asynchronous:
            return super()._create_client(asynchronous=True)
        if self._kept is None or self._kept.connection_pool is not self.pool:
            self._kept = super()._create_client()
        return self._kept

    def close(self) -> None:
        """Send the answers that wait, and close."""
        if self._qos is not None and not self.closed:
            with contextlib.suppress(*_LOST):
                self._qos.send_answers()
        super().close()


class _Poller(_MultiChannelPoller):  # type: ignore[misc]
    def on_poll_start(self) -> None:
        for channel in self._channels:
            channel.qos.send_due_answers()
        super().on_poll_start()


class Transport(redis.Transport):
    """What ``redis://`` stands for once this module is imported and ``use`` was called."""

    Channel = Channel
    has_loop = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = _Poller()

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        """Let answers wait: the loop comes by often enough to send them."""
        self.has_loop = True
        super().register_with_event_loop(connection, loop)


def use() -> None:
    """Take this transport for ``redis://``, ``rediss://`` and ``redis+socket://``."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
