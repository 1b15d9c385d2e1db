"""System accounts that programs of ours run under, and what those may enter and run."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lfassess.errors import ConfigurationError

_PREFERRED = ("lfassess", "nobody")


@dataclass(frozen=True)
class Account:
    """A user and group id; `None` in their place elsewhere means "whoever runs this command"."""

    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """Return what makes `subprocess.Popen` start a program under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def can_reach(path: Path, account: Account | None) -> bool:
    """Tell whether the account may enter every existing folder on the way to path."""
    return all(can_enter(folder, account) for folder in path.parents if folder.exists())


def can_enter(folder: Path, account: Account | None) -> bool:
    """Tell whether the account may go through an existing folder."""
    return account is None or _may(account, folder, "x")


def can_run(program: Path, account: Account | None) -> bool:
    """Tell whether the account may read and run the program where it lies."""
    if account is None:
        return os.access(program, os.R_OK | os.X_OK)
    real = program.resolve()
    return (
        can_reach(program, account)
        and can_reach(real, account)
        and _may(account, real, "r")
        and _may(account, real, "x")
    )


def _may(account: Account, path: Path, what: str) -> bool:
    status = path.stat()
    if status.st_uid == account.uid:
        bits = {"r": stat.S_IRUSR, "x": stat.S_IXUSR}
    elif status.st_gid == account.gid:
        bits = {"r": stat.S_IRGRP, "x": stat.S_IXGRP}
    else:
        bits = {"r": stat.S_IROTH, "x": stat.S_IXOTH}
    return bool(status.st_mode & bits[what])


def account_for(folder: Path) -> Account | None:
    """Return the account that serves from this folder, or None when we are no superuser.

    A folder that exists keeps its owner: Postgres refuses data that belongs to anyone else.

    Raises:
        ConfigurationError: we are root and there is no account to change to.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists():
        owner = folder.stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    return _unprivileged()


def _unprivileged() -> Account:
    import pwd  # noqa: PLC0415 - absent on Windows, where this module must still import

    for name in _PREFERRED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise ConfigurationError(
        "Postgres refuses to run as root, and there is no account lfassess or nobody to run it as",
        hint="Run lfassess as an ordinary user, or set DATABASE_URL and CELERY_BROKER_URL.",
    )
