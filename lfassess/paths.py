"""Where everything of the embedded stack lies."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lfassess.accounts import Account, account_for, can_reach

SYSTEM_HOME = Path("/var/lib/lfassess")  # what root's servers may always reach
_LONGEST_SOCKET = 103  # bytes; Linux takes 107, macOS 103
_POSTGRES_SOCKET = ".s.PGSQL.5432"
_PLAIN = re.compile(r"[A-Za-z0-9._/-]+")


@dataclass(frozen=True)
class Layout:
    """All paths of one embedded stack; nothing is created by looking.

    ``server_home`` holds the servers' data. It is the data folder itself, except where root's
    servers, which run under another account, can't enter that.
    """

    data_dir: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "data_dir", Path(os.path.abspath(self.data_dir.expanduser())))  # noqa: PTH100 - resolve() would follow symlinks, which may move later

    @cached_property
    def key(self) -> str:
        """Return a short name that no other data folder has."""
        return hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]

    @cached_property
    def server_home(self) -> Path:
        elsewhere = SYSTEM_HOME / self.key
        if os.geteuid() != 0 or (self.data_dir / "postgres").exists():
            return self.data_dir
        if (
            elsewhere / "postgres"
        ).exists():  # data stays where it was put, whatever the folders' rights are now
            return elsewhere
        inside = self.data_dir / "postgres"
        return self.data_dir if can_reach(inside, account_for(inside)) else elsewhere

    @property
    def account(self) -> Account | None:
        """Return the account the servers run under; None means the user of this command."""
        return account_for(self.postgres_dir)

    # --- folders ---

    @property
    def postgres_dir(self) -> Path:
        return self.server_home / "postgres"

    @property
    def postgres_data(self) -> Path:
        return self.postgres_dir / "data"

    @property
    def valkey_dir(self) -> Path:
        return self.server_home / "valkey"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def locks(self) -> Path:
        return self.data_dir / "locks"

    @cached_property
    def run(self) -> Path:
        """Return the folder of the sockets: short, and plain enough to stand in a URL unquoted."""
        inside = self.server_home / "run"
        longest = inside / _POSTGRES_SOCKET
        if len(os.fsencode(longest)) <= _LONGEST_SOCKET and _PLAIN.fullmatch(str(longest)):
            return inside
        if os.geteuid() == 0:
            return SYSTEM_HOME / self.key / "run"
        # Not $XDG_RUNTIME_DIR: cron has none, and its commands must find the same sockets.
        return Path("/tmp") / f"lfassess-{os.geteuid()}-{self.key}"  # noqa: S108 - owner and mode are checked before use

    # --- files ---

    @property
    def postgres_socket(self) -> Path:
        return self.run / _POSTGRES_SOCKET

    @property
    def valkey_socket(self) -> Path:
        return self.run / "valkey.sock"

    def lock(self, part: str) -> Path:
        return self.locks / f"{part}.lock"

    def fault(self, part: str) -> Path:
        """Return the file that says why the part would not start."""
        return self.locks / f"{part}.fault"

    def log(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    @property
    def desired_state(self) -> Path:
        return self.locks / "wanted.json"  # the name that releases before this one read

    @property
    def users(self) -> Path:
        """Return the lock that commands share while they use the stack."""
        return self.locks / "users.lock"

    @property
    def open_work(self) -> Path:
        """Return the file that workers touch while there is anything to do."""
        return self.locks / "open-work"

    @property
    def scale(self) -> Path:
        return self.data_dir / "scale.json"

    @property
    def flower_netrc(self) -> Path:
        """Return the file that curl reads Flower's user and password from."""
        return self.data_dir / "flower.netrc"

    # --- addresses ---

    @property
    def database_url(self) -> str:
        return f"postgresql+psycopg://lfassess@/lfassess?host={self.run}"

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.valkey_socket}?virtual_host=0"

    @property
    def redis_url(self) -> str:
        """Return the broker's address as redis-py spells it."""
        return f"unix://{self.valkey_socket}?db=0"
