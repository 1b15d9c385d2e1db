"""Reads the schema's revision without Alembic: most commands need no more than that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from lfassess.db.database import Database
from lfassess.errors import ConfigurationError

HEAD: Final = "0024"  # the newest revision in db/migrations/versions

# Versions before the schema had a table of its own look into Alembic's, and stop at a revision that
# they don't know. Up to schema 0016 it stayed at the last that they know, as they could work with
# what came after; see docs/adr/0015-rollback.md and 0029-renamed-columns.md.
TABLE: Final = "schema_revision"
EARLIER_TABLE: Final = "alembic_version"
LAST_OF_EARLIER: Final = "0008"


_WHICH = f"SELECT to_regclass('{TABLE}'), to_regclass('{EARLIER_TABLE}')"
_OWN = f"SELECT version_num, oldest_code FROM {TABLE}"  # noqa: S608 - constant names, here and below
_MIRROR = f"SELECT version_num FROM {EARLIER_TABLE}"  # noqa: S608
_MAKE = f"""
CREATE TABLE IF NOT EXISTS {EARLIER_TABLE} (
    version_num varchar(32) CONSTRAINT {EARLIER_TABLE}_pkc PRIMARY KEY);
CREATE TABLE IF NOT EXISTS {TABLE} (
    version_num varchar(32) CONSTRAINT pk_{TABLE} PRIMARY KEY, oldest_code varchar(32));
INSERT INTO {TABLE} (version_num) SELECT version_num FROM {EARLIER_TABLE}
 WHERE NOT EXISTS (SELECT FROM {TABLE})
"""  # noqa: S608
_SET = f"UPDATE {TABLE} SET version_num = :at"  # noqa: S608
_TELL_EARLIER = f"""
DELETE FROM {EARLIER_TABLE};
INSERT INTO {EARLIER_TABLE} SELECT version_num FROM {TABLE}
"""  # noqa: S608


@dataclass(frozen=True)
class Schema:
    """What a database says of its schema.

    ``at`` is its revision, None for an empty database; ``oldest_code`` is the oldest revision
    whose code can work with it, None where any can.
    """

    at: str | None
    oldest_code: str | None = None

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of lfassess made it."""
        return self.at is not None and (not self.at.isdigit() or self.at > HEAD)

    @property
    def is_usable(self) -> bool:
        """Whether this code can work with it, once it is brought up to date."""
        return self.oldest_code is None or self.oldest_code <= HEAD


def look(database: Database) -> Schema:
    """Return what the database says of its schema.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    with database.autocommit() as connection:
        return read(connection)


def read(connection: Connection) -> Schema:
    """Return what the connection's database says of its schema."""
    ours, earlier = connection.execute(text(_WHICH)).one()
    own = connection.execute(text(_OWN)).first() if ours else None
    mirror = connection.scalar(text(_MIRROR)) if earlier else None
    if own is None:
        return Schema(mirror)
    at, oldest_code = own
    if mirror is not None and mirror not in {at, min(at, LAST_OF_EARLIER)}:
        return Schema(mirror, oldest_code)  # an earlier version has been at work since
    return Schema(at, oldest_code)


def prepare(connection: Connection) -> None:
    """Make both tables, where they are missing, and have ours say what `read` finds."""
    connection.execute(text(_MAKE))
    schema = read(connection)
    if schema.at is not None:
        connection.execute(text(_SET), {"at": schema.at})


def migrated_to(connection: Connection) -> str:
    """Return where the migrations have arrived; "" if all were undone. Before ``finish``."""
    return str(connection.scalar(text(f"SELECT version_num FROM {TABLE}")) or "")  # noqa: S608 - a constant name


def finish(connection: Connection, oldest_code: str | None) -> None:
    """Note the oldest code that can work with the schema, and tell earlier versions."""
    connection.execute(text(f"UPDATE {TABLE} SET oldest_code = :oldest"), {"oldest": oldest_code})  # noqa: S608 - a constant name
    connection.execute(text(_TELL_EARLIER))


def current(database: Database) -> str | None:
    """Return the revision the database is at, None for an empty one; raises as ``look``."""
    return look(database).at


def require_usable(schema: Schema) -> None:
    """Refuse a schema that this code can't work with; raises ConfigurationError."""
    if not schema.is_usable:
        raise ConfigurationError(
            f"A newer lfassess has changed the database (schema {schema.at}) so that this one "
            f"(schema {HEAD}) can't work with it.",
            hint="Install the newer version again, or restore the backup made before the "
            "upgrade: docs/how-to/operations.md, Rollback.",
        )
