"""An environment of real parts: Postgres, Valkey, the sandbox and Celery workers, all on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from psycopg.rows import dict_row

from lfassess import stack
from lfassess.db.database import Database
from lfassess.paths import Layout
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import Settings
from tests.databases import empty
from tests.integration.slow_places import SlowPlaces

ROOT = Path(__file__).parents[2]


@dataclass
class Environment:
    """The running parts, and what tests do with them."""

    data_dir: Path
    env: dict[str, str]
    endpoints: stack.Endpoints
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    commands: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def cli(self, *words: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        """Run lfassess as a user would."""
        return subprocess.run(
            [sys.executable, "-m", "lfassess", *words],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start an lfassess command; `said` tells what it printed. It is ended with the test."""
        with (self.data_dir / "test-command.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "lfassess", *words],
                env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.commands.append(process)
        return process

    @contextmanager
    def naming_no_server(self) -> Iterator[dict[str, str]]:
        """Leave it to commands inside the block to find the embedded servers."""
        before = self.env
        servers = {"DATABASE_URL", "CELERY_BROKER_URL"}
        self.env = {name: value for name, value in before.items() if name not in servers}
        try:
            yield self.env
        finally:
            self.env = before

    def said(self) -> str:
        """Return what the command started last has printed so far, in one line."""
        text = (self.data_dir / "test-command.log").read_text(errors="replace")
        return " ".join(text.split())

    def start_worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start `celery -A assessment_orchestrator worker`; it is ended with the test."""
        number = len(self.workers)
        log = (self.data_dir / f"test-worker-{number}.log").open("wb")
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "assessment_orchestrator", "worker",
             "--loglevel=info", "-n", f"test{number}@%h", *options],
            env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        self.workers.append(worker)
        return worker

    def log_of(self, number: int = 0) -> str:
        return (self.data_dir / f"test-worker-{number}.log").read_text(errors="replace")

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def end_workers(self) -> None:
        for command in self.commands:
            if command.poll() is None:
                self.kill(command)
        for worker in self.workers:
            if worker.poll() is None:
                worker.terminate()
        for worker in self.workers:
            try:
                worker.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill(worker)

    @cached_property
    def admin(self) -> psycopg.Connection[Any]:
        """A connection that stays when nobody is let into the database any more."""
        url = self.endpoints.database_url.replace("postgresql+psycopg://", "postgresql://")
        return psycopg.connect(url.replace("/lfassess?", "/postgres?"), autocommit=True)

    @property
    def redis_url(self) -> str:
        return Layout(self.data_dir).redis_url

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.redis_url)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        url = self.endpoints.database_url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url, row_factory=dict_row) as connection:
            return connection.execute(sql, values).fetchall()

    def wait_for(self, condition: Callable[[], Any], timeout: float = 150) -> Any:
        """Poll until the condition holds; fails with the workers' logs."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if value := condition():
                return value
            time.sleep(0.1)
        logs = "\n".join(self.log_of(n)[-3000:] for n in range(len(self.workers)))
        pytest.fail(f"not within {timeout} s; workers said:\n{logs}")

    def all_ended(self) -> bool:
        rows = self.rows("SELECT status FROM assessments")
        return bool(rows) and all(r["status"] in {"completed", "failed"} for r in rows)


@pytest.fixture(scope="module", autouse=True)
def _processes_are_measured_where_it_is_asked_for(request: pytest.FixtureRequest) -> Iterator[None]:
    """Spare the other modules' commands and workers coverage, which doubles what starting costs."""
    with pytest.MonkeyPatch.context() as patch:
        if not request.node.get_closest_marker("measured"):
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with (
        tempfile.TemporaryDirectory(prefix="lfassess-sandbox-") as folder,
        SandboxServer(profile="fast", seed=1, directory=Path(folder)) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def _own_stack() -> Iterator[Settings]:
    """Postgres and Valkey that tests may kill: the next test starts what is missing."""
    with tempfile.TemporaryDirectory(prefix="lfassess-stage-") as folder:
        settings = Settings(data_dir=Path(folder) / "data")
        try:
            yield settings
        finally:
            stack.erase(settings)


@pytest.fixture
def environment(_own_stack: Settings, sandbox: SandboxServer) -> Iterator[Environment]:
    """Servers without a row, a message or a worker; the processes outlive the test."""
    data_dir = _own_stack.data_dir
    endpoints = stack.ensure_up(_own_stack, workers=False)
    env = {
        **os.environ,
        **sandbox.env,
        "LFASSESS_DATA_DIR": str(data_dir),
        "DATABASE_URL": endpoints.database_url,
        "CELERY_BROKER_URL": endpoints.broker_url,
        "PYTHONPATH": str(ROOT),
        "LFASSESS_LIGHTHOUSE_DIR": str(ROOT / ".venv" / "lighthouse"),
    }
    running = Environment(data_dir, env, endpoints)
    with Database(endpoints.database_url) as database:
        empty(database)
    running.redis.flushall()
    try:
        yield running
    finally:
        running.end_workers()
        if "admin" in vars(running):
            running.admin.close()


@pytest.fixture
def places() -> Iterator[SlowPlaces]:
    slow = SlowPlaces()
    thread = threading.Thread(target=slow.server.serve_forever)
    thread.start()
    yield slow
    slow.may_answer.set()
    slow.server.shutdown()
    thread.join()
    slow.server.server_close()
