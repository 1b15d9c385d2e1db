"""A Postgres database: its pool of connections, and the ways to open a transaction on it."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Final, Self, cast

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from lfassess import reconnect
from lfassess.db.fragments import FOREVER
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


WORKER: Final = "lfassess worker"  # the name that a worker's connections carry


def count_connected_workers(session: Session) -> int:
    """Return how many worker processes hold a connection to this database."""
    return int(
        session.scalar(
            text(
                "SELECT count(DISTINCT COALESCE(client_addr::text, '') || application_name)"
                " FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name LIKE :name || ' %'"
            ),
            {"name": WORKER},
        )
        or 0
    )


# What runs single statements; they need nothing that a session keeps account of.
ConnectionLike = Connection | Session


class Database:
    """A Postgres database and this object's connections to it, which threads share.

    Nothing is connected before the first transaction. Whoever made one ends it: it is a context
    manager.
    """

    def __init__(self, url: str, *, application: str = "lfassess") -> None:
        """Describe a database.

        Args:
            url: where it is.
            application: what Postgres shows of the connections, before the process id.

        Raises:
            ConfigurationError: the URL is not a Postgres URL.
        """
        self.url = url
        self.engine = _create_engine(url, application)
        self._autocommitting = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        _forget_in_children(self.engine)

    def __repr__(self) -> str:
        return f"Database({redact(self.url)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open one transaction: commits at the end, rolls back on any error.

        Raises:
            ServiceUnreachableError: Postgres can't be reached.
        """
        with (
            self._translated_errors(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """Let each statement be a transaction of its own: one round trip instead of three.

        Raises:
            ServiceUnreachableError: Postgres can't be reached.
        """
        with self._translated_errors(), self._autocommitting.connect() as connection:
            yield connection

    def dispose(self) -> None:
        """Close the connections that nobody uses; later transactions open new ones."""
        self.engine.dispose()

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as e:
            if isinstance(e, OperationalError) or e.connection_invalidated:
                raise unreachable(self.url, e) from e
            raise


def _forget_in_children(engine: Engine) -> None:
    """Have a forked process open its own connections: two that use one garble each other's."""
    known = weakref.ref(engine)

    def forget() -> None:
        if (inherited := known()) is not None:
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=forget)


def _create_engine(url: str, application: str) -> Engine:
    engine = create_engine(
        normalise_url(url),
        pool_size=12,
        max_overflow=18,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": 5,
            "options": "-c statement_timeout=60000 -c lock_timeout=15000",
        },
    )
    event.listen(engine, "do_connect", partial(_connect, application))
    event.listen(engine, "connect", _read_infinity)
    event.listen(engine, "checkin", _on_checkin)
    event.listen(engine, "checkout", partial(_ping_if_idle, engine))
    return engine


# libpq has no codes for these; another try changes none of them.
_REFUSALS: Final = ("authentication failed", "does not exist", "no pg_hba.conf entry")


def _connect(
    application: str, dialect: Dialect, _record: object, args: Any, options: Any
) -> DBAPIConnection:
    named = {**options, "application_name": f"{application} {os.getpid()}"}
    return reconnect.persistently(
        lambda: dialect.connect(*args, **named),
        dialect.loaded_dbapi.OperationalError,
        hopeless=lambda e: any(words in str(e) for words in _REFUSALS),
    )


def _read_infinity(connection: Any, _record: object) -> None:
    """Read Postgres' infinity as the date that stands for it; Python has no such date."""
    connection.adapters.register_loader("timestamptz", _infinity_loader())


@cache
def _infinity_loader() -> type[Any]:
    import psycopg  # noqa: PLC0415 - comes with the first engine, most commands need none
    from psycopg.adapt import Loader  # noqa: PLC0415
    from psycopg.pq import Format  # noqa: PLC0415

    oid = psycopg.adapters.types["timestamptz"].oid
    own = cast("type[Loader]", psycopg.adapters.get_loader(oid, Format.TEXT))

    class InfinityLoader(Loader):
        """Asks psycopg's own, which may be written in C: a subclass's ``load`` is not asked."""

        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self._finite = own(oid, context).load

        def load(self, data: Any) -> Any:
            return FOREVER if data == b"infinity" else self._finite(data)

    return InfinityLoader


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
