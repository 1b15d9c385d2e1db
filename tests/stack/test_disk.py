"""A full disk, and a Postgres that is full of visitors: one line each, at once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from lfassess import stack
from lfassess.paths import Layout
from lfassess.settings import Settings
from lfassess.stack.start_failures import early_end
from tests.cli.in_process import lfassess
from tests.stack.support import Stack

pytestmark = pytest.mark.integration


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 MB that tests may fill."""
    folder = tmp_path / "disk"
    folder.mkdir()
    options = "size=200m,mode=0711"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    for parent in folder.parents:
        if parent.is_relative_to(tmp_path.parent):
            parent.chmod(0o711)
    yield folder
    stack.erase(Settings(data_dir=folder / "data"))
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as f:
        try:
            while True:
                f.write(b"x" * (1 << 20))
        except OSError:
            return ballast


@pytest.mark.parametrize("started", [False, True], ids=["never started", "stopped"])
def test_a_full_disk_is_named_at_once(small_disk: Path, started: bool):
    data = small_disk / "data"
    it = Stack(data)
    if started:
        it.servers_up()
        stack.down(it.settings)
    ballast = fill(small_disk)

    done = lfassess("status", LFASSESS_DATA_DIR=str(data))

    assert (done.returncode, done.stderr.startswith("Error: The disk is full: ")) == (4, True)
    assert "will not start" not in done.stderr
    ballast.unlink()
    assert lfassess("status", LFASSESS_DATA_DIR=str(data)).returncode == 0


def test_a_server_that_died_of_a_full_disk_is_not_quoted(tmp_path: Path):
    layout = Layout(tmp_path)
    layout.logs.mkdir()
    layout.log("valkey").write_text("Can't write the file: No space left on device\n")
    assert early_end(layout, "valkey").message.startswith("The disk is full")
    layout.log("valkey").write_text("Can't read the file\n")
    assert "ends with:\nCan't read the file" in early_end(layout, "valkey").message


def crowd(visitors: ExitStack, url: str) -> None:
    """Connect until nobody else can."""
    for _ in range(110):
        try:
            visitors.enter_context(psycopg.connect(url))
        except psycopg.OperationalError:
            return


def test_too_many_connections_are_named_at_once(fresh: Stack):
    url = fresh.servers_up().database_url
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with ExitStack() as visitors:
        crowd(visitors, plain)
        done = lfassess("status", LFASSESS_DATA_DIR=str(fresh.layout.data_dir))

    assert done.returncode == 4
    assert done.stderr.startswith("Error: Postgres can't do it now: it has too many connections.")
    assert "FATAL" not in done.stderr
    assert fresh.pids().keys() >= {"postgres"}
