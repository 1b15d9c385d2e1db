"""Stores that are backed up and restored: another server's database, and the embedded one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, text

from lfassess import stack
from lfassess.assessment.intake.submission import submit_lead
from lfassess.checks.base import Artefact, Fetched
from lfassess.clients.storage import DiskStorage
from lfassess.db import migrate, revision
from lfassess.db.database import Database
from lfassess.settings import Settings
from lfassess.stack.locks import PartLock
from tests.cli.in_process import lfassess
from tests.databases import shared_database
from tests.stack.support import Stack, wait_until
from tests.support import OrchestratorHarness, six_checks

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[2]


@pytest.fixture
def database(own_database):
    return own_database


class Store:
    """A database and a data folder, and lfassess on them."""

    def __init__(self, database: Database, broker_url: str, data_dir: Path) -> None:
        self.database, self.url = database, database.url
        self.settings = Settings(data_dir=data_dir)
        self.env = {
            "DATABASE_URL": self.url,
            "CELERY_BROKER_URL": broker_url,
            "LFASSESS_DATA_DIR": str(data_dir),
        }

    def cli(self, *words: object) -> subprocess.CompletedProcess[str]:
        return lfassess(*map(str, words), **self.env)

    def piped(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run it as a process of its own, for stdin and stdout as they are."""
        return subprocess.run(
            [sys.executable, "-m", "lfassess", *words],
            env={**os.environ, **self.env}, cwd=ROOT, input=stdin, capture_output=True,
            timeout=120, check=False,
        )  # fmt: skip

    def execute(self, sql: str) -> None:
        with self.database.session() as session:
            session.execute(text(sql))

    def leads(self) -> list[str]:
        with self.database.session() as session:
            return list(session.scalars(text("SELECT name FROM leads ORDER BY id")))

    def picture(self) -> bytes | None:
        with self.database.session() as session:
            uri = session.scalar(text("SELECT uri FROM artefacts WHERE name = 'desktop.jpg'"))
        return DiskStorage.from_settings(self.settings).get(uri) if uri else None

    def left_behind(self) -> list[str]:
        return [p.name for p in self.settings.data_dir.iterdir() if p.name.startswith(".")]


def shoot(_target, _ctx):
    return Fetched({}, artefacts=(Artefact("desktop.jpg", "image/jpeg", b"picture"),))


def assess(store: Store, name: str) -> None:
    harness = OrchestratorHarness(store.settings, store.database, checks=six_checks(visual=shoot))
    submit_lead(harness.orchestrator, harness.add_lead(name))
    harness.drain()


@pytest.fixture
def store(servers, database, tmp_path):
    store = Store(database, servers.broker_url, tmp_path / "data")
    assess(store, "Harbour Bakery")
    return store


@pytest.fixture
def other(servers, tmp_path):
    """An empty database elsewhere, with a data folder of its own."""
    with shared_database(servers) as database:
        yield Store(database, servers.broker_url, tmp_path / "other")


@pytest.fixture
def backup(store, tmp_path):
    file = tmp_path / "store.tar"
    done = store.cli("backup", file)
    assert done.returncode == 0, done.stderr
    return file


def test_a_backup_is_restored_elsewhere_with_its_files(store, other, backup):
    done = other.cli("restore", backup, "--json")

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["schema"], answer["backup"]["leads"]) == (revision.HEAD, 1)
    assert (other.leads(), other.picture()) == (["Harbour Bakery"], b"picture")
    with other.database.session() as session:
        assert session.scalar(text("SELECT nextval(pg_get_serial_sequence('leads', 'id'))")) == 2
    assert other.left_behind() == []


def test_the_summary_says_what_is_in_it(store, tmp_path):
    file = tmp_path / "b.tar"
    assert "1 lead, 1 assessment and 1 file" in " ".join(store.cli("backup", file).stderr.split())
    again = store.cli("backup", file)
    assert (again.returncode, "exists" in again.stderr) == (2, True)
    done = store.cli("backup", file, "--force", "--json")
    assert json.loads(done.stdout)["files"] == 1
    assert store.left_behind() == []


def test_stdout_and_stdin_serve_as_the_file(store, other):
    made = store.piped("backup", "-")
    assert made.returncode == 0, made.stderr

    done = other.piped("restore", "-", stdin=made.stdout)

    assert done.returncode == 0, done.stderr
    assert (other.leads(), other.picture()) == (["Harbour Bakery"], b"picture")


def test_a_store_that_holds_something_is_replaced_only_when_told_to(store, backup):
    assess(store, "Later")
    refused = store.cli("restore", backup)
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    assert store.leads() == ["Harbour Bakery", "Later"]

    done = store.cli("restore", backup, "--force")

    assert done.returncode == 0, done.stderr
    assert (store.leads(), store.picture()) == (["Harbour Bakery"], b"picture")


def spoil_dump(backup: Path) -> None:
    """Spoil the dump so that only pg_restore can notice."""
    from lfassess.backup import archive

    spoilt = backup.with_name("spoilt.tar")
    folder = backup.with_name("parts")
    folder.mkdir()
    with backup.open("rb") as f:
        archive.unpack(f, folder, "x")
    dump = folder / archive.DUMP
    data = dump.read_bytes()
    # Within its list of contents: of a smaller loss at the end not every release speaks.
    dump.write_bytes(data[: len(data) // 3])
    with spoilt.open("wb") as out:
        writer = archive.Writer(out)
        for name in (archive.MANIFEST, archive.DUMP):
            writer.add_bytes(name, (folder / name).read_bytes())
        writer.close()
    spoilt.replace(backup)


def cut(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-20_000])


def no_backup(backup: Path) -> None:
    backup.write_text("id,website\n")


@pytest.mark.parametrize(
    ("harm", "code"), [(cut, 2), (no_backup, 2), (spoil_dump, 4)], ids=["cut", "other", "dump"]
)
def test_a_damaged_backup_changes_nothing(store, backup, harm, code):
    assess(store, "Later")
    harm(backup)

    done = store.cli("restore", backup, "--force")

    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert (store.leads(), store.picture()) == (["Harbour Bakery", "Later"], b"picture")
    assert store.left_behind() == []


def test_a_backup_that_is_not_there_is_a_usage_error(store, tmp_path):
    assert store.cli("restore", tmp_path / "none.tar").returncode == 2
    assert store.cli("backup", tmp_path / "no" / "folder.tar").returncode == 2
    assert store.cli("backup", tmp_path).returncode == 2


def test_other_workers_must_be_stopped_first(store, backup):
    url = store.url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url, application_name="lfassess worker 1"):
        done = store.cli("restore", backup, "--force")
    assert (done.returncode, "docker compose stop worker" in done.stderr) == (2, True)
    assert store.leads() == ["Harbour Bakery"]


def test_tables_of_another_program_are_not_dropped(store, backup):
    store.execute("CREATE TABLE invoices AS SELECT 7 AS n")
    done = store.cli("restore", backup, "--force")
    assert (done.returncode, "invoices" in done.stderr) == (2, True)
    store.execute("SELECT n FROM invoices")


def test_a_backup_of_an_older_schema_is_brought_up_to_date(store, other, tmp_path):
    from alembic import command

    command.downgrade(migrate.config(store.database), "0007")
    store.execute(f"DROP TABLE {revision.TABLE}")  # as versions before had it
    file = tmp_path / "old.tar"
    assert store.cli("backup", file).returncode == 0
    assert revision.current(store.database) == "0007"  # a backup leaves the store as it is

    assert other.cli("restore", file).returncode == 0
    assert revision.current(other.database) == revision.HEAD
    assert other.leads() == ["Harbour Bakery"]


def test_a_backup_of_a_newer_schema_works_or_is_refused_in_words(store, other, tmp_path):
    store.execute("CREATE TABLE of_tomorrow AS SELECT 1 AS n")
    store.execute(f"UPDATE {revision.TABLE} SET version_num = '9999'")
    assert store.cli("backup", tmp_path / "newer.tar").returncode == 0
    done = other.cli("restore", tmp_path / "newer.tar")
    assert (done.returncode, other.leads()) == (0, ["Harbour Bakery"])

    store.execute(f"UPDATE {revision.TABLE} SET oldest_code = '9999'")
    assert store.cli("backup", tmp_path / "breaking.tar").returncode == 0
    done = other.cli("restore", tmp_path / "breaking.tar", "--force")
    assert (done.returncode, "Install that version" in done.stderr) == (3, True)


def test_what_redis_holds_of_the_store_before_is_dropped(store, backup, servers):
    client = redis.Redis.from_url(
        servers.broker_url.replace("redis+socket://", "unix://").replace("virtual_host", "db")
    )
    with client:
        client.rpush("assessment", "{}")
        client.rpush("lfassess:spool", "{}")
        assert store.cli("restore", backup, "--force").returncode == 0
        assert client.exists("assessment", "lfassess:spool") == 0


@pytest.fixture
def embedded(tmp_path):
    it = Stack(tmp_path / "data")
    yield it
    it.remove()


WARM = (
    "import signal, sys, time\n"
    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); time.sleep(600)"
)


def test_the_embedded_store_is_replaced_under_its_workers(embedded, tmp_path):
    stack.scale(embedded.settings, {"browser": 0, "lighthouse": 0})
    program = (sys.executable, "-ISc", WARM)
    urls = stack.ensure_up(embedded.settings, program=program)
    here = Store(Database(urls.database_url), urls.broker_url, embedded.layout.data_dir)
    here.env = {"LFASSESS_DATA_DIR": str(embedded.layout.data_dir)}
    assess(here, "Harbour Bakery")
    assert here.cli("backup", tmp_path / "b.tar").returncode == 0
    assess(here, "Later")
    before = embedded.pid("worker-io1")

    done = here.cli("restore", tmp_path / "b.tar", "--force")

    assert done.returncode == 0, done.stderr
    assert "Waiting for the workers" in done.stderr
    assert (here.leads(), here.picture()) == (["Harbour Bakery"], b"picture")
    wait_until(
        lambda: PartLock(embedded.layout.lock("worker-io1")).main_pid() not in {None, before},
        "the workers are back",
    )
    here.database.dispose()


def test_a_moved_data_folder_keeps_its_store_and_pictures(embedded, tmp_path):
    urls = embedded.servers_up()
    here = Store(Database(urls.database_url), urls.broker_url, embedded.layout.data_dir)
    assess(here, "Harbour Bakery")
    here.database.dispose()
    file = tmp_path / "b.tar"
    env = {"LFASSESS_DATA_DIR": str(embedded.layout.data_dir)}
    assert lfassess("backup", str(file), **env).returncode == 0

    elsewhere = Stack(tmp_path / "elsewhere")
    try:
        env = {"LFASSESS_DATA_DIR": str(elsewhere.layout.data_dir)}
        done = lfassess("restore", str(file), **env)
        assert done.returncode == 0, done.stderr
        database = Database(stack.endpoints(elsewhere.settings).database_url)
        there = Store(database, "", elsewhere.layout.data_dir)
        assert (there.leads(), there.picture()) == (["Harbour Bakery"], b"picture")
        database.dispose()
    finally:
        elsewhere.remove()


def test_a_role_that_may_not_replace_the_tables_is_told_so(store, backup):
    """Nothing is destroyed when Postgres refuses in the middle."""
    engine = create_engine(store.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS lfassess_reader"))
        connection.execute(text("CREATE ROLE lfassess_reader LOGIN"))
        connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO lfassess_reader"))
        store.env["DATABASE_URL"] = store.url.replace("://lfassess@", "://lfassess_reader@")
        done = store.cli("restore", backup, "--force")
        connection.execute(text("DROP OWNED BY lfassess_reader"))
        connection.execute(text("DROP ROLE lfassess_reader"))
    engine.dispose()
    assert (done.returncode, "must be owner" in done.stderr) == (4, True), done.stderr
    assert store.leads() == ["Harbour Bakery"]
