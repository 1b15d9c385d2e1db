"""The gate to Docker: three requests, of one project's workers, and never a kill."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from lfassess.errors import ServiceUnreachableError, UsageError
from lfassess.stack.scaling import docker_proxy
from lfassess.stack.scaling.docker_engine import Engine
from lfassess.stack.scaling.docker_proxy import DockerProxy
from lfassess.stack.scaling.targets import ComposePool
from tests.stack.fake_docker import OWN, serving


def ask(gate, method, target):
    """Return the gate's status and answer."""
    with httpx2.Client(transport=httpx2.HTTPTransport(uds=str(gate))) as client:
        answer = client.request(method, f"http://gate{target}")
    return answer.status_code, answer.json()


@pytest.fixture
def gate(docker, tmp_path):
    engine = Engine(tmp_path / "docker.sock", OWN)
    path = tmp_path / "gate.sock"
    with serving(DockerProxy(path, engine)):
        yield path


@pytest.fixture
def pool(gate):
    return ComposePool(gate)


def test_counts_the_projects_own_workers(docker, pool):
    docker.add(2, "worker")
    docker.add(3, "worker", running=False)
    docker.add(4, "browser")
    docker.add(5, "postgres")
    docker.add(6, "worker", project="somebody-else")
    assert pool.workers() == {"io": 1, "browser": 1}
    assert pool.most("io") == 2


def test_starts_what_stands_still(docker, pool):
    for number in (2, 3, 4):
        docker.add(number, "worker", running=number == 2)
    pool.resize("io", 2, {})
    assert docker.changes == ["start 3"]
    assert pool.workers()["io"] == 2


def test_ends_idle_workers_first_and_by_sigterm_alone(docker, pool):
    busy, idle = docker.add(2, "worker"), docker.add(3, "worker")
    pool.resize("io", 1, {busy[:12]: 4, idle[:12]: 0})
    assert docker.changes == ["kill 3 signal=SIGTERM"]
    assert pool.workers()["io"] == 1  # it still runs, until its work is done


def test_tells_a_worker_only_once(docker, gate):
    worker = docker.add(2, "worker")
    for _ in range(3):
        assert ask(gate, "POST", f"/workers/{worker}/end") == (200, None)
    assert len(docker.changes) == 1
    docker.containers[worker]["Started"] = "2026-01-03T00:00:00Z"  # started again since
    assert ask(gate, "POST", f"/workers/{worker}/end") == (200, None)
    assert len(docker.changes) == 2


@pytest.mark.parametrize(("service", "project"), [("postgres", "ours"), ("worker", "another")])
def test_leaves_alone_what_is_no_worker_of_the_project(docker, gate, service, project):
    other = docker.add(9, service, project=project)
    for action in ("start", "end"):
        status, answer = ask(gate, "POST", f"/workers/{other}/{action}")
        assert (status, "not a worker of this project" in answer["error"]) == (409, True)
    assert docker.changes == []


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/containers/json"),
        ("POST", "/containers/create"),
        ("POST", f"/workers/{OWN}/kill"),
        ("POST", "/workers/../containers/1/start"),
        ("GET", "/"),
    ],
)
def test_does_nothing_else(docker, gate, method, target):
    assert ask(gate, method, target)[0] == 404
    assert docker.changes == []


def test_only_its_own_user_can_open_the_socket(gate):
    assert stat.S_IMODE(gate.stat().st_mode) == 0o600


def test_takes_the_place_of_a_predecessor_that_left_its_socket(docker, tmp_path):
    engine = Engine(tmp_path / "docker.sock", OWN)
    DockerProxy(tmp_path / "g.sock", engine).server_close()
    with serving(DockerProxy(tmp_path / "g.sock", engine)):
        assert ask(tmp_path / "g.sock", "GET", "/workers") == (200, [])


def test_a_container_of_no_project_is_refused(docker, tmp_path):
    stray = docker.add(7, "x")
    del docker.containers[stray]["Labels"]["com.docker.compose.project"]
    with pytest.raises(UsageError, match="no Compose project"):
        Engine(tmp_path / "docker.sock", stray)


def test_a_socket_nobody_listens_at_is_named(tmp_path):
    with pytest.raises(ServiceUnreachableError, match=r"gone\.sock"):
        ComposePool(tmp_path / "gone.sock").workers()


def test_says_in_one_line_that_docker_is_out_of_reach(tmp_path):
    words = ["--socket", str(tmp_path / "g.sock"), "--docker", str(tmp_path / "none.sock")]
    with pytest.raises(SystemExit, match=r"Nobody answers at .*none\.sock"):
        docker_proxy.main(words)


def test_serves_until_it_is_told_to_end(docker, tmp_path):
    name = socket.gethostname()
    docker.containers[name] = docker.containers[OWN]
    command = [sys.executable, "-m", "lfassess.stack.scaling.docker_proxy"]
    words = ["--socket", tmp_path / "g.sock", "--docker", tmp_path / "docker.sock"]
    with subprocess.Popen([*command, *words], cwd=Path(__file__).parents[2]) as process:
        end = time.monotonic() + 60
        while not (tmp_path / "g.sock").exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        assert ask(tmp_path / "g.sock", "GET", "/workers") == (200, [])
        process.terminate()
        assert process.wait(60) == 0
