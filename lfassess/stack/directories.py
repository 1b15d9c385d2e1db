"""Makes the stack's folders, with rights that let nobody else in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lfassess.errors import ConfigurationError
from lfassess.paths import SYSTEM_HOME, Layout
from lfassess.stack import disk

_PRIVATE = 0o700
_PASSABLE = 0o711  # root's servers pass through it under another account; they can't list it


def prepare(layout: Layout) -> None:
    """Create what is missing; folders that exist keep their rights.

    Raises:
        ConfigurationError: the data folder can't be written, or a socket folder is not ours.
    """
    try:
        for folder in (layout.data_dir, layout.server_home):
            _make_chain(folder)
        for folder in (layout.logs, layout.locks):
            _make(folder, _PRIVATE)
        _make_server_folders(layout)
    except OSError as e:
        if e.errno in disk.FULL:
            raise
        raise _unusable(layout, e) from e
    _check_run_folder(layout)
    if not os.access(layout.locks, os.W_OK | os.X_OK):
        raise _unusable(layout, PermissionError(f"{layout.locks} can't be written"))


def _make_server_folders(layout: Layout) -> None:
    account = layout.account
    _make_chain(layout.run.parent)
    for folder in (layout.postgres_dir, layout.valkey_dir, layout.run):
        if _make(folder, _PRIVATE) and account is not None:
            os.chown(folder, account.uid, account.gid)


def _make_chain(folder: Path) -> None:
    """Create the folder and its parents, whatever the umask, so that servers reach the bottom."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for path in reversed(missing):
        ours = path == folder or path.is_relative_to(SYSTEM_HOME)
        _make(path, _PRIVATE if ours and os.geteuid() != 0 else _PASSABLE)


def _make(folder: Path, mode: int) -> bool:
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return False
    folder.chmod(mode)  # mkdir's mode is cut by the umask
    return True


def _check_run_folder(layout: Layout) -> None:
    """Whoever owns the socket folder can stand in for the servers."""
    status = layout.run.lstat()
    owner = layout.account.uid if layout.account else os.geteuid()
    private = stat.S_IMODE(status.st_mode) & 0o077 == 0
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner or not private:
        raise ConfigurationError(
            f"The folder for sockets, {layout.run}, belongs to somebody else or is open to others",
            hint="Remove it, or set LFASSESS_DATA_DIR to a shorter path.",
        )


def _unusable(layout: Layout, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"The data folder {layout.data_dir} can't be used: {error.strerror or error}",
        hint="Set LFASSESS_DATA_DIR to a folder you can write.",
    )
