"""An account for each cage alone, where we are root and may choose."""

from __future__ import annotations

import os
import pwd
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from lfassess.accounts import Account

# What systemd gives to its dynamic users: numbers that no list of accounts names.
_FIRST: Final = 61184
_LAST: Final = 65519
_FIRST_PERSON: Final = 501 if sys.platform == "darwin" else 1000
_LAST_PERSON: Final = 60000
_NO_SHELLS: Final = ("nologin", "false", "sync")


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
    """Return the names of accounts that people sign in to, besides ours and root's.

    Those that no list here names, as a directory server's, count while something of theirs runs.
    """
    listed = {e.pw_uid: e.pw_name for e in pwd.getpwall() if not e.pw_shell.endswith(_NO_SHELLS)}
    found = {uid: str(uid) for uid in _at_work()} | listed
    return sorted(
        name
        for uid, name in found.items()
        if _FIRST_PERSON <= uid <= _LAST_PERSON and uid != os.geteuid()
    )


def has_helper(program: Path) -> bool:
    """Tell whether a browser can be sandboxed by a program of root's that lies beside it.

    Some distributions install it, for kernels that refuse namespaces. A container may forbid that
    it becomes root.
    """
    helper = program.resolve().with_name("chrome-sandbox")
    try:
        status = helper.stat()
        return (
            status.st_uid == 0
            and bool(status.st_mode & stat.S_ISUID)
            and "NoNewPrivs:\t0" in Path("/proc/self/status").read_text()
        )
    except OSError:
        return False
