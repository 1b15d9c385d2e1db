"""Starting, finding and stopping real servers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
from pydantic import SecretStr

from lfassess import stack
from lfassess.errors import ConfigurationError, ServiceUnreachableError
from lfassess.paths import Layout
from lfassess.settings import Settings
from tests.stack.support import Stack, is_gone, wait_until

pytestmark = pytest.mark.integration

SERVERS = {"postgres", "valkey", "supervisor"}
WORKERS = {"worker-io1", "worker-browser1", "worker-lighthouse1"}


def connect(layout: Layout) -> psycopg.Connection:
    return psycopg.connect(layout.database_url.replace("+psycopg", ""))


def query(layout: Layout, sql: str) -> object:
    with connect(layout) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def ping(layout: Layout) -> bool:
    with redis.Redis.from_url(layout.redis_url) as client:
        return bool(client.ping())


def test_a_cold_start_brings_up_answering_servers_with_the_schema(fresh: Stack):
    said: list[str] = []

    found = stack.ensure_up(fresh.settings, workers=False, on_progress=said.append)

    assert found == stack.endpoints(fresh.settings)
    assert said == ["Starting valkey", "Starting postgres"]
    assert query(fresh.layout, "SELECT count(*) FROM leads") == 0
    assert ping(fresh.layout)
    assert set(fresh.pids()) == SERVERS


def test_a_second_start_uses_what_runs(shared: Stack):
    shared.up()
    before = shared.pids()
    said: list[str] = []

    shared.up()
    stack.ensure_up(shared.settings, workers=False, on_progress=said.append)

    assert shared.pids() == before
    assert set(before) == SERVERS | WORKERS
    assert said == []


def test_servers_listen_on_no_port_and_are_small(shared: Stack):
    shared.up()

    for part in ("postgres", "valkey"):
        assert psutil.Process(shared.pid(part)).net_connections("inet") == []
    memory = {p.name: p.rss_mb or 0 for p in stack.ps(shared.settings)}
    assert memory["postgres"] + memory["valkey"] + memory["supervisor"] < 200


def test_workers_join_a_stack_of_servers_only(fresh: Stack):
    fresh.servers_up()
    servers = fresh.pids()

    fresh.up()

    after = fresh.pids()
    assert set(after) == SERVERS | WORKERS
    assert {n: after[n] for n in ("postgres", "valkey")} == {
        n: servers[n] for n in ("postgres", "valkey")
    }


def test_four_starts_at_once_give_one_of_each(fresh: Stack):
    command = (
        "import sys; from pathlib import Path\n"
        "from lfassess import stack; from lfassess.settings import Settings\n"
        "from tests.stack.support import SLEEPER\n"
        "stack.ensure_up(Settings(data_dir=Path(sys.argv[1])), program=SLEEPER)"
    )
    arguments = [sys.executable, "-c", command, str(fresh.layout.data_dir)]
    root = Path(__file__).parents[2]

    starters = [subprocess.Popen(arguments, cwd=root) for _ in range(4)]
    codes = [starter.wait(timeout=60) for starter in starters]

    assert codes == [0, 0, 0, 0]
    log = fresh.layout.log("supervisor").read_text()
    for part in {*SERVERS, *WORKERS} - {"supervisor"}:
        assert log.count(f"{part}: started") == 1
    assert len(fresh.processes("lfassess.stack.supervisor")) == 1
    assert len(fresh.processes("bin/postgres")) == 1
    assert len(fresh.processes("valkey-server")) == 1


def test_down_ends_everything_and_the_data_stay(fresh: Stack):
    fresh.up()
    with connect(fresh.layout) as connection:
        connection.execute("CREATE TABLE backed_up AS SELECT 7 AS n")
    pids = [
        child.pid
        for pid in fresh.pids().values()
        for child in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    ]

    stopped = stack.down(fresh.settings)

    assert set(stopped) == SERVERS | WORKERS
    assert stopped.index("worker-io1") < stopped.index("valkey") < stopped.index("postgres")
    wait_until(lambda: all(map(is_gone, pids)), "all processes are gone")
    assert stack.down(fresh.settings) == []
    assert {p.state for p in stack.ps(fresh.settings)} == {"stopped"}

    fresh.servers_up()
    assert query(fresh.layout, "SELECT n FROM backed_up") == 7


def test_down_before_any_start_stops_nothing(data_dir: Path):
    assert stack.down(Settings(data_dir=data_dir)) == []
    assert not data_dir.exists()


def test_stale_files_naming_a_living_stranger_do_not_stop_a_start(fresh: Stack):
    fresh.servers_up()
    stack.down(fresh.settings)
    layout = fresh.layout
    account = layout.account.popen_arguments() if layout.account else {}
    sleeper = ["/bin/sleep", "600"]
    with subprocess.Popen(sleeper, cwd="/", **account) as stranger:
        try:
            pid_file = f"{stranger.pid}\n{layout.postgres_data}\n0\n5432\n{layout.run}\n"
            (layout.postgres_data / "postmaster.pid").write_text(pid_file)
            lock_file = layout.postgres_socket.with_name(layout.postgres_socket.name + ".lock")
            lock_file.write_text(pid_file)
            for path in (layout.postgres_socket, layout.valkey_socket):
                with socket.socket(socket.AF_UNIX) as s:
                    s.bind(str(path))

            fresh.servers_up()

            assert query(layout, "SELECT 1") == 1
            assert ping(layout)
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_servers_named_by_settings_are_left_alone(shared: Stack, tmp_path: Path):
    mine = shared.servers_up()
    before = shared.pids()
    settings = Settings(
        data_dir=tmp_path / "data", database_url=mine.database_url, broker_url=mine.broker_url
    )

    assert stack.ensure_up(settings) == mine
    assert stack.down(settings) == []
    assert stack.ps(settings) == []
    assert not (tmp_path / "data").exists()
    assert shared.pids() == before


def test_only_the_missing_server_is_started(fresh: Stack):
    url = "postgresql://nobody@127.0.0.1:1/none"

    found = fresh.up(database_url=url)

    assert found.database_url == url
    assert set(fresh.pids()) == {"valkey", "supervisor"} | WORKERS
    assert not fresh.layout.postgres_data.exists()
    worker = psutil.Process(fresh.pid("worker-io1")).environ()
    assert worker["DATABASE_URL"] == url
    assert worker["CELERY_BROKER_URL"] == fresh.layout.broker_url


def test_a_server_that_will_not_start_is_named_with_its_last_words(fresh: Stack):
    fresh.servers_up()
    stack.down(fresh.settings)
    control = fresh.layout.postgres_data / "global/pg_control"
    control.write_bytes(b"")

    with pytest.raises(ServiceUnreachableError) as error:
        fresh.servers_up()

    assert str(fresh.layout.log("postgres")) in str(error.value)
    assert "pg_control" in str(error.value)

    def is_given_up() -> bool:
        (postgres,) = (p for p in stack.ps(fresh.settings) if p.name == "postgres")
        return postgres.state == "stopped" and "will not start" in postgres.detail

    wait_until(is_given_up, "ps says why")  # the supervisor may just be trying once more


def test_a_mended_server_starts_at_once_afterwards(fresh: Stack):
    fresh.servers_up()
    stack.down(fresh.settings)
    version = fresh.layout.postgres_data / "PG_VERSION"
    right = version.read_text()
    version.write_text("9.6\n")
    with pytest.raises(ConfigurationError, match=r"PostgreSQL 9\.6's; here there is: ") as error:
        fresh.servers_up()
    assert "apt install postgresql-9.6" in str(error.value.hint)
    assert f"mv {fresh.layout.postgres_data} " in str(error.value.hint)

    version.write_text(right)
    fresh.servers_up()

    assert query(fresh.layout, "SELECT 1") == 1


def test_changed_keys_restart_the_workers_and_reach_no_disk(fresh: Stack):
    key = "sk-a-key-for-one-test"
    fresh.up()
    before = fresh.pids()

    fresh.up(openai_api_key=SecretStr(key))

    wait_until(
        lambda: (
            set(fresh.pids()) == SERVERS | WORKERS
            and not {before[w] for w in WORKERS} & set(fresh.pids().values())
        ),
        "all workers are new",
    )
    after = fresh.pids()
    assert psutil.Process(after["worker-io1"]).environ()["OPENAI_API_KEY"] == key
    assert (after["postgres"], after["valkey"]) == (before["postgres"], before["valkey"])
    assert "OPENAI_API_KEY" not in psutil.Process(after["valkey"]).environ()
    for folder in (fresh.layout.data_dir, fresh.layout.server_home):
        assert not [p for p in folder.rglob("*") if p.is_file() and key.encode() in p.read_bytes()]


def test_a_look_with_other_keys_leaves_the_workers(fresh: Stack):
    fresh.up()
    before = fresh.pids()

    changed = fresh.settings.model_copy(update={"openai_model": "other"})
    changed.model_fields_set.add("openai_model")
    stack.ensure_up(changed, workers=False)

    assert fresh.pids() == before


def test_scaling_is_followed_and_stored(fresh: Stack):
    fresh.up()

    counts = stack.scale(fresh.settings, {"io": 2, "lighthouse": 0})

    assert counts == {"io": 2, "browser": 1, "lighthouse": 0}
    expected = {"worker-io1", "worker-io2", "worker-browser1"}
    wait_until(lambda: set(fresh.pids()) == SERVERS | expected, "there are two io workers")
    stack.down(fresh.settings)
    fresh.up()
    assert set(fresh.pids()) == SERVERS | expected


def test_the_stack_ends_with_its_data_folder(fresh: Stack):
    fresh.up()
    pids = list(fresh.pids().values())

    moved = fresh.layout.data_dir.with_name("moved")
    fresh.layout.data_dir.rename(moved)

    wait_until(lambda: all(map(is_gone, pids)), "all parts have ended")


def test_log_files_are_listed_by_part(shared: Stack):
    shared.up()

    files = stack.log_files(shared.settings)

    assert {"postgres", "valkey", "supervisor", "worker-io1"} <= set(files)
    assert all(os.access(path, os.R_OK) for path in files.values())
