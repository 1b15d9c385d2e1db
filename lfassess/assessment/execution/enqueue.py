"""The one way to send a message; a lost one costs time, never work."""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import redis
from celery import Celery, group
from celery.canvas import Signature
from kombu.exceptions import (  # type: ignore[attr-defined] # the stubs lack what 5.7 brings
    BatchPublishError,
    OperationalError,
)

from lfassess import reconnect
from lfassess.assessment.worker.celery_config import COORDINATE, PREFIX
from lfassess.log import redact

logger = logging.getLogger(__name__)

# celery raises a bare RuntimeError when its result backend can't be reached
BROKER_ERRORS = (OperationalError, BatchPublishError, redis.RedisError, OSError, RuntimeError)
_PROBE = "lfassess:writable"
_PAUSE_S = 2.0  # after a failure, so that a thousand messages don't wait a thousand time-outs


@dataclass(frozen=True, slots=True)
class Message:
    """Ids alone; everything else is read from Postgres."""

    task: str
    lead_id: int
    assessment_id: int
    queue: str
    countdown: float | None = None


Send = Callable[[Iterable[Message]], bool]


def coordinate(lead_id: int, assessment_id: int) -> Message:
    return Message(COORDINATE, lead_id, assessment_id, "high_priority")


def check(
    name: str, lead_id: int, assessment_id: int, queue: str, countdown: float | None = None
) -> Message:
    return Message(f"{PREFIX}.{name}_task", lead_id, assessment_id, queue, countdown)


class Cooldown:
    """Remembers until when the broker is taken to be down."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    def active(self) -> bool:
        with self._lock:
            return time.monotonic() < self._until

    def begin(self) -> None:
        with self._lock:
            self._until = time.monotonic() + _PAUSE_S

    def end(self) -> None:
        """Have the next caller ask the broker."""
        with self._lock:
            self._until = 0.0


cooldown = Cooldown()


def send(messages: Iterable[Message], app: Celery) -> bool:
    """Send the messages as one Celery group, in one round trip.

    False when the broker can't take them; the reconciler will send them.

    Returns within about 5 s, whether Redis refuses, is frozen or answers.
    """
    if cooldown.active():
        return False
    try:
        together = group([_signature(m, app) for m in messages], app=app)
        with app.producer_or_acquire() as producer, producer.batch():
            together.apply_async(producer=producer, add_to_parent=False)
    except BROKER_ERRORS as e:
        cooldown.begin()
        logger.warning("Redis takes no messages (%s); the reconciler will send them later.", e)
        return False
    return True


def _signature(message: Message, app: Celery) -> Signature[Any]:
    return app.signature(
        message.task,
        args=(message.lead_id,),
        kwargs={"assessment_id": message.assessment_id},
        queue=message.queue,
        countdown=message.countdown,
        ignore_result=True,
    )


def forget(app: Celery) -> bool:
    """Drop all messages that wait; False when Redis can't be asked."""
    try:
        with app.connection_or_acquire() as connection:
            app.control.purge(connection=connection)
    except BROKER_ERRORS:
        return False
    return True


def queue_length(queue: str, app: Celery) -> int | None:
    """Return how many messages wait in Redis; None when Redis doesn't say."""
    if cooldown.active():
        return None
    try:
        with app.connection_or_acquire() as connection:
            return int(connection.default_channel.client.llen(queue))
    except BROKER_ERRORS:
        cooldown.begin()
        return None


def trouble(app: Celery, *, within_s: float = 0.0) -> str | None:
    """Return why Redis takes no messages, as what comes after "Redis"; None when it takes them.

    A small write shows it, within about 4 s: a server that is full, read-only or can't save
    answers a PING as if nothing were wrong.

    Args:
        app: whose broker is meant.
        within_s: connect again for so many seconds where nobody answers.
    """

    def write() -> None:
        with app.connection_or_acquire() as connection:
            connection.default_channel.client.set(_PROBE, 1, px=60_000)

    try:
        reconnect.persistently(
            write, BROKER_ERRORS, within_s=within_s, hopeless=lambda e: _said(e) != _NOBODY
        )
    except BROKER_ERRORS as e:
        return _said(e)
    return None


def broker_is_up(app: Celery) -> bool:
    """Return whether Redis takes messages, within about 4 s."""
    return trouble(app) is None


_NOBODY = "is out of reach"
_REFUSALS: tuple[tuple[type[Exception], str], ...] = (
    (redis.OutOfMemoryError, "is full and takes no messages (its maxmemory is reached)"),
    (redis.ReadOnlyError, "is a read-only replica and takes no messages"),
    (redis.BusyLoadingError, "is still loading its data"),
    (redis.AuthenticationError, "refuses the user name or the password, or asks for one"),
    (redis.exceptions.MasterDownError, "is a replica that lost its master"),
    (redis.exceptions.NoPermissionError, "does not allow this user to write"),
    (
        ssl.SSLCertVerificationError,
        "has a certificate that is not trusted here; ?ssl_ca_certs=FILE names its authority",
    ),
    (ssl.SSLError, "does not speak TLS: rediss:// is for a server that does"),
    (redis.TimeoutError, "does not answer in time"),
    (TimeoutError, "does not answer in time"),
)


def _said(error: BaseException | None) -> str:
    """Return in words what an error, or what it came from, says about Redis."""
    words = _NOBODY
    while error is not None:
        for kind, said in _REFUSALS:
            if isinstance(error, kind):
                return said
        if isinstance(error, redis.ResponseError):
            return _REPLIES.get(str(error).partition(" ")[0], f"refuses: {redact(str(error))}")
        error = error.__cause__ or error.__context__
    return words


_REPLIES = {
    "MISCONF": "can't save to its disk and takes no messages",
    "NOREPLICAS": "has too few replicas to take messages",
}
