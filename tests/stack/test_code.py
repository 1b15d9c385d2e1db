"""Workers that an older lfassess started are noticed, and replaced warm."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lfassess
from lfassess import stack
from lfassess.stack.environment import code_print
from tests.stack.support import SLEEPER, Stack, wait_until

ROOT = Path(lfassess.__file__).parents[1]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "lfassess"
    (folder / "checks").mkdir(parents=True)
    (folder / "checks" / "gbp.py").write_text("one")
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "scoring.toml").write_text("a = 1")
    return folder


@pytest.mark.parametrize(
    "change",
    [
        lambda p: (p / "checks/gbp.py").write_text("other"),
        lambda p: os.utime(p / "checks/gbp.py", ns=(1, 1)),
        lambda p: (p / "checks/new.html.j2").touch(),
        lambda p: (p / "checks/gbp.py").unlink(),
        lambda p: (p / "checks/gbp.py").rename(p / "gbp.py"),
        lambda p: (p.with_name("configs") / "scoring.toml").write_text("a = 22"),
    ],
    ids=["content", "time", "new", "gone", "moved", "configs"],
)
def test_any_change_of_a_file_changes_the_print(package: Path, change):
    before = code_print.__wrapped__(package)
    change(package)
    assert code_print.__wrapped__(package) != before


def test_compiled_files_and_looking_leave_the_print(package: Path):
    before = code_print.__wrapped__(package)
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "gbp.pyc").touch()
    (package / "checks/gbp.py").read_text()
    assert code_print.__wrapped__(package) == before


def test_an_installed_package_without_configs_beside_it_has_one(package: Path):
    shutil.rmtree(package.with_name("configs"))
    assert len(code_print.__wrapped__(package)) == 12


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another installation of lfassess."""
    root = tmp_path_factory.mktemp("release")
    shutil.copytree(
        ROOT / "lfassess",
        root / "lfassess",
        ignore=shutil.ignore_patterns("__pycache__", "sandbox"),
    )
    shutil.copytree(ROOT / "configs", root / "configs")
    shutil.copy2(ROOT / "assessment_orchestrator.py", root)
    return root


def start_by(release: Path, it: Stack, program: tuple[str, ...]) -> None:
    command = (
        "import sys; from pathlib import Path\n"
        "from lfassess import stack; from lfassess.settings import Settings\n"
        "stack.ensure_up(Settings(data_dir=Path(sys.argv[1])), program=sys.argv[2:])"
    )
    subprocess.run(
        [sys.executable, "-c", command, str(it.layout.data_dir), *program],
        cwd=release,
        env={**os.environ, "PYTHONPATH": str(release)},
        check=True,
        timeout=120,
    )


@pytest.mark.integration
def test_workers_of_another_version_are_replaced_warm_and_it_is_said(fresh: Stack, release: Path):
    note = fresh.layout.data_dir.parent / "warm"
    program = (
        "import pathlib, signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path(sys.argv[1]).touch(), sys.exit(0)))\n"
        "signal.pause()"
    )
    stack.scale(fresh.settings, {"browser": 0, "lighthouse": 0})
    start_by(release, fresh, (sys.executable, "-ISc", program, str(note)))
    before = fresh.pids()
    states = {p.name: p.other_code for p in stack.ps(fresh.settings)}
    assert states == dict.fromkeys(states, False) | {"worker-io1": True}

    said: list[str] = []
    stack.ensure_up(fresh.settings, workers=False, on_progress=said.append)
    assert fresh.pids() == before  # who only looks leaves them
    stack.ensure_up(fresh.settings, program=SLEEPER, on_progress=said.append)

    (line,) = said
    assert line.startswith("lfassess has changed: the workers are replaced")
    wait_until(note.exists, "the old worker has ended by itself")
    wait_until(
        lambda: fresh.pids().get("worker-io1", before["worker-io1"]) != before["worker-io1"],
        "a new one runs",
    )
    assert not any(p.other_code for p in stack.ps(fresh.settings))
    after = fresh.pids()
    assert (after["postgres"], after["valkey"]) == (before["postgres"], before["valkey"])


@pytest.mark.integration
def test_a_change_of_settings_is_said_as_such(fresh: Stack):
    stack.scale(fresh.settings, {"browser": 0, "lighthouse": 0})
    fresh.up()
    changed = fresh.settings.model_copy(update={"openai_model": "other"})
    changed.model_fields_set.add("openai_model")
    said: list[str] = []

    stack.ensure_up(changed, program=SLEEPER, on_progress=said.append)

    assert said[0].startswith("Settings have changed: the workers are replaced")
