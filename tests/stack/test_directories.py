from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lfassess.accounts import Account
from lfassess.errors import ConfigurationError
from lfassess.paths import SYSTEM_HOME, Layout
from lfassess.settings import Settings
from lfassess.stack import ensure_up
from lfassess.stack.directories import prepare

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_logs_and_locks_are_private_whatever_the_umask(data_dir: Path):
    layout = Layout(data_dir)
    before = os.umask(0)
    try:
        prepare(layout)
    finally:
        os.umask(before)

    assert {mode(layout.logs), mode(layout.locks), mode(layout.run)} == {0o700}


def test_folders_that_are_not_ours_keep_their_rights(data_dir: Path):
    data_dir.mkdir(mode=0o750)
    before = mode(data_dir.parent)

    prepare(Layout(data_dir))

    assert (mode(data_dir.parent), mode(data_dir)) == (before, 0o750)


@pytest.mark.parametrize("bad", ["file/data", "/proc/lfassess"])
def test_a_folder_that_cannot_be_made_is_a_configuration_error(tmp_path: Path, bad: str):
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigurationError) as error:
        ensure_up(Settings(data_dir=tmp_path / bad))

    assert "LFASSESS_DATA_DIR" in str(error.value.hint)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_data_folder_is_a_configuration_error(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigurationError):
        ensure_up(Settings(data_dir=tmp_path))
    tmp_path.chmod(0o700)


def test_a_socket_folder_open_to_others_is_refused(data_dir: Path):
    layout = Layout(data_dir)
    prepare(layout)
    layout.run.chmod(0o777)

    with pytest.raises(ConfigurationError, match="sockets"):
        prepare(layout)


@root_only
def test_roots_servers_move_out_of_folders_their_account_cannot_enter(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    assert Layout(closed / "data").server_home.parent == SYSTEM_HOME


@root_only
def test_the_servers_account_owns_the_data(data_dir: Path):
    layout = Layout(data_dir)
    prepare(layout)

    assert isinstance(layout.account, Account)
    assert layout.account.uid != 0
    assert layout.postgres_dir.stat().st_uid == layout.account.uid
    assert layout.locks.stat().st_uid == 0
