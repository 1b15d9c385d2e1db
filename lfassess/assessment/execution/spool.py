"""Keeps finished work while Postgres is down, so that nothing is fetched or paid twice.

Whoever did the work holds on to it and to its lease until Postgres is back; Redis has a copy in
case that process dies. So both would have to go before anything is done again.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from celery import Celery

from lfassess import reconnect
from lfassess.assessment.execution.enqueue import BROKER_ERRORS
from lfassess.errors import ServiceUnreachableError

logger = logging.getLogger(__name__)

PATIENCE_S: Final = 300.0  # how long a slot waits for Postgres; after that the copy must do
_KEY: Final = "lfassess:spool"
_REFUSED: Final = "lfassess:spool:refused"  # what could not be written, for people to look at

_NAMES: Final = {
    "call": "what a provider answered",
    "end": "a check's result",
    "release": "a check that is given back",
}

Values = dict[str, Any]
T = TypeVar("T")

_shutting_down = threading.Event()


def abort_waits() -> None:
    """Leave to others what Redis has a copy of: this process is to end."""
    _shutting_down.set()


def retry_until_written(
    kind: str, values: Values, write: Callable[[], T], app: Celery, *, copied: bool = False
) -> T | None:
    """Write to Postgres, however often it takes; None when that is left to others.

    That is when Postgres stays away for too long, or this process is to end and Redis has a copy.
    """
    end = time.monotonic() + PATIENCE_S
    for pause_s in reconnect.pauses():
        try:
            return write()
        except ServiceUnreachableError:
            copied = copied or append(kind, values, app)
        if time.monotonic() > end or (copied and _shutting_down.is_set()):
            logger.warning(
                "Postgres stays away: this process waits no longer with %s.", _NAMES[kind]
            )
            return None
        (_shutting_down.wait if copied else time.sleep)(pause_s)
    raise AssertionError("pauses have no end")


def append(kind: str, values: Values, app: Celery) -> bool:
    """Copy to Redis what can't be written to Postgres now; False when Redis can't take it."""
    try:
        with app.connection_or_acquire() as connection:
            connection.default_channel.client.rpush(
                _KEY, json.dumps({"kind": kind, "values": values}, default=str)
            )
    except BROKER_ERRORS:
        logger.warning("Neither Postgres nor Redis takes %s; this process keeps it.", _NAMES[kind])
        return False
    logger.warning("Postgres is out of reach; %s is spooled until it is back.", _NAMES[kind])
    return True


def forget(app: Celery) -> bool:
    """Drop what is spooled: it belongs to a store that is gone. False when Redis can't be asked."""
    try:
        with app.connection_or_acquire() as connection:
            connection.default_channel.client.delete(_KEY, _REFUSED)
    except BROKER_ERRORS:
        return False
    return True


def replay_into(writers: Mapping[str, Callable[[Values], None]], app: Celery) -> int:
    """Write what was spooled, oldest first, and return how much it was.

    Writers must tolerate being called twice with the same values: a crash between writing and
    forgetting repeats the write.

    Raises:
        ServiceUnreachableError: Postgres has gone away again; the rest stays.
    """
    written = 0
    try:
        with app.connection_or_acquire() as connection:
            client = connection.default_channel.client
            while (item := client.lindex(_KEY, 0)) is not None:
                if not _write(writers, item):
                    client.rpush(_REFUSED, item)
                client.lrem(_KEY, 1, item)
                written += 1
    except BROKER_ERRORS as e:
        logger.warning("Redis does not hand out what it keeps for Postgres (%s).", e)
    return written


def _write(writers: Mapping[str, Callable[[Values], None]], item: bytes | str) -> bool:
    try:
        entry = json.loads(item)
        writers[entry["kind"]](entry["values"])
    except ServiceUnreachableError:
        raise
    except Exception:
        logger.exception("A result spooled in Redis can't be written; it stays in %s", _REFUSED)
        return False
    return True
