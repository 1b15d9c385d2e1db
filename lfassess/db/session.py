"""Engines and the one way to open a transaction."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from lfassess import reconnect
from lfassess.errors import ConfigurationError, ServiceUnreachableError
from lfassess.log import redact
from lfassess.runtime_hints import in_compose


def normalise_url(url: str) -> str:
    """Return the URL with psycopg 3 as its driver.

    Raises:
        ConfigurationError: it is not a Postgres URL.
    """
    scheme, sep, rest = url.partition("://")
    if not sep or scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise ConfigurationError(
            f"DATABASE_URL is not a Postgres URL: {redact(url)!r}",
            hint="It looks like postgresql://user:password@host:5432/name.",
        )
    return f"postgresql+psycopg://{rest}"


_WORKER = "lfassess worker"
_names = {"application": "lfassess"}


def mark_connections_as_worker() -> None:
    """Show this process's later connections as a worker's; see ``count_connected_workers``."""
    _names["application"] = _WORKER


def count_connected_workers(session: Session) -> int:
    """Return how many worker processes hold a connection to this database."""
    return int(
        session.scalar(
            text(
                "SELECT count(DISTINCT COALESCE(client_addr::text, '') || application_name)"
                " FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name LIKE :name || ' %'"
            ),
            {"name": _WORKER},
        )
        or 0
    )


# What runs single statements; they need nothing that a session keeps account of.
ConnectionLike = Connection | Session

_engines: dict[str, Engine] = {}
_autocommitting: dict[str, Engine] = {}
_engines_lock = threading.Lock()


def get_engine(url: str) -> Engine:
    """Return the process's engine for this URL; connections that rested are checked before use."""
    with _engines_lock:
        return _engine(url)


def _engine(url: str) -> Engine:
    if url not in _engines:
        _engines[url] = _create_engine(url)
        _autocommitting[url] = _engines[url].execution_options(isolation_level="AUTOCOMMIT")
    return _engines[url]


def _autocommitting_engine(url: str) -> Engine:
    with _engines_lock:
        _engine(url)
        return _autocommitting[url]


def _create_engine(url: str) -> Engine:
    engine = create_engine(
        normalise_url(url),
        pool_size=12,
        max_overflow=18,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": f"{_names['application']} {os.getpid()}",
            "options": "-c statement_timeout=60000 -c lock_timeout=15000",
        },
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _on_checkin)
    event.listen(engine, "checkout", partial(_ping_if_idle, engine))
    return engine


# libpq has no codes for these; another try changes none of them.
_REFUSALS: Final = ("authentication failed", "does not exist", "no pg_hba.conf entry")


def _connect(dialect: Dialect, _record: object, args: Any, options: Any) -> DBAPIConnection:
    return reconnect.persistently(
        lambda: dialect.connect(*args, **options),
        dialect.loaded_dbapi.OperationalError,
        hopeless=lambda e: any(words in str(e) for words in _REFUSALS),
    )


_PING_AFTER_IDLE_S = 1.0  # a round trip for every transaction would cost more than the transactions


def _on_checkin(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _ping_if_idle(
    engine: Engine, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Have a connection replaced that died while nobody used it."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < _PING_AFTER_IDLE_S:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as e:
        raise DisconnectionError from e


def dispose_engine(url: str) -> None:
    """Close the engine's idle connections and forget it."""
    with _engines_lock:
        engine = _engines.pop(url, None)
        _autocommitting.pop(url, None)
    if engine is not None:
        engine.dispose()


@contextmanager
def session_scope(url: str) -> Iterator[Session]:
    """Open one transaction: commits at the end, rolls back on any error.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    with (
        _translate_db_errors(url),
        Session(get_engine(url), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


@contextmanager
def autocommit_scope(url: str) -> Iterator[Connection]:
    """Let each statement be a transaction of its own: one round trip instead of three.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    with _translate_db_errors(url), _autocommitting_engine(url).connect() as connection:
        yield connection


@contextmanager
def _translate_db_errors(url: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as e:
        if isinstance(e, OperationalError) or e.connection_invalidated:
            raise unreachable(url, e) from e
        raise


# SQLSTATE classes and codes that mean: it is there, but does not do it now.
_BUSY = {
    "55P03": "a lock was not given in time",
    "57014": "a statement took too long",
    "40P01": "two transactions waited for each other",
    "40001": "two transactions got in each other's way",
    "53100": "its disk is full",
    "53200": "it is out of memory",
    "53300": "it has too many connections",
}


# What libpq has no code for: words of a connection that was refused, in English.
_SAID = {
    "too many clients already": "53300",
    "remaining connection slots are reserved": "53300",
    "too many connections for": "53300",
    "No space left on device": "53100",
}
_HINTS = {
    "53300": "Try again in a moment. If it lasts, see who is connected, or raise its "
    "max_connections.",
    "53100": "Make room on its disk; work that was begun goes on then.",
}


def _where_to_look() -> str:
    if in_compose():
        return "Is it running? See `docker compose ps postgres` and its log."
    if os.environ.get("DATABASE_URL"):
        return "Is it running, is DATABASE_URL right? Unset DATABASE_URL to use the embedded one."
    return "The embedded one is started again by itself: see `lfassess ps`, `lfassess logs`."


def unreachable(url: str, error: Exception) -> ServiceUnreachableError:
    """Say in one line that Postgres is out of reach or overburdened, without its password."""
    original = getattr(error, "orig", error)
    state = getattr(original, "sqlstate", None) or next(
        (code for words, code in _SAID.items() if words in str(original)), ""
    )
    if busy := _BUSY.get(state):
        return ServiceUnreachableError(
            f"Postgres can't do it now: {busy}.",
            hint=_HINTS.get(
                state, "Look at its log, its disk and its load (`lfassess ps`, `lfassess doctor`)."
            ),
        )
    first_line = (str(original).strip().splitlines() or ["connection lost"])[0]
    return ServiceUnreachableError(
        f"Postgres is out of reach at {redact(url)}: {redact(first_line)}",
        hint=_where_to_look(),
    )
