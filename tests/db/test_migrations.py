"""The migrations make the tables that the models describe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from lfassess.db import migrate, revision
from lfassess.db.database import Database
from lfassess.db.models import Base
from lfassess.db.schema import bring_up_to_date
from tests.stack.support import wait_until

pytestmark = pytest.mark.integration


@pytest.fixture
def database(own_database):
    return own_database


def test_models_and_migrations_agree(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": revision.TABLE,
                "include_name": lambda name, *_: name != revision.EARLIER_TABLE,
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_can_be_undone_and_done_again(database):
    from alembic import command

    command.downgrade(migrate.config(database), "0001")
    assert revision.current(database) == "0001"
    bring_up_to_date(database)
    assert revision.current(database) == revision.HEAD


def test_an_upgrade_that_a_worker_s_transaction_crosses_is_done_again(database):
    """Each waits for a table that the other has locked: Postgres undoes the upgrade."""
    from alembic import command

    command.downgrade(migrate.config(database), "0016")
    waits = text("SELECT count(*) FROM pg_locks WHERE relation = 'leads'::regclass AND NOT granted")
    with ThreadPoolExecutor(1) as pool:
        with database.engine.connect() as worker, database.engine.connect() as look:
            look.execution_options(isolation_level="AUTOCOMMIT")
            worker.execute(text("SET deadlock_timeout = '60s'"))  # so that the other is undone
            worker.execute(text("SELECT count(*) FROM leads"))
            upgraded = pool.submit(bring_up_to_date, database)
            wait_until(lambda: look.scalar(waits), "the upgrade waits for the leads")
            worker.execute(text("SELECT count(*) FROM check_runs"))  # which the upgrade has locked
            worker.execute(text("RESET deadlock_timeout"))
            worker.rollback()
        assert upgraded.result(60).at == revision.HEAD


def test_the_newest_migration_is_the_revision_that_commands_expect():
    newest = ScriptDirectory.from_config(
        migrate.config(Database("postgresql:///none"))
    ).get_current_head()
    assert newest == revision.HEAD
