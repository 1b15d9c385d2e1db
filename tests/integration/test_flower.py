"""Flower by `lfassess flower`: its API, the workers it shows, and its end when Redis is gone."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import psutil
import pytest

pytestmark = pytest.mark.integration

SITE = "https://harbour-bakery.demo.test/"


class Flower:
    """A running `lfassess flower`, asked as curl asks it."""

    def __init__(self, environment, port, process):
        self._stage, self.port, self.process = environment, port, process
        self.netrc = environment.data_dir / "flower.netrc"

    def pair(self):
        words = self.netrc.read_text().split()
        return f"{words[3]}:{words[5]}"

    def ask(self, path, pair=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        if pair:
            encoded = base64.b64encode(pair.encode()).decode()
            request.add_header("Authorization", f"Basic {encoded}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def get(self, path):
        return json.loads(self.ask(path, self.pair()))

    def refuses(self, path, pair=None):
        try:
            self.ask(path, pair)
        except urllib.error.HTTPError as e:
            return e.code
        return None

    def listens(self):
        try:
            return self.ask("/healthcheck") == b"OK"
        except OSError:
            assert self.process.poll() is None, self._stage.said()
            return False


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def start_flower(environment):
    port = free_port()
    (environment.data_dir / "flower.netrc").unlink(missing_ok=True)
    started = Flower(environment, port, environment.start("flower", "--port", str(port)))
    environment.wait_for(started.listens)
    return started


@pytest.fixture
def flower(environment):
    """Flower as in the embedded stack: no server is named by a setting."""
    with environment.naming_no_server() as env:
        env["FLOWER_PURGE_OFFLINE_WORKERS"] = "1"
        return start_flower(environment)


def test_the_command_it_prints_is_what_curl_needs(environment, flower):
    (words,) = re.findall(r"curl --netrc-file (\S+) (\S+/api/workers)", environment.said())
    environment.start_worker()
    environment.wait_for(lambda: "active_queues" in str(flower.get("/api/workers")))
    done = subprocess.run(
        ["curl", "-sS", "--netrc-file", *words], capture_output=True, text=True, check=True
    )
    ((name, worker),) = json.loads(done.stdout).items()
    assert name.startswith("test0@")
    assert {q["name"] for q in worker["active_queues"]} >= {"assessment", "browser"}
    assert flower.netrc.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("path", ["/", "/api/workers", "/api/tasks"])
def test_nobody_looks_without_the_password(flower, path):
    assert flower.refuses(path) == 401
    assert flower.refuses(path, "lfassess:wrong") == 401


def test_a_dead_worker_is_shown_no_more_and_a_new_one_is(environment, flower):
    dead = environment.start_worker()
    environment.wait_for(lambda: [n for n in flower.get("/api/workers") if n.startswith("test0@")])
    environment.kill(dead)
    environment.cli("run", SITE, "--checks", "security", "--no-wait")  # waits for the new one
    environment.start_worker()

    def only_the_living():
        shown = [flower.get("/api/workers"), flower.get("/api/workers?status=true")]
        return all([n.partition("@")[0] for n in names] == ["test1"] for names in shown)

    environment.wait_for(only_the_living)
    assert "test0@" not in flower.ask("/", flower.pair()).decode()
    environment.wait_for(
        lambda: environment.rows("SELECT FROM assessments WHERE status = 'completed'")
    )
    assert [t for t in flower.get("/api/tasks").values() if not t["name"]] == []


def test_a_task_that_waited_for_postgres_is_no_failure(environment, flower):
    worker_env = {**environment.env, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    own, environment.env = environment.env, worker_env
    environment.start_worker()
    environment.env = own
    environment.wait_for(lambda: flower.get("/api/workers"))
    environment.redis.delete("lfassess:spool")
    environment.cli("run", SITE, "--checks", "security", "--no-wait")
    tasks = environment.wait_for(lambda: flower.get("/api/tasks?state=SUCCESS"))
    assert {t["name"].rpartition(".")[2] for t in tasks.values()} == {"coordinate_assessment"}
    assert not flower.get("/api/tasks?state=FAILURE")
    assert "sent again when it is back" in environment.log_of()


def test_the_queues_are_shown_without_a_worker(flower):
    lengths = flower.get("/api/queues/length")["active_queues"]
    assert {q["name"] for q in lengths} >= {"high_priority", "assessment", "browser", "llm"}


def test_it_ends_while_redis_is_gone(environment):
    environment.env["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
    flower = start_flower(environment)
    environment.wait_for(lambda: "Flower hears nothing of the workers" in environment.said())
    flower.process.send_signal(signal.SIGTERM)
    assert flower.process.wait(timeout=60) == 0


def test_it_does_not_wait_for_its_threads_that_wait_for_a_frozen_redis(environment, flower):
    server = psutil.Process(environment.redis.info("server")["process_id"])
    server.suspend()
    try:
        asked = [_ask_without_waiting(flower, number) for number in range(40)]
        environment.wait_for(lambda: "Timeout reading from socket" in environment.said())
        flower.process.send_signal(signal.SIGTERM)
        assert flower.process.wait(timeout=60) == 0
        assert environment.said().endswith("Flower ends")  # each thread would have had its say
    finally:
        server.resume()
        for connection in asked:
            connection.close()


def _ask_without_waiting(flower, number):
    path = f"/api/workers?refresh=1&workername=w{number}" if number % 2 else "/api/queues/length"
    pair = base64.b64encode(flower.pair().encode()).decode()
    connection = socket.create_connection(("127.0.0.1", flower.port))
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {pair}\r\n\r\n".encode()
    )
    return connection


def test_it_hears_workers_again_when_redis_is_back(environment, flower):
    environment.start_worker()
    environment.wait_for(lambda: flower.get("/api/workers"))
    os.kill(environment.redis.info("server")["process_id"], signal.SIGKILL)
    environment.wait_for(lambda: "Flower hears nothing of the workers" in environment.said())
    environment.wait_for(lambda: "Flower hears nothing of the workers: over" in environment.said())
    heard = len(flower.get("/api/tasks"))
    environment.cli("run", SITE, "--checks", "security", "--no-wait")
    environment.wait_for(lambda: len(flower.get("/api/tasks")) > heard)


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_without_a_password_it_listens_on_this_machine_only(environment, address):
    done = environment.cli("flower", "--address", address)
    assert done.returncode == 3
    assert "FLOWER_BASIC_AUTH" in done.stderr


def test_a_port_in_use_is_said_in_words(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = environment.cli("flower", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 4
    assert "can't be used: Address already in use" in done.stderr
    assert "Traceback" not in done.stderr
