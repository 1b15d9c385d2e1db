"""The embedded stack stops when nobody has needed it for a while, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing

import pytest

from lfassess import stack
from lfassess.paths import Layout
from lfassess.settings import Settings
from lfassess.stack import idle
from lfassess.stack.supervisor import Supervisor
from tests.stack.support import is_gone, wait_until

UP = "from tests.stack.support import Stack; import pathlib, sys; Stack(pathlib.Path(sys.argv[1])).up()"


@pytest.fixture
def layout(tmp_path):
    it = Layout(tmp_path / "data")
    it.locks.mkdir(parents=True)
    return it


@pytest.fixture
def supervisor(layout):
    it = Supervisor(layout, None, "", idle_stop_s=5)
    it._used = time.time() - 60
    with closing(it):
        yield it


def user_of(layout):
    """Start a process that uses the stack."""
    code = "from lfassess.paths import Layout; from lfassess.stack import idle; import sys; idle.use(Layout(sys.argv[1])); print(1, flush=True); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", code.replace("sys.argv[1]", "__import__('pathlib').Path(sys.argv[1])"),
         str(layout.data_dir)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "1\n"
    return process


def test_a_supervisor_that_nobody_needs_ends(supervisor):
    supervisor._stop_when_idle(100.0)
    assert supervisor.ending


def test_it_stays_while_a_command_lives_and_for_a_while_after(supervisor, layout):
    user = user_of(layout)
    supervisor._stop_when_idle(100.0)
    user.communicate("")
    supervisor._stop_when_idle(200.0)
    assert not supervisor.ending
    supervisor._used = time.time() - 60
    supervisor._stop_when_idle(300.0)
    assert supervisor.ending


def test_it_stays_while_there_is_work(supervisor, layout):
    layout.open_work.touch()
    supervisor._stop_when_idle(100.0)
    assert not supervisor.ending
    os.utime(layout.open_work, (time.time() - 60,) * 2)
    supervisor._stop_when_idle(200.0)
    assert supervisor.ending


def test_it_never_ends_without_a_time(supervisor):
    supervisor.idle_stop_s = 0
    supervisor._stop_when_idle(100.0)
    assert not supervisor.ending


def test_a_command_that_uses_an_erased_folder_again_is_seen(layout):
    idle.use(layout)
    layout.users.unlink()
    assert not idle.in_use(layout)
    idle.use(layout)
    assert idle.in_use(layout)


@pytest.mark.integration
def test_servers_and_workers_stop_and_start_again(fresh):
    env = {**os.environ, "LFASSESS_IDLE_STOP_H": "0.0005"}
    up = [sys.executable, "-c", UP, str(fresh.layout.data_dir)]
    for _ in range(2):
        subprocess.run(up, env=env, check=True, timeout=120)
        pids = stack.ps(Settings(data_dir=fresh.layout.data_dir))
        wait_until(lambda: fresh.pids() == {}, "the stack has stopped by itself", 60)
        assert all(is_gone(part.pid) for part in pids if part.pid)
