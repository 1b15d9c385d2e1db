"""Which system account the embedded servers run under; Postgres refuses to run as root."""

from __future__ import annotations

import os
from pathlib import Path

from lfassess.accounts import Account
from lfassess.errors import ConfigurationError

_PREFERRED = ("lfassess", "nobody")


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
