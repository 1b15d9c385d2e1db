"""The embedded Valkey, or a Redis found on PATH."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lfassess.paths import Layout
from lfassess.stack import binaries, programs
from lfassess.stack.postgres import server_environment

_CONFIG = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir ./{data}
appendonly yes
appendfsync everysec
auto-aof-rewrite-min-size 16mb
save ""
maxmemory-policy noeviction
daemonize no
logfile ""
"""


_ANSWER_S = 1.0


class Valkey:
    """The broker; one part of the stack."""

    name = "valkey"
    fingerprint = "-"
    stop_signal = signal.SIGTERM
    needs: tuple[str, ...] = ()

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.account = layout.account

    def prepare(self) -> None:
        data = self._data()
        data.mkdir(mode=0o700, exist_ok=True)
        config = _CONFIG.format(socket=self.layout.valkey_socket, data=data.name)
        self._config().write_text(config)
        if self.account is not None:
            for path in (data, self._config()):
                os.chown(path, self.account.uid, self.account.gid)
        # A second server would take over a living one's socket; the lock says there is none.
        self.layout.valkey_socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        return [str(binaries.valkey_server(self.layout)), str(self._config())]

    def environment(self) -> Mapping[str, str]:
        return server_environment()

    def folder(self) -> Path:
        return self.layout.valkey_dir

    def is_ready(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as s:
            s.settimeout(_ANSWER_S)
            s.connect(str(self.layout.valkey_socket))
            s.sendall(b"PING\r\n")
            return s.recv(16).startswith(b"+PONG")  # -LOADING while it reads its file
        return False

    def _config(self) -> Path:
        return self.layout.valkey_dir / "valkey.conf"

    def _data(self) -> Path:
        """Return this server's own folder: an older or other server can't read its files."""
        program = binaries.valkey_server(self.layout)
        major, _ = programs.version_of(program) or (0, 0)
        return self.layout.valkey_dir / f"{program.name}-{major}"
