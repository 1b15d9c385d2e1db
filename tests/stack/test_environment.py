from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import lfassess
from lfassess import config_files
from lfassess.paths import Layout
from lfassess.settings import Settings, variable_of
from lfassess.stack.environment import (
    MALLOC,
    NOT_READ_BY_WORKERS,
    fingerprint,
    worker_environment,
)

SECRET = "sk-not-to-be-seen"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    (tmp_path / "locks").mkdir()
    return Layout(tmp_path)


def print_of(layout: Layout, **values: str) -> str:
    return fingerprint(values, "plan", layout)


def test_workers_get_the_embedded_servers_and_the_data_folder(layout: Layout):
    environment = worker_environment(Settings(data_dir=layout.data_dir), layout)

    assert environment["DATABASE_URL"] == layout.database_url
    assert environment["CELERY_BROKER_URL"] == layout.broker_url
    assert environment["LFASSESS_DATA_DIR"] == str(layout.data_dir)


def test_workers_can_import_the_checkout(layout: Layout, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")

    path = worker_environment(Settings(data_dir=layout.data_dir), layout)["PYTHONPATH"]

    root, rest = path.split(":")
    assert (Path(root) / "assessment_orchestrator.py").exists()
    assert rest == "/elsewhere"


def test_workers_give_memory_back_unless_the_operator_says_otherwise(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MALLOC_ARENA_MAX", "8")

    environment = worker_environment(Settings(data_dir=layout.data_dir), layout)

    assert environment["MALLOC_ARENA_MAX"] == "8"
    assert environment["MALLOC_TRIM_THRESHOLD_"] == MALLOC["MALLOC_TRIM_THRESHOLD_"]


def test_containers_have_the_allocator_of_workers_on_a_machine():
    dockerfile = (Path(lfassess.__file__).parents[1] / "Dockerfile").read_text()

    assert all(f"{name}={value}" in dockerfile for name, value in MALLOC.items())


def test_workers_are_told_settings_that_no_variable_holds(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(layout.data_dir)
    settings = Settings(
        data_dir=layout.data_dir,
        openai_api_key=SecretStr(SECRET),
        connect_to=("a:80:b:81", "c:80:d:82"),
        allow_private_targets=True,
        ca_bundle=Path("ca.pem"),
    )

    environment = worker_environment(settings, layout)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = Settings()

    assert result.openai_api_key == settings.openai_api_key
    assert result.connect_to == settings.connect_to
    assert result.allow_private_targets is True
    assert result.ca_bundle == layout.data_dir / "ca.pem"


@pytest.mark.parametrize(
    "name", ["LFASSESS_SANDBOX_URL", "OPENAI_API_KEY", "CELERY_BROKER_URL", "S3_BUCKET"]
)
def test_a_changed_setting_changes_the_print(layout: Layout, name: str):
    assert print_of(layout, **{name: "a"}) != print_of(layout, **{name: "b"})


def test_changed_files_of_the_operator_change_the_print(layout: Layout, tmp_path: Path):
    prints = {print_of(layout)}
    for text in ("a = 1\n", "a = 2\n"):
        (tmp_path / "providers.toml").write_text(text)
        config_files.use(tmp_path)
        prints.add(print_of(layout))
    assert len(prints) == 3


@pytest.mark.parametrize(
    "name",
    ["TERM", "LFASSESS_PART", "LFASSESS_COMPOSE", *map(variable_of, sorted(NOT_READ_BY_WORKERS))],
)
def test_what_workers_do_not_read_leaves_the_print(layout: Layout, name: str):
    assert print_of(layout, **{name: "a"}) == print_of(layout, **{name: "b"}) == print_of(layout)


def test_no_part_of_a_worker_reads_what_its_print_leaves_out():
    package = Path(lfassess.__file__).parent
    reads = re.compile(rf"\.(?:{'|'.join(NOT_READ_BY_WORKERS)})\b")
    others = {package / name for name in ("api", "cli", "assessment/intake")}
    readers = [
        path
        for path in package.rglob("*.py")
        if not others & set(path.parents) and reads.search(path.read_text())
    ]
    assert readers == [package / "assessment/execution/runner.py"]  # a check's retention_days


@pytest.mark.parametrize(
    "same", [{"window": 40}, {"vision": True}, {"target_ports": ("80", "443", "8000-8999")}]
)
def test_a_setting_that_says_what_holds_anyway_leaves_the_print(
    layout: Layout, same: dict[str, Any]
):
    prints = {
        fingerprint(worker_environment(settings, layout), "plan", layout)
        for settings in (Settings(data_dir=layout.data_dir, **given) for given in ({}, same))
    }
    assert len(prints) == 1


def test_an_empty_variable_is_as_good_as_none(layout: Layout):
    assert print_of(layout, OPENAI_API_KEY="") == print_of(layout)


def test_the_print_is_salted_and_hides_the_value(tmp_path: Path):
    one, two = Layout(tmp_path / "1"), Layout(tmp_path / "2")
    for layout in (one, two):
        layout.locks.mkdir(parents=True)

    assert print_of(one, OPENAI_API_KEY=SECRET) != print_of(two, OPENAI_API_KEY=SECRET)
    assert SECRET not in print_of(one, OPENAI_API_KEY=SECRET)
