"""Alembic's entry point; always online, on the connection it is handed."""

from __future__ import annotations

from alembic import context

from lfassess.db.session import get_engine
from lfassess.models import Base


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:
        with get_engine(context.config.attributes["url"]).begin() as own:
            _migrate(own)
    else:
        _migrate(connection)


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)  # type: ignore[arg-type]
    with context.begin_transaction():
        context.run_migrations()


run()
