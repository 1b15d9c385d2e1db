"""Brings the schema to this code's revision where it isn't there, without Alembic where it is."""

from __future__ import annotations

from lfassess.db import revision
from lfassess.db.database import Database


def bring_up_to_date(database: Database) -> revision.Schema:
    """Bring the schema to this code's revision, if it isn't there; leave a newer one alone.

    Returns:
        What the schema is afterwards.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
        ConfigurationError: this code is too old for the schema, or the migration fails.
    """
    schema = revision.look(database)
    revision.require_usable(schema)
    if schema.at == revision.HEAD or schema.is_newer:
        return schema
    from lfassess.db import migrate  # noqa: PLC0415 - a fifth of a second that is seldom needed

    return migrate.upgrade(database)
