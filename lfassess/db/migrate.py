"""Brings the schema up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
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


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema to the revision; raises ServiceUnreachableError."""
    cfg = config(url)
    try:
        with get_engine(url).begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            cfg.attributes["connection"] = connection
            command.upgrade(cfg, revision)
    except OperationalError as e:
        raise unreachable(url, e) from e
