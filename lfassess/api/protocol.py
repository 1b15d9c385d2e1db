"""uvicorn's HTTP/1.1 with time limits: a request that comes byte by byte holds no connection."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final, Literal

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_TOO_LATE: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class TimedProtocol(H11Protocol):
    """Closes a connection whose request does not come whole in time; answers take as long as ever.

    uvicorn limits the rest between two requests alone.
    """

    head_s: ClassVar[float] = 15.0  # from the connection, or a request's first byte
    body_s: ClassVar[float] = 300.0  # 32 MiB over a megabit line

    _awaited: Literal["head", "body"] | None = None
    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._await("head")

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.IDLE:
            self._await("head")
        else:
            self._await("body" if state is h11.SEND_BODY else None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._await(None)
        super().connection_lost(exc)

    def _await(self, part: Literal["head", "body"] | None) -> None:
        """Set the time for a part of the request; for the one awaited already it goes on."""
        if part == self._awaited:
            return
        self._awaited = part
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
        if part is not None:
            seconds = self.head_s if part == "head" else self.body_s
            self._limit = self.loop.call_later(seconds, self._too_late)

    def _too_late(self) -> None:
        if self._awaited == "head":
            self.transport.write(_TOO_LATE)
        self.transport.close()
