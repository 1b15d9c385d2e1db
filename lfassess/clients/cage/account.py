"""An account for each cage alone, where we are root and may choose."""

from __future__ import annotations

import os
import pwd
from contextlib import suppress
from pathlib import Path
from typing import Final

from lfassess.accounts import Account

# What systemd gives to its dynamic users: numbers that no list of accounts names.
_FIRST: Final = 61184
_LAST: Final = 65519
_FIRST_PERSON: Final = 1000
_NOBODY: Final = 65534


def account_of_its_own() -> Account | None:
    """Return an account that nobody has and nothing runs under; None when we are no superuser.

    Not `nobody`: whatever else runs as that could read, write and end what runs in the cage.
    """
    if os.geteuid() != 0:
        return None
    taken = {entry.pw_uid for entry in pwd.getpwall()} | _at_work()
    size = _LAST - _FIRST + 1
    numbers = ((_FIRST + (os.getpid() + n) % size) for n in range(size))
    uid = next(number for number in numbers if number not in taken)
    return Account(uid, uid)


def _at_work() -> set[int]:
    """Return the accounts that processes run under."""
    found = set()
    for name in os.listdir("/proc") if Path("/proc").is_dir() else ():  # noqa: PTH208 - half the time
        if name.isdigit():
            with suppress(OSError):
                found.add(os.stat(f"/proc/{name}").st_uid)  # noqa: PTH116 - likewise
    return found


def other_people() -> list[str]:
    """Return the names of accounts that people sign in to, besides ours and root's."""
    return sorted(
        entry.pw_name
        for entry in pwd.getpwall()
        if _FIRST_PERSON <= entry.pw_uid < _NOBODY
        and entry.pw_uid != os.geteuid()
        and not entry.pw_shell.endswith(("nologin", "false"))
    )
