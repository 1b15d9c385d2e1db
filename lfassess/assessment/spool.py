"""Holds finished work in Redis while Postgres is down, so that nothing is fetched or paid twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from celery import Celery

from lfassess.assessment.enqueue import BROKER_ERRORS
from lfassess.celery_app import app as default_app
from lfassess.errors import ServiceUnreachableError

logger = logging.getLogger(__name__)

_KEY: Final = "lfassess:spool"
_REFUSED: Final = "lfassess:spool:refused"  # what could not be written, for people to look at

Values = dict[str, Any]


def put(kind: str, values: Values, app: Celery = default_app) -> bool:
    """Keep what can't be written to Postgres now; False when Redis can't take it either."""
    try:
        with app.connection_or_acquire() as connection:
            connection.default_channel.client.rpush(
                _KEY, json.dumps({"kind": kind, "values": values}, default=str)
            )
    except BROKER_ERRORS:
        logger.warning("Neither Postgres nor Redis takes the %s; it will be done again.", kind)
        return False
    logger.warning("Postgres is out of reach; Redis keeps the %s until it is back.", kind)
    return True


def empty_into(writers: Mapping[str, Callable[[Values], None]], app: Celery = default_app) -> int:
    """Write what was kept, oldest first, and return how much it was.

    Writers must bear being called twice with the same values: a crash between writing and
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
        logger.exception("A result kept in Redis can't be written; it is kept in %s", _REFUSED)
        return False
    return True
