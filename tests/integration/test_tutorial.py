"""docs/tutorial.md works as it stands: typed on a machine with nothing, against the sandbox."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from lfassess import stack
from lfassess.sandbox.server import SandboxServer
from lfassess.sandbox.sites import undo_all
from lfassess.settings import Settings
from tests.doc_blocks import Reader, blocks

pytestmark = [pytest.mark.browser, pytest.mark.integration, pytest.mark.timeout(1200)]

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return str(taken.getsockname()[1])


@pytest.fixture
def reader(tmp_path):
    """Somebody in an empty folder, with a sandbox running in another terminal."""
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "COLUMNS": "80",
        "LFASSESS_API_PORT": free_port(),
    }
    try:
        with SandboxServer(profile="fast", seed=1, directory=tmp_path / "sandbox"):
            yield Reader(tmp_path, env, has=frozenset({"server"}), timeout_s=600)
    finally:
        undo_all()
        stack.erase(Settings(data_dir=tmp_path / "data"))


@pytest.fixture
def serve(reader):
    """Start `lfassess api` in another terminal; it is ended with the test."""
    started = []

    def start():
        if started:
            return
        env = {**reader.env, "LFASSESS_DATA_DIR": str(reader.folder / "data")}
        command = [sys.executable, "-m", "lfassess", "api"]
        with (reader.folder / "api.log").open("wb") as log:
            started.append(subprocess.Popen(command, env=env, stdout=log, stderr=log))
        url = f"http://127.0.0.1:{env['LFASSESS_API_PORT']}/healthz"
        while True:
            assert started[0].poll() is None, (reader.folder / "api.log").read_text()
            try:
                requests.get(url, timeout=60)
            except requests.RequestException:
                time.sleep(0.1)
            else:
                return

    yield start
    for process in started:
        process.terminate()
        process.wait()


def test_the_tutorial_is_followed_to_its_end(reader, serve):
    for block in blocks(ROOT / "docs" / "tutorial.md"):
        if "server" in block.needs:
            serve()
        reader.follow(block)
    names = {path.name for path in reader.folder.iterdir()}
    assert {"teaser.pdf", "merge.csv", "before-after.html"} <= names
    assert (reader.folder / "teaser.pdf").read_bytes().startswith(b"%PDF")
    assert len(list((reader.folder / "reports").glob("*.html"))) == 3
