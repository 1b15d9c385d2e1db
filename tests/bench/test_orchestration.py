"""How many leads an hour the orchestration alone can do: real workers, checks that do nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from lfassess.assessment.intake.submission import submit_batch
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.worker.celery_app import app
from lfassess.db.commands import batches
from lfassess.db.models import Lead
from lfassess.settings import Settings
from tests.bench.idle_checks import IDLE
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.bench

ROOT = Path(__file__).parents[2]
LEADS = 400
WORKERS = 2
_ENDED = "SELECT count(*) AS n FROM assessments WHERE finished_at IS NOT NULL"


@pytest.fixture
def environment(servers, database, tmp_path, monkeypatch):
    """Two idle workers on a database of their own."""
    for name, value in {
        "DATABASE_URL": database.url,
        "CELERY_BROKER_URL": servers.broker_url,
        "LFASSESS_DATA_DIR": str(tmp_path),
        "LFASSESS_PAUSE_ABOVE": "1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(app.conf, "broker_url", servers.broker_url)
    logs = [tmp_path / f"worker{n}.log" for n in range(WORKERS)]
    files = [log.open("wb") for log in logs]
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "tests.bench.idle", "worker", "-c", "16",
             "-n", f"idle{n}@%h", "--loglevel=info", "--without-gossip", "--without-mingle",
             "-Q", "high_priority,assessment,llm,default"],
            cwd=ROOT, stdout=file, stderr=subprocess.STDOUT,
        )
        for n, file in enumerate(files)
    ]  # fmt: skip
    try:
        wait_until(lambda: all(b" ready." in log.read_bytes() for log in logs), 60)
        yield OrchestratorHarness(Settings(), database)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(30)
        for file in files:
            file.close()


def wait_until(true, seconds):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)  # looking oftener takes from what is measured


def test_leads_through_idle_checks(benchmark, environment):
    benchmark.extra_info["leads"] = LEADS
    benchmark.extra_info["goal_s"] = LEADS / 100

    def make():
        with environment.database.session() as session:
            session.add_all(
                Lead(name=f"L{n}", website=f"https://l{n}.test/", country="US", dedupe_key=f"{n}")
                for n in range(LEADS)
            )
            session.flush()
            return batches.create_from_store(
                session, name="all", only=["new"], max_age_s=0, limit=None
            )[0]

    batch_id = make()

    def run():
        submit_batch(
            Orchestrator(environment.runtime, IDLE, environment.runtime.send), batch_id, max_age_s=0
        )
        wait_until(lambda: environment.row(_ENDED)["n"] == LEADS, 300)

    benchmark.pedantic(run, rounds=1)
