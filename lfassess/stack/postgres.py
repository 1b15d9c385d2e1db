"""The embedded PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lfassess.errors import ServiceUnreachableError
from lfassess.paths import Layout
from lfassess.stack import binaries, programs
from lfassess.stack.process import last_lines

_INITDB = ["-U", "lfassess", "-A", "trust", "-E", "UTF8", "--no-sync"]
_BUILTIN_LOCALE = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
_BUILTIN_SINCE = 17
# Earlier ones know the system's locales alone, and not every system has C.UTF-8.
_SYSTEM_LOCALES = (["--locale=C", "--lc-ctype=C.UTF-8"], ["--locale=C"])
_TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "autovacuum_max_workers": "2",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "logging_collector": "off",
}
_PROTOCOL_3 = 196608
_TOO_MANY = b"C53300\0"  # the message's field with its SQLSTATE


class Postgres:
    """The database server; one part of the stack."""

    name = "postgres"
    fingerprint = "-"
    stop_signal = signal.SIGINT  # fast shutdown: breaks off sessions, loses nothing committed
    needs: tuple[str, ...] = ()

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.account = layout.account

    def prepare(self) -> None:
        data = self.layout.postgres_data
        if not data.exists():
            self._create()
        # We hold the lock, so no server of ours lives: whatever process these name is a stranger.
        socket_path = self.layout.postgres_socket
        for stale in (
            data / "postmaster.pid",
            socket_path,
            socket_path.with_name(socket_path.name + ".lock"),
        ):
            stale.unlink(missing_ok=True)

    def command(self) -> list[str]:
        options = {**_TUNING, "unix_socket_directories": str(self.layout.run)}
        flags = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        return [self._program("postgres"), "-D", str(self.layout.postgres_data), *flags]

    def environment(self) -> Mapping[str, str]:
        return server_environment()

    def folder(self) -> Path:
        return self.layout.postgres_dir

    def is_ready(self) -> bool:
        """Tell whether the database lets us in; speaks the protocol's first two messages."""
        names = b"user\0lfassess\0database\0lfassess\0\0"
        hello = struct.pack("!II", 8 + len(names), _PROTOCOL_3) + names
        with suppress(OSError), socket.socket(socket.AF_UNIX) as s:
            s.settimeout(2)
            s.connect(str(self.layout.postgres_socket))
            s.sendall(hello)
            answer = s.recv(1)
            if answer == b"E":  # it is up where it has too many visitors; else it says why not
                return _TOO_MANY in s.recv(4096)
            return answer == b"R"  # authentication is fine
        return False

    def _create(self) -> None:
        """Make the data folder with its database; a kill half-way leaves nothing to trip over."""
        for left in self.layout.postgres_dir.glob("new-*"):
            shutil.rmtree(left, ignore_errors=True)
        # A name of its own: an initdb that outlived its killed supervisor may still be writing.
        staged = self.layout.postgres_dir / f"new-{secrets.token_hex(4)}"
        self._initdb(staged)
        single = [self._program("postgres"), "--single", "-D", str(staged), "postgres"]
        self._run(single, stdin=b"CREATE DATABASE lfassess;\n")
        staged.rename(self.layout.postgres_data)

    def _initdb(self, staged: Path) -> None:
        command = [self._program("initdb"), "-D", str(staged), *_INITDB]
        if (programs.major_of(Path(command[0])) or 0) >= _BUILTIN_SINCE:
            self._run([*command, *_BUILTIN_LOCALE])
            return
        *preferred, last = _SYSTEM_LOCALES
        for locale in preferred:
            with suppress(ServiceUnreachableError):  # initdb clears away what it has begun
                self._run([*command, *locale])
                return
        self._run([*command, *last])

    def _run(self, command: list[str], stdin: bytes = b"") -> None:
        log = self.layout.log(self.name)
        with log.open("ab") as out:
            done = subprocess.run(
                command,
                input=stdin,
                stdout=out,
                stderr=out,
                env=server_environment(),
                cwd=self.folder(),
                check=False,
                **(self.account.popen_arguments() if self.account else {}),
            )
        if done.returncode != 0:
            raise ServiceUnreachableError(
                f"Postgres's data folder could not be made; {log} ends with:\n{last_lines(log)}"
            )

    def _program(self, name: str) -> str:
        return str(binaries.postgres_bin(self.layout) / name)


def server_environment() -> dict[str, str]:
    """Return an environment without anybody's keys; servers have no use for them."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
