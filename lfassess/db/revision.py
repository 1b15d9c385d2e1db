"""Which revision the schema is at, told without Alembic: most commands need no more than that."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from lfassess.db.session import statement_scope

HEAD: Final = "0012"  # the newest revision in db/migrations/versions


def current(url: str) -> str | None:
    """Return the revision the database is at, None for an empty one.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    with statement_scope(url) as session:
        if session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        return str(session.scalar(text("SELECT version_num FROM alembic_version")))


def bring_up_to_date(url: str) -> None:
    """Bring the schema to this code's revision, if it isn't there.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    if current(url) == HEAD:
        return
    from lfassess.db import migrate  # noqa: PLC0415 - a fifth of a second that is seldom needed

    migrate.upgrade(url)
