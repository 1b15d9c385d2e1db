"""Big databases, an environment of workers, and where commands find both."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lfassess import stack
from lfassess.db.database import Database
from scripts.bench_compare import fixed_loop_s
from scripts.bench_pages import seed
from tests.databases import shared_database

ROOT = Path(__file__).parents[2]
LEADS = 170_000  # with six checks each: a million check runs


@pytest.fixture(autouse=True)
def _beside_a_fixed_loop(benchmark) -> Iterator[None]:
    """Note what a fixed loop took before and after: the machine may have been slow just then."""
    before = fixed_loop_s()
    yield
    benchmark.extra_info["fixed_loop_s"] = (before + fixed_loop_s()) / 2


@pytest.fixture(scope="session")
def million(servers: stack.Endpoints) -> Iterator[Database]:
    """A database with 170,000 assessments and 1,020,000 check runs."""
    with shared_database(servers) as database:
        seed(database, LEADS)
        yield database


@pytest.fixture
def command(servers, tmp_path):
    """Run lfassess in a process of its own, as a user does."""
    own = {"CELERY_BROKER_URL": servers.broker_url, "LFASSESS_DATA_DIR": str(tmp_path)}

    def run(*words: str, **env: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "lfassess", *words],
            cwd=ROOT,
            env=os.environ | own | env,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return run
