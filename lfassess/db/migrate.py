"""Brings the schema up to date."""

from __future__ import annotations

import warnings
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg.errors import DeadlockDetected
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from lfassess.db import revision
from lfassess.db.database import Database, unreachable
from lfassess.db.revision import Schema
from lfassess.errors import ConfigurationError, LfassessError, UsageError
from lfassess.log import redact
from lfassess.reconnect import persistently

# Two commands may start at once; one migrates, the other waits and finds nothing left to do.
_LOCK = 0x1F_A55E55
_PATIENCE_S = 60.0  # with deadlocks


def config(database: Database, connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, without an alembic.ini."""
    cfg = Config()
    cfg.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    cfg.attributes["database"] = database
    cfg.attributes["connection"] = connection
    return cfg


def upgrade(database: Database, to: str = "head") -> Schema:
    """Bring the schema to the revision; a schema that a newer version made is left alone.

    Returns:
        What the schema is afterwards.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
        UsageError: there is no such revision.
        ConfigurationError: this code is too old for the schema, the database refuses a change, or
            this installation's migrations are no whole chain.
    """
    target = _known(config(database), to)
    try:
        # Workers that go on meanwhile lock the same tables in another order; Postgres then undoes
        # one of the two, which may be this.
        return persistently(
            lambda: _in_one_transaction(database, target),
            OperationalError,
            within_s=_PATIENCE_S,
            hopeless=lambda e: not isinstance(getattr(e, "orig", None), DeadlockDetected),
        )
    except OperationalError as e:
        raise unreachable(database.url, e) from e
    except DBAPIError as e:
        raise _refused(e) from e


def _in_one_transaction(database: Database, target: str) -> Schema:
    with database.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        return _upgrade(connection, database, target)


def _upgrade(connection: Connection, database: Database, target: str) -> Schema:
    schema = revision.read(connection)
    revision.require_usable(schema)
    if schema.is_newer:
        return schema
    try:
        command.upgrade(config(database, connection), target)
    except (CommandError, KeyError) as e:
        raise _broken(schema, e) from e
    return revision.read(connection)


def _known(cfg: Config, to: str) -> str:
    """Return the revision's whole name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # of a link that is missing
            script = ScriptDirectory.from_config(cfg).get_revision(to)
    except CommandError as e:
        if to == "head":
            raise _broken(Schema(None), e) from e
        script = None
    except (KeyError, UserWarning) as e:
        raise _broken(Schema(None), e) from e
    if script is None:
        raise UsageError(f"There is no schema revision {to!r}; the newest is {revision.HEAD}.")
    return script.revision


def _broken(schema: Schema, error: Exception) -> LfassessError:
    at = f" from {schema.at}" if schema.at else ""
    return ConfigurationError(
        f"The schema can't be upgraded{at}: this installation's migrations are not whole ({error})",
        hint="Install lfassess again; the database was not changed.",
    )


def _refused(error: DBAPIError) -> LfassessError:
    line = (str(error.orig).strip().splitlines() or ["it refused"])[0]
    return ConfigurationError(
        f"The schema can't be upgraded: Postgres says {redact(line)}",
        hint="The database was not changed. Its user must own the tables and may create them; "
        "a database that another program uses, too, is no place for lfassess.",
    )
