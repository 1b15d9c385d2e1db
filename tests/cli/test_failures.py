"""Every expected failure: one clear message, the right exit code, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lfassess import stack
from lfassess.settings import Settings
from tests.cli import in_process

ROOT = Path(__file__).parents[2]


def lfassess(*words, **env):
    done = subprocess.run(
        [sys.executable, "-m", "lfassess", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def data_dir(tmp_path):
    """A data folder; that nothing was started in it is part of every test."""
    yield {"LFASSESS_DATA_DIR": str(tmp_path / "data")}
    settings = Settings(data_dir=tmp_path / "data")
    started = [p.name for p in stack.ps(settings) if p.state == "running"]
    stack.erase(settings)
    assert started == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run",), "either a URL or --lead"),
        (("run", "https://example.com", "--lead", "1"), "either a URL or --lead"),
        (("run", "javascript:alert(1)"), "javascript"),
        (("run", "file:///etc/passwd"), "file"),
        (("run", "https://example.com", "--checks", "speling"), "no check named speling"),
        (("run", "https://example.com", "--no-wait", "--min-score", "75"), "--no-wait ends before"),
        (("batch",), "either a file or --from-db"),
        (("batch", "nowhere.csv"), "nowhere.csv"),
        (("batch", "--from-db", "--only", "old"), "--only takes new"),
        (("batch", "x.csv", "--max-age", "soon"), "not a period"),
        (("check", "speling", "https://example.com"), "no check named speling"),
        (("report", "1", "--format", "docx"), "--format takes"),
        (("frobnicate",), "No such command"),
    ],
)
def test_wrong_use_exits_2_and_says_why(words, says, data_dir):
    done = in_process.lfassess(*words, **data_dir)
    assert done.returncode == 2
    assert says in done.stderr


def test_wrong_use_ends_the_process_with_2(data_dir):
    done = lfassess("run", "javascript:alert(1)", **data_dir)
    assert done.returncode == 2
    assert "javascript" in done.stderr


@pytest.mark.parametrize("words", [("run", "https://example.com"), ("status",), ("leads", "list")])
def test_unreachable_database_exits_4(words, data_dir):
    done = lfassess(
        *words,
        DATABASE_URL="postgresql://user:hunter2@127.0.0.1:1/x",
        CELERY_BROKER_URL="redis://127.0.0.1:1/0",
        **data_dir,
    )
    assert done.returncode == 4
    assert "Postgres is out of reach" in done.stderr
    assert "hunter2" not in done.stderr


def test_database_url_that_is_none_exits_3(data_dir):
    done = in_process.lfassess(
        "status", DATABASE_URL="mysql://x/y", CELERY_BROKER_URL="redis://x", **data_dir
    )
    assert done.returncode == 3
    assert "DATABASE_URL" in done.stderr
    assert "must begin with postgres:// or postgresql://" in done.stderr


def test_wrong_setting_exits_3(data_dir):
    done = in_process.lfassess("status", LFASSESS_DEFAULT_COUNTRY="Britain", **data_dir)
    assert done.returncode == 3
    assert "two-letter country" in done.stderr


def test_data_folder_that_is_no_folder_exits_3(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = in_process.lfassess("status", LFASSESS_DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 3
    assert "LFASSESS_DATA_DIR" in done.stderr


def test_missing_browser_exits_3_and_says_what_to_install(data_dir):
    done = lfassess(
        "check", "visual", "https://example.com", LFASSESS_BROWSER="/nowhere/chromium", **data_dir
    )
    assert done.returncode == 3
    assert "chromium" in done.stderr


def test_errors_are_json_too(data_dir):
    done = in_process.lfassess("run", "--json", **data_dir)
    assert json.loads(done.stdout)["error"]["code"] == "usage"


def test_help_lists_the_exit_codes(data_dir):
    done = lfassess("--help", **data_dir)
    assert done.returncode == 0
    assert "130 interrupted" in " ".join(done.stdout.split())
