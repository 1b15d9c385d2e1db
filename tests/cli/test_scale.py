"""`lfassess scale`: by hand or by the work, embedded or through the gate to Docker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lfassess.paths import Layout
from lfassess.stack.scaling.docker_engine import Engine
from lfassess.stack.scaling.docker_proxy import DockerProxy
from lfassess.stack.workers import read_scale
from tests.cli import in_process
from tests.stack.fake_docker import OWN, serving

ROOT = Path(__file__).parents[2]
ALONE = """
import typer
from lfassess.cli.common import run_with_error_handling
from lfassess.cli.scale import scale
app = typer.Typer()
app.command()(scale)
raise SystemExit(run_with_error_handling(app))
"""


def start(*words, **env):
    """Start the command as a user would, apart from the others."""
    return subprocess.Popen(
        [sys.executable, "-c", ALONE, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*words, **env):
    with start(*words, **env) as process:
        out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return process.returncode, out, err


@pytest.fixture
def data(tmp_path):
    return {"LFASSESS_DATA_DIR": str(tmp_path / "data")}


@pytest.fixture
def gate(docker, tmp_path, data):
    with serving(DockerProxy(tmp_path / "gate.sock", Engine(tmp_path / "docker.sock", OWN))):
        pulse = {"LFASSESS_PULSE_FILE": str(tmp_path / "pulse")}
        yield {**data, **pulse, "LFASSESS_DOCKER_GATE": str(tmp_path / "gate.sock")}


def test_embedded_worker_counts_are_stored_in_the_data_folder(data, tmp_path):
    code, out, _ = run("3", "--json", **data)
    assert code == 0
    assert json.loads(out)["workers"]["io"] == 3
    assert read_scale(Layout(tmp_path / "data")) == {"io": 3}
    assert run("2", "--kind", "browser", **data)[0] == 0
    assert read_scale(Layout(tmp_path / "data")) == {"io": 3, "browser": 2}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "either a number of workers or --auto"),
        (("3", "--auto"), "either a number of workers or --auto"),
        (("--auto", "--min", "5", "--max", "2"), "--min is above --max"),
        (("3", "--kind", "speling"), "'speling' is not one of"),
        (("1000",), "not between 0 and"),
    ],
)
def test_wrong_use_exits_2_and_says_why(words, says, data):
    done = in_process.lfassess("scale", *words, **data)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())


def test_workers_elsewhere_are_scaled_elsewhere(data):
    urls = {"DATABASE_URL": "postgresql://x/y", "CELERY_BROKER_URL": "redis://x"}
    done = in_process.lfassess("scale", "3", **data, **urls)
    assert done.returncode == 3
    assert "docker compose up" in done.stderr


@pytest.mark.integration
def test_containers_are_started_by_hand(docker, gate, servers, database):
    docker.add(2, "worker")
    docker.add(3, "worker", running=False)
    urls = {"DATABASE_URL": database.url, "CELERY_BROKER_URL": servers.broker_url}
    code, out, _ = run("2", "--json", **gate, **urls)
    assert (code, json.loads(out)["workers"]) == (0, {"io": 2, "browser": 0})
    assert docker.changes == ["start 3"]
    code, _, err = run("5", **gate, **urls)
    assert code == 2
    assert "There are 2 io containers" in err


@pytest.mark.integration
def test_follows_the_work_until_it_is_stopped(docker, gate, servers, database, tmp_path):
    docker.add(2, "worker", running=False)
    docker.add(3, "browser", running=False)
    urls = {"DATABASE_URL": database.url, "CELERY_BROKER_URL": servers.broker_url}
    with start("--auto", "--min", "1", "--max", "8", **gate, **urls) as process:
        said = ""
        while "browser 0 -> 1" not in said:  # the last of the two
            line = process.stderr.readline()
            assert line, said
            said += line
        assert (tmp_path / "pulse").exists()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert "io 0 -> 1, outside its limits" in said
    assert "start 2" in docker.changes
