"""Upgrading from the release before, while work is in progress, and what a rollback says.

The release before is the last one with the columns that schema 0017 renamed; it can't work with them
and knows to say so. See docs/adr/0029-renamed-columns.md.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from lfassess import stack
from lfassess.db import revision
from lfassess.db.database import Database
from lfassess.settings import Settings
from tests.stack.support import wait_until

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
BEFORE = "e3b3a3c"
BEFORE_SCHEMA = "0016"
QUICK = "security,gbp,semrush"
LEADS = 12
SITES = {  # leads are distinguished by their sites
    "before": "https://harbour-bakery.demo.test/",
    "after": "https://brightwater-plumbing.demo.test/",
}


@pytest.fixture(scope="module")
def release_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the release before, as git has it."""
    command = ["git", "-C", str(ROOT), "archive", BEFORE, "lfassess", "configs"]
    command.append("assessment_orchestrator.py")
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("git is not here, and so not the release before")
    if done.returncode != 0:
        pytest.skip("the release before is not in this clone's history")
    folder = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=BytesIO(done.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


class Machine:
    """One data folder, and two releases of lfassess that share it."""

    def __init__(self, env: dict[str, str], data_dir: Path) -> None:
        self.env = {**os.environ, **env, "LFASSESS_DATA_DIR": str(data_dir)}
        self.settings = Settings(data_dir=data_dir)

    def run(self, code: Path, *words: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "lfassess", *words],
            env={**self.env, "PYTHONPATH": str(code)}, cwd=code, capture_output=True, text=True,
            timeout=240, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, code: Path, *words: str) -> Any:
        done = self.run(code, *words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def submit(self, code: Path, folder: Path, name: str) -> None:
        """Submit leads of one demo site, and return while they are in progress."""
        path = folder / f"{name}.csv"
        with path.open("w", newline="") as f:
            writer = csv.writer(f)
            writer.writerow(["name", "website"])
            for n in range(LEADS):
                writer.writerow([f"{name} {n}", f"{SITES[name]}?branch={n}"])
        words = ("--checks", QUICK, "--no-wait", "--keep-duplicates")
        done = self.run(code, "batch", str(path), *words)
        assert done.returncode == 0, done.stderr

    def counts(self, code: Path) -> tuple[int, int]:
        """Return how many assessments (are not done, have completed with all their checks)."""
        found = self.json(code, "status")["assessments"]
        assert (found["failed"], found["partial"]) == (0, 0)
        return found["pending"] + found["in_progress"], found["completed"]

    def all_workers_are_of(self, code: Path) -> bool:
        parts = [p for p in stack.ps(self.settings) if p.name.startswith("worker-")]
        return bool(parts) and all(p.other_code == (code != ROOT) for p in parts)


@pytest.fixture
def machine(sandbox, tmp_path: Path) -> Iterator[Machine]:
    it = Machine(sandbox.env, tmp_path / "data")
    stack.scale(it.settings, {"browser": 0, "lighthouse": 0})
    yield it
    stack.erase(it.settings)


def schema_of(it: Machine) -> revision.Schema:
    with Database(stack.endpoints(it.settings).database_url) as database:
        return revision.look(database)


def test_an_upgrade_takes_over_the_work_of_the_release_before(machine, release_before, tmp_path):
    machine.submit(release_before, tmp_path, "before")
    assert schema_of(machine) == revision.Schema(BEFORE_SCHEMA)

    looked = machine.run(ROOT, "status")
    assert (looked.returncode, schema_of(machine).at) == (0, revision.HEAD)
    assert "lfassess has changed since the workers were started" in " ".join(
        (looked.stdout + looked.stderr).split()
    )
    machine.submit(ROOT, tmp_path, "after")  # replaces the workers, too

    wait_until(lambda: machine.counts(ROOT) == (0, 2 * LEADS), "all have completed", 120)
    wait_until(lambda: machine.all_workers_are_of(ROOT), "no old worker is left", 60)


REFUSED = (
    "status",
    "leads list",
    "errors report",
    "report 1",
    "up",
    "drain",
    "db upgrade",
    "worker",
)


def test_a_rollback_is_refused_in_a_line_and_changes_nothing(machine, release_before, tmp_path):
    machine.submit(ROOT, tmp_path, "after")

    for words in REFUSED:
        done = machine.run(release_before, *words.split())
        assert (done.returncode, done.stdout) == (3, ""), words
        error = " ".join(done.stderr.split())
        assert error.count(f"(schema {revision.HEAD}) so that this one") == 1, words
        assert error.count(f"(schema {BEFORE_SCHEMA}) can't work with it.") == 1, words

    assert machine.run(ROOT, "up").returncode == 0  # that of the release before replaced workers
    wait_until(lambda: machine.counts(ROOT) == (0, LEADS), "all have completed", 120)
    wait_until(lambda: machine.all_workers_are_of(ROOT), "no old worker is left", 60)
