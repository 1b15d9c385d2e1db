"""The migrations make the tables that the models describe."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lfassess.db import migrate, revision
from lfassess.db.database import Database
from lfassess.db.models import Base
from lfassess.db.schema import bring_up_to_date

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


def test_the_newest_migration_is_the_revision_that_commands_expect():
    newest = ScriptDirectory.from_config(
        migrate.config(Database("postgresql:///none"))
    ).get_current_head()
    assert newest == revision.HEAD
