"""Remembers why the guard proxy could not reach a host, which a browser hides."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from lfassess.errors import LfassessError
from lfassess.netguard import Guard
from lfassess.settings import WEB_PORTS


class NotingGuard(Guard):
    """A guard whose ``failures`` hold, by (host, port), what went wrong since ``forget``."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        connect_to: Sequence[str] = (),
        ports: Sequence[str] = WEB_PORTS,
    ) -> None:
        super().__init__(allow_private=allow_private, connect_to=connect_to, ports=ports)
        self.failures: dict[tuple[str, int], Exception] = {}

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        try:
            return super().connect(host, port, timeout)
        except (LfassessError, OSError) as e:
            self.failures[host.strip("[]").lower(), port] = e
            raise

    def forget(self) -> None:
        self.failures = {}
