"""What a Database holds: connections with a name, of one process, and no password for others."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text

from lfassess.db.database import WORKER, Database, count_connected_workers
from lfassess.errors import ConfigurationError
from tests.cli.in_process import lfassess
from tests.stack.support import wait_until

_BACKEND = text("SELECT pg_backend_pid()")


def test_its_password_is_not_shown():
    assert "secret" not in repr(Database("postgresql://me:secret@db/leads"))


def test_it_is_one_of_postgres():
    with pytest.raises(ConfigurationError, match="not a Postgres URL"):
        Database("mysql://db/leads")


@pytest.mark.integration
def test_workers_are_counted_by_the_name_of_their_connections(database):
    with Database(database.url, application=WORKER) as of_a_worker:
        with of_a_worker.session() as session:
            assert count_connected_workers(session) == 1
        with database.session() as session:
            assert count_connected_workers(session) == 1
            own = session.scalar(text("SELECT current_setting('application_name')"))
    assert own == f"lfassess {os.getpid()}"


@pytest.mark.integration
def test_a_forked_process_opens_connections_of_its_own(database):
    with database.session() as session:
        before = session.scalar(_BACKEND)
    answers, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with database.session() as session:
                own = session.scalar(_BACKEND)
                name = session.scalar(text("SELECT current_setting('application_name')"))
            os.write(says, f"{own} {name}".encode())
        finally:
            os._exit(0)  # without what pytest has left to do
    os.close(says)
    with os.fdopen(answers) as said:
        own, name = said.read().split(" ", 1)
    os.waitpid(child, 0)
    assert int(own) != before
    assert name == f"lfassess {child}"
    with database.session() as session:
        assert session.scalar(_BACKEND) == before


@pytest.mark.integration
def test_a_command_leaves_no_connection_behind(database, servers, tmp_path):
    done = lfassess(
        "status", "--json", DATABASE_URL=database.url, CELERY_BROKER_URL=servers.broker_url,
        LFASSESS_DATA_DIR=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0
    mine = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )

    def others() -> int:
        with database.session() as session:
            return session.scalar(mine)

    wait_until(lambda: not others(), "the command's connections are gone")
