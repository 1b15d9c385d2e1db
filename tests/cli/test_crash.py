"""A fault in lfassess itself: a line, a file with the traceback, an exit code of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from lfassess.cli import doctor
from tests.cli.in_process import lfassess


@pytest.fixture(autouse=True)
def logs(tmp_path):
    """Where a data folder keeps what it logs; without it, files go into the machine's own /tmp."""
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture
def faulty(monkeypatch):
    def examine(*_args, **_kwargs):
        raise RuntimeError("no such thing at postgresql://me:hunter2@db/leads")

    monkeypatch.setattr("lfassess.cli.diagnostics.examine", examine)
    assert doctor  # the command that looks


def report(folder: Path) -> Path:
    (found,) = folder.glob("crash-*.log")
    return found


def test_a_fault_has_its_own_exit_code_a_line_and_a_file(faulty, logs, tmp_path):
    done = lfassess("doctor", LFASSESS_DATA_DIR=str(tmp_path), COLUMNS="200")
    assert done.returncode == 70
    assert "A fault in lfassess itself: RuntimeError: no such thing" in done.stderr
    assert "Traceback" not in done.stderr
    written = report(logs)
    assert written.name in done.stderr
    assert written.stat().st_mode & 0o777 == 0o600
    text = written.read_text()
    assert "Traceback (most recent call last)" in text
    assert "command: doctor" in text
    assert "hunter2" not in text + done.stderr


def test_without_a_data_folder_the_file_is_a_temporary_one(faulty, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    done = lfassess("doctor", LFASSESS_DATA_DIR=str(tmp_path / "none"), COLUMNS="200")
    assert done.returncode == 70
    assert report(tmp_path).name in done.stderr


def test_programs_get_it_as_an_object(faulty, logs, tmp_path):
    done = lfassess("doctor", "--json", LFASSESS_DATA_DIR=str(tmp_path))
    assert done.returncode == 70
    assert json.loads(done.stdout)["error"]["code"] == "internal_fault"
    assert report(logs)


def test_a_broken_disk_is_no_other_outcome(monkeypatch, tmp_path):
    def examine(*_args, **_kwargs):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("lfassess.cli.diagnostics.examine", examine)
    done = lfassess("doctor", LFASSESS_DATA_DIR=str(tmp_path))
    assert done.returncode == 70
    assert re.search("Input/output error", done.stderr)
