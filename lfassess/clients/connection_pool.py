"""Connections that serve another request: to the same host and port, and nowhere else."""

from __future__ import annotations

import select
import threading
from collections import defaultdict
from typing import Final, NamedTuple

from lfassess.clients.connect import Connection

_MAX_IDLE: Final = 2  # of one place
_MAX_PLACES: Final = 8


class Place(NamedTuple):
    """Where a connection leads; what the name means was judged when it was made."""

    host: str
    port: int
    secure: bool


class ConnectionPool:
    """Open connections that wait for another request; close it when the last was made.

    One that is taken leads to the address that the guard judged when it was made: its name is not
    resolved again.
    """

    def __init__(self) -> None:
        self._idle: dict[Place, list[Connection]] = defaultdict(list)
        self._lock = threading.Lock()

    def take(self, place: Place) -> Connection | None:
        """Return a connection to the place that its server still holds, or None."""
        while True:
            with self._lock:
                idle = self._idle.get(place)
                if not idle:
                    return None
                connection = idle.pop()
            if _is_quiet(connection):
                return connection
            connection.close()

    def give(self, place: Place, connection: Connection) -> None:
        """Take in a connection over which an answer has come whole."""
        with self._lock:
            idle = self._idle[place] if len(self._idle) < _MAX_PLACES else self._idle.get(place)
            if idle is not None and len(idle) < _MAX_IDLE:
                idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close all that wait."""
        with self._lock:
            every = [connection for idle in self._idle.values() for connection in idle]
            self._idle.clear()
        for connection in every:
            connection.close()


def _is_quiet(connection: Connection) -> bool:
    """Return whether nothing has come: neither the connection's end nor what nobody asked for."""
    waiting = select.poll()
    waiting.register(connection.sock, select.POLLIN | select.POLLHUP | select.POLLERR)
    return not waiting.poll(0)
