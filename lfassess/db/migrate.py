"""Brings the schema up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lfassess.db.session import get_engine, unreachable

# Two commands may start at once; one migrates, the other waits and finds nothing left to do.
_LOCK = 0x1F_A55E55


def config(url: str) -> Config:
    """Return Alembic's configuration, without an alembic.ini."""
    cfg = Config()
    cfg.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    cfg.attributes["url"] = url
    return cfg


def head() -> str:
    """Return the newest revision this code knows."""
    return ScriptDirectory.from_config(config("")).get_current_head() or ""


def current(url: str) -> str | None:
    """Return the revision the database is at; raises ServiceUnreachableError."""
    try:
        with get_engine(url).connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except OperationalError as e:
        raise unreachable(url, e) from e


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema to the revision; raises ServiceUnreachableError."""
    if revision == "head" and current(url) == head():
        return
    cfg = config(url)
    try:
        with get_engine(url).begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            cfg.attributes["connection"] = connection
            command.upgrade(cfg, revision)
    except OperationalError as e:
        raise unreachable(url, e) from e
