"""This version's code on a database that a newer version of lfassess has been at."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from lfassess.db import migrate, migrations, revision
from lfassess.db.revision import HEAD, Schema
from lfassess.db.schema import bring_up_to_date
from lfassess.errors import ConfigurationError, UsageError
from tests.cli.in_process import lfassess

pytestmark = pytest.mark.integration

OLDEST_CODE = "0017"  # the last migration that renames or drops
AT_HEAD = Schema(HEAD, OLDEST_CODE)
NEWER = "A newer lfassess made this database"
COMMANDS = [
    ("status", 0),
    ("status --json", 0),
    ("leads list", 0),
    ("leads export -", 0),
    ("errors report", 0),
    ("errors list", 0),
    ("errors retry --code provider_timeout", 0),
    ("review", 0),
    ("rescore --all", 0),
    ("storage prune --dry-run", 0),
    ("pause", 0),
    ("resume", 0),
    ("batch --from-db", 0),
    ("drain", 0),
    ("report 1", 2),
    ("compare 1 2", 2),
    ("status 1", 2),
    ("db upgrade", 0),
]


@pytest.fixture
def database(own_database):
    return own_database


def execute(database, sql: str) -> None:
    with database.session() as session:
        session.execute(text(sql))


def made_by(database, at: str) -> None:
    """Have the database say that code of this revision made it."""
    for table in (revision.TABLE, revision.EARLIER_TABLE):
        execute(database, f"UPDATE {table} SET version_num = '{at}'")


@pytest.fixture(autouse=True)
def _data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("LFASSESS_DATA_DIR", str(tmp_path))


@pytest.fixture
def newer(database):
    made_by(database, "9999")
    return database


def cli(servers, database, words):
    return lfassess(*words.split(), DATABASE_URL=database.url, CELERY_BROKER_URL=servers.broker_url)


@pytest.mark.parametrize(("words", "code"), COMMANDS)
def test_every_command_works_on_it_and_says_so_in_a_line(servers, newer, words, code):
    done = cli(servers, newer, words)
    assert (done.returncode, done.stderr.count(NEWER)) == (code, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "alembic" not in done.stderr.lower()


@pytest.mark.parametrize("at", ["0100", "f00dcafe1234", "made up"])
def test_an_upgrade_there_changes_nothing(servers, database, at):
    made_by(database, at)
    done = cli(servers, database, "db upgrade --json")
    assert (done.returncode, NEWER in done.stderr) == (0, True)
    assert revision.look(database) == Schema(at, OLDEST_CODE)


def test_it_is_read_from_the_table_that_earlier_versions_write(servers, database):
    execute(database, "UPDATE alembic_version SET version_num = '9999'")
    done = cli(servers, database, "db upgrade")
    assert (done.returncode, NEWER in done.stderr) == (0, True)


def test_one_that_this_code_cannot_work_with_is_refused_in_words(servers, newer):
    execute(newer, f"UPDATE {revision.TABLE} SET oldest_code = '9998'")
    for words in ("status", "db upgrade", "leads list"):
        done = cli(servers, newer, words)
        assert (done.returncode, "Rollback" in done.stderr) == (3, True)
        assert "can't work with it" in done.stderr


def test_one_whose_oldest_code_is_older_than_this_is_fine(servers, newer):
    execute(newer, f"UPDATE {revision.TABLE} SET oldest_code = '{HEAD}'")
    assert cli(servers, newer, "status").returncode == 0


def test_doctor_says_whose_it_is(servers, newer, tmp_path):
    done = lfassess("doctor", "--json", DATABASE_URL=newer.url, LFASSESS_DATA_DIR=str(tmp_path))
    assert "schema 9999 of a newer lfassess" in done.stdout


def test_versions_without_our_table_find_a_revision_that_they_do_not_know(database):
    """They would ask for columns that are gone, and stop instead."""
    with database.session() as session:
        found = session.scalar(text(f"SELECT version_num FROM {revision.EARLIER_TABLE}"))
    assert found == HEAD > revision.LAST_OF_EARLIER


def test_a_database_of_a_version_that_spared_them_is_brought_up_to_date(database):
    command.downgrade(migrate.config(database), "0016")
    execute(database, f"UPDATE alembic_version SET version_num = '{revision.LAST_OF_EARLIER}'")
    assert revision.look(database) == Schema("0016")
    assert bring_up_to_date(database) == AT_HEAD


def test_a_database_of_an_earlier_version_gets_our_table_and_keeps_its_revision(database):
    command.downgrade(migrate.config(database), "0007")
    execute(database, f"DROP TABLE {revision.TABLE}")
    assert revision.current(database) == "0007"

    assert bring_up_to_date(database) == AT_HEAD
    test_versions_without_our_table_find_a_revision_that_they_do_not_know(database)


@pytest.fixture
def broken_chain(tmp_path, monkeypatch):
    """An installation that lacks one of its migrations."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__path__[0]), folder)
    (gone,) = (folder / "versions").glob("0005_*.py")
    gone.unlink()
    real = migrate.config

    def config(*args):
        cfg = real(*args)
        cfg.set_main_option("script_location", str(folder))
        return cfg

    monkeypatch.setattr(migrate, "config", config)


def test_a_broken_chain_of_migrations_is_an_error_in_words(database, broken_chain):
    with pytest.raises(ConfigurationError, match="migrations are not whole") as error:
        migrate.upgrade(database)
    assert error.value.hint == "Install lfassess again; the database was not changed."


def test_an_older_revision_that_nobody_made_is_an_error_in_words(database):
    made_by(database, "00")
    with pytest.raises(ConfigurationError, match="from 00: this installation's migrations"):
        bring_up_to_date(database)


@pytest.mark.parametrize("to", ["9999", "nonsense", "+1", "base"])
def test_a_revision_that_does_not_exist_is_refused(database, to):
    with pytest.raises(UsageError, match="There is no schema revision"):
        migrate.upgrade(database, to)


def test_a_database_that_refuses_is_reported_in_a_line(database):
    made_by(database, "0007")
    with pytest.raises(ConfigurationError, match='column "bare"') as error:
        migrate.upgrade(database)
    assert "\n" not in error.value.message
