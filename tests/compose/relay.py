"""Lets containers reach a loopback server of the test's: a relay on the engine's bridge."""

from __future__ import annotations

import socket
import socketserver
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


def _pump(source: socket.socket, sink: socket.socket, own_name: bytes = b"") -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            # The sandbox answers to its own names alone, and containers can't call it localhost.
            sink.sendall(data.replace(own_name, b"localhost") if own_name else data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Relay)
        with socket.create_connection(("127.0.0.1", self.server.to_port), timeout=60) as site:
            self.server.open |= {site, self.request}
            back = threading.Thread(target=_pump, args=(site, self.request))
            back.start()
            _pump(self.request, site, self.server.own_name)
            back.join()
            self.server.open -= {site, self.request}


class Relay(socketserver.ThreadingTCPServer):
    """Passes connections to ADDRESS:any on to 127.0.0.1:to_port."""

    request_queue_size = 256

    def __init__(self, address: str, to_port: int) -> None:
        super().__init__((address, 0), _Handler)
        self.to_port = to_port
        self.open: set[socket.socket] = set()
        self.own_name = f"{address}:{self.server_address[1]}".encode()
        self.port = int(self.server_address[1])
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        for end in list(self.open):  # what still talks is cut off
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: a browser that goes away in the middle is nothing to report."""
