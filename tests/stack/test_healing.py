"""kill -9 of any part: the supervisor restarts it, and where that died, the next command does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from lfassess import stack
from lfassess.stack.postgres import Postgres
from lfassess.stack.valkey import Valkey
from tests.stack.support import Stack, is_gone, wait_until

pytestmark = pytest.mark.integration


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: is_gone(pid), "it is dead")


@pytest.mark.parametrize("part", ["postgres", "valkey", "worker-io1"])
def test_the_supervisor_restarts_what_died(shared: Stack, part: str):
    shared.up()
    before = shared.pids()

    kill(before[part])

    wait_until(lambda: shared.pids().get(part, before[part]) != before[part], "it runs again")
    after = shared.pids()
    assert {n: p for n, p in after.items() if n != part} == {
        n: p for n, p in before.items() if n != part
    }
    if part in {"postgres", "valkey"}:
        server = {"postgres": Postgres, "valkey": Valkey}[part](shared.layout)
        wait_until(server.is_ready, "it answers")


@pytest.mark.parametrize("part", ["postgres", "valkey", "worker-io1"])
def test_the_next_command_need_not_wait_for_the_supervisor(shared: Stack, part: str):
    shared.up()
    killed = shared.pid(part)

    kill(killed)
    shared.up()

    assert shared.pid(part) != killed


def test_a_busy_session_that_outlives_its_server_does_not_block_the_next(shared: Stack):
    shared.up()
    killed = shared.pid("postgres")
    url = shared.layout.database_url.replace("+psycopg", "")
    endless = "SELECT count(*) FROM generate_series(1, 1000000000000)"
    busy = subprocess.Popen([sys.executable, "-c", f"import psycopg; psycopg.connect('{url}').execute('{endless}')"], stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        postmaster = psutil.Process(killed)
        wait_until(
            lambda: any("SELECT" in " ".join(c.cmdline()) for c in postmaster.children()),
            "the session is busy",
        )

        kill(killed)
        shared.up()

        assert shared.pid("postgres") != killed
    finally:
        busy.kill()
        busy.wait()


def test_a_new_supervisor_adopts_what_lives(shared: Stack):
    shared.up()
    before = shared.pids()

    kill(before["supervisor"])
    shared.up()

    after = shared.pids()
    assert after.pop("supervisor") != before.pop("supervisor")
    assert after == before
    kill(after["valkey"])
    wait_until(lambda: shared.pids().get("valkey") not in {None, after["valkey"]}, "it is healed")


def test_everything_killed_at_once_is_healed_by_the_next_command(shared: Stack):
    shared.up()
    before = shared.pids()

    kill(before["supervisor"])
    for pid in before.values():
        if not is_gone(pid):
            kill(pid)
    shared.up()

    after = shared.pids()
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())


def test_orphans_of_a_killed_worker_are_ended(fresh: Stack, tmp_path: Path):
    note = tmp_path / "child"
    program = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen(['/bin/sleep', '600'], start_new_session=True)\n"
        "open(sys.argv[1] + '.' + str(os.getpid()), 'w').write(str(child.pid))\n"
        "time.sleep(600)"
    )
    stack.scale(fresh.settings, {"browser": 0, "lighthouse": 0})
    stack.ensure_up(fresh.settings, program=(sys.executable, "-ISc", program, str(note)))
    worker = fresh.pid("worker-io1")
    file = Path(f"{note}.{worker}")
    wait_until(lambda: file.exists() and file.read_text().isdigit(), "the worker has a child")
    orphan = int(file.read_text())
    assert psutil.pid_exists(orphan)

    kill(worker)

    wait_until(lambda: is_gone(orphan), "the orphan is gone")


def test_a_worker_that_ignores_the_warm_stop_is_killed_in_the_end(fresh: Stack):
    program = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True); time.sleep(600)"
    stack.scale(fresh.settings, {"browser": 0, "lighthouse": 0})
    stack.ensure_up(fresh.settings, program=(sys.executable, "-ISc", program))
    worker = fresh.pid("worker-io1")
    log = fresh.layout.log("worker-io1")
    wait_until(lambda: "deaf" in log.read_text(), "it is deaf")

    stopped = stack.down(fresh.settings, timeout=0.5)

    assert "worker-io1" in stopped
    wait_until(lambda: is_gone(worker), "it is gone")


def test_a_worker_that_cannot_live_is_tried_ever_more_slowly(fresh: Stack):
    stack.scale(fresh.settings, {"browser": 0, "lighthouse": 0})
    stack.ensure_up(fresh.settings, program=(sys.executable, "-ISc", "raise SystemExit('no')"))

    def waits() -> list[float]:
        lines = fresh.layout.log("supervisor").read_text().splitlines()
        return [float(line.split(" ")[-2]) for line in lines if "next start in" in line]

    wait_until(lambda: len(waits()) >= 3, "it has died three times")
    assert waits()[:3] == [0.5, 1.0, 2.0]

    def is_given_up() -> bool:
        (worker,) = (p for p in stack.ps(fresh.settings) if p.name == "worker-io1")
        return (worker.state, worker.detail) == ("stopped", "will not start: no")

    wait_until(is_given_up, "ps says why")
