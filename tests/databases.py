"""Databases for tests: copied from a migrated template, or shared and emptied between tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import text

from lfassess import stack
from lfassess.db import migrate
from lfassess.db.database import Database
from lfassess.db.models import Base

TEMPLATE = "test_template"
_KEPT = {"control"}  # one row, made by its migration


def _as_admin(servers: stack.Endpoints, sql: str) -> None:
    admin = servers.database_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql)


def make_template(servers: stack.Endpoints) -> None:
    """Make the database with today's schema that others are copied from: migrating takes longer."""
    _as_admin(servers, "ALTER SYSTEM SET synchronous_commit = off")  # nobody cuts its power
    _as_admin(servers, "SELECT pg_reload_conf()")
    _as_admin(servers, f'CREATE DATABASE "{TEMPLATE}"')
    url = servers.database_url.replace("/lfassess?", f"/{TEMPLATE}?")
    with Database(url) as database:  # and ends its connections: a template must have no visitors
        migrate.upgrade(database)


@contextmanager
def shared_database(servers: stack.Endpoints) -> Iterator[Database]:
    """Make a database with today's schema, and drop it in the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _as_admin(servers, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    url = servers.database_url.replace("/lfassess?", f"/{name}?")
    try:
        with Database(url) as database:
            yield database
    finally:
        _as_admin(servers, f'DROP DATABASE "{name}" WITH (FORCE)')


_RESTART = """
SELECT setval(oid::regclass, 1, false) FROM pg_class
 WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
"""


def empty(database: Database) -> None:
    """Delete all rows and start ids from 1 again; on small tables TRUNCATE takes 20 times as long."""
    with database.session() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in _KEPT:
                session.execute(table.delete())
        session.execute(text(_RESTART))
        session.execute(text("UPDATE control SET paused = false, reason = NULL, by_rule = false"))
