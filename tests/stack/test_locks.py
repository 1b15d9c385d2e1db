from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lfassess.errors import ServiceUnreachableError
from lfassess.stack.locks import PartLock, exclusive, write_record


def test_a_lock_is_held_exactly_as_long_as_its_holder_lives(tmp_path: Path):
    lock = PartLock(tmp_path / "part.lock")
    assert not lock.held()
    fd = lock.acquire()
    assert fd is not None
    sleeper = [sys.executable, "-ISc", "import time; time.sleep(600)"]
    with subprocess.Popen(sleeper, pass_fds=(fd,)) as holder:
        write_record(fd, holder.pid, "print")
        os.close(fd)

        assert lock.held()
        assert lock.main_pid() == holder.pid
        assert lock.acquire(patience=0) is None

        holder.kill()
    assert not lock.held()
    assert lock.main_pid() is None


def test_an_old_record_does_not_speak_for_a_new_holder(tmp_path: Path):
    lock = PartLock(tmp_path / "part.lock")
    lock.path.write_text(f"{os.getpid()} 1.0 old")

    fd = lock.acquire()

    assert fd is not None
    assert lock.record() is None
    os.close(fd)


def test_a_record_naming_a_stranger_is_not_believed(tmp_path: Path):
    lock = PartLock(tmp_path / "part.lock")
    fd = lock.acquire()
    assert fd is not None
    write_record(fd, os.getppid(), "print")

    assert lock.held()
    assert lock.main_pid() is None
    os.close(fd)


def test_gives_up_when_another_command_never_lets_go(tmp_path: Path):
    path = tmp_path / "control.lock"
    with (
        exclusive(path, wait=0),
        pytest.raises(ServiceUnreachableError),
        exclusive(path, wait=0.01),
    ):
        pass
