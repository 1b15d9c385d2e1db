"""What docs/how-to/operations.md says to type against the embedded stack works as it stands there."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from lfassess.paths import Layout
from tests.doc_blocks import commands_after

pytestmark = pytest.mark.integration

OPERATIONS = Path(__file__).parents[2] / "docs" / "how-to" / "operations.md"
COMMANDS = commands_after(OPERATIONS, "With the embedded stack (without")
SITE = "https://harbour-bakery.demo.test/"
BIN = str(Path(sys.executable).parent)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return str(taken.getsockname()[1])


@pytest.fixture
def typed(environment):
    """Run a documented command that begins with these words; returns what it printed."""
    layout = Layout(environment.data_dir)
    places = {"DATA": str(environment.data_dir), "SOCKETS": str(layout.run)}
    places |= {"localhost:5555": f"localhost:{free_port()}"}
    places |= {"localhost:8000": f"localhost:{free_port()}"}

    with environment.naming_no_server() as env:
        env["PATH"] = f"{BIN}:{env['PATH']}"

    def run(start):
        (command,) = [c for c in COMMANDS if c.startswith(start)]
        for name, value in places.items():
            command = command.replace(name, value)
        return subprocess.run(
            ["bash", "-c", command],
            env=env, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    run.ports = {
        "flower": places["localhost:5555"].partition(":")[2],
        "api": places["localhost:8000"].partition(":")[2],
    }
    run.places = places
    return run


def until_done(environment, run, start):
    def done():
        found = run(start)
        return found if found.returncode == 0 and found.stdout.strip() else None

    return environment.wait_for(done)


def test_workers_by_curl(environment, typed):
    with environment.naming_no_server():
        environment.start("flower", "--port", typed.ports["flower"])
    environment.start_worker()
    found = environment.wait_for(
        lambda: "active_queues" in (done := typed("curl --netrc-file")).stdout and done
    )
    ((name, worker),) = json.loads(found.stdout).items()
    assert name.startswith("test0@")
    assert {q["name"] for q in worker["active_queues"]} >= {"assessment", "browser"}


def test_an_assessments_status_by_curl(environment, typed):
    environment.cli("run", SITE, "--checks", "security", "--no-wait")
    (row,) = environment.rows("SELECT id FROM assessments")
    environment.start("api", "--port", typed.ports["api"])
    typed.places["assessments/1/"] = f"assessments/{row['id']}/"
    answer = json.loads(until_done(environment, typed, "curl http://").stdout)
    assert answer["status"] == "pending"
    assert answer["percentage"] == 0


def test_celery_inspects_the_embedded_workers(environment, typed):
    environment.start_worker()
    environment.wait_for(lambda: "ready" in environment.log_of())
    found = until_done(environment, typed, "celery ")
    assert "1 node online." in found.stdout


def test_psql_counts_assessments(environment, typed):
    environment.cli("run", SITE, "--checks", "security", "--no-wait")
    found = typed("psql ")
    assert found.returncode == 0, found.stderr
    assert "pending" in found.stdout


def test_redis_listens_where_it_is_said_to(typed):
    (command,) = [c for c in COMMANDS if c.startswith("redis-cli")]
    words = shlex.split(command.replace("SOCKETS", typed.places["SOCKETS"]))
    assert words[-1] == "ping"
    with redis.Redis(unix_socket_path=words[words.index("-s") + 1]) as client:
        assert client.ping()


def test_ps_names_the_sockets(typed):
    found = typed("lfassess ps")
    assert found.returncode == 0, found.stderr
    assert f"{typed.places['SOCKETS']}/valkey.sock" in found.stdout.replace("\n", "")
