"""Alembic's entry point; always online, on the connection it is handed."""

from __future__ import annotations

from alembic import context
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from lfassess.db import revision
from lfassess.db.models import Base


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:
        with context.config.attributes["database"].engine.begin() as own:
            _migrate(own)
    else:
        _migrate(connection)


def _migrate(connection: Connection) -> None:
    revision.prepare(connection)
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        version_table=revision.TABLE,
        include_name=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()
        revision.finish(connection, _oldest_code(revision.migrated_to(connection)))


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name != revision.EARLIER_TABLE


def _oldest_code(at: str) -> str | None:
    """Return the newest ``oldest_code`` that a migration up to this one asks for, if any does."""
    scripts = ScriptDirectory.from_config(context.config).walk_revisions()
    asked = [getattr(s.module, "oldest_code", None) for s in scripts if s.revision <= at]
    return max((str(code) for code in asked if code), default=None)


run()
