"""Auditing again on a schedule: two runs never meet, and docs/how-to/again.md says what works."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lfassess.db.commands.batches import only_run
from tests.cli.in_process import lfassess as command
from tests.doc_blocks import blocks

pytestmark = pytest.mark.integration

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "again.md"
AGAIN = ("batch", "--from-db", "--only", "new")
BUSY = 75


@pytest.fixture
def env(database, servers, tmp_path):
    return {
        "DATABASE_URL": database.url,
        "CELERY_BROKER_URL": servers.broker_url,
        "LFASSESS_DATA_DIR": str(tmp_path / "data"),
        "COLUMNS": "80",
        "HOME": str(tmp_path),
    }


def test_the_second_of_two_runs_ends_and_says_why(harness, env):
    harness.add_lead()
    first = subprocess.Popen(
        [sys.executable, "-m", "lfassess", *AGAIN],
        env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not harness.rows("SELECT id FROM batches"):
            assert first.poll() is None
            time.sleep(0.05)
        second = command(*AGAIN, "--budget", "5", **env)
        assert second.returncode == BUSY
        said = " ".join(second.stderr.split())
        assert "Another run of --from-db --only new is under way. → This one ends." in said
        assert max(map(len, second.stderr.splitlines())) <= 80
        assert second.stdout == ""
        assert len(harness.rows("SELECT id FROM batches")) == 1
        assert command("batch", "--from-db", "--only", "failed", **env).returncode == 0
    finally:
        first.kill()
        first.wait()
    harness.add_lead("Other", "https://other.test/")
    held = "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory'"
    while harness.row(held)["n"]:  # Postgres notices that its client is gone
        time.sleep(0.05)
    third = command(*AGAIN, "--no-wait", "--json", **env)
    assert third.returncode == 0, third.stderr


def test_a_dry_run_meets_nobody(harness, database, env):
    harness.add_lead()
    with only_run(database, ["new"]):
        assert command(*AGAIN, "--dry-run", **env).returncode == 0


def documented():
    """Return the page's commands, those of crontab and units too."""
    lines = [line for block in blocks(PAGE) for line in block.text.splitlines()]
    found = [re.search(r"(?:^|  |/bin/)(lfassess [^#>]+)", line) for line in lines]
    return [match[1].strip() for match in found if match]


def test_what_the_page_says_to_type_works(harness, env, tmp_path):
    harness.execute("INSERT INTO batches (id, name) VALUES (3, 'May'), (7, 'June')")
    typed = documented()
    assert len(typed) == 6
    for line in typed:
        words = [word.replace("$HOME", str(tmp_path)) for word in shlex.split(line)[1:]]
        done = command(*words, **env)
        assert done.returncode == 0, (line, done.stderr)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_the_units_are_valid(tmp_path):
    for block in blocks(PAGE):
        if block.language != "ini":
            continue
        name = re.search(r"user/([\w.-]+)", block.text)[1]
        unit = block.text.replace("%h/.local/bin/lfassess", sys.executable)
        (tmp_path / name).write_text(unit)
    units = sorted(tmp_path.glob("lfassess-again.*"))
    assert [unit.suffix for unit in units] == [".service", ".timer"]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True, text=True, check=False, env=os.environ | {"HOME": str(tmp_path)},
    )  # fmt: skip
    assert [line for line in done.stderr.splitlines() if "lfassess-again" in line] == []
