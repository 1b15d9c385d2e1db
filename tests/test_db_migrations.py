"""The migrations make the tables that the models describe."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from lfassess.db import migrate
from lfassess.db.session import get_engine
from lfassess.models import Base

pytestmark = pytest.mark.integration


def test_models_and_migrations_agree(database_url):
    with get_engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_can_be_undone_and_done_again(database_url):
    from alembic import command

    command.downgrade(migrate.config(database_url), "0001")
    assert migrate.current(database_url) == "0001"
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == migrate.head()
