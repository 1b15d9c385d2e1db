"""A local website for browser tests, which says what was asked of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What one path answers; ``hold`` waits for the server's end, ``cut`` says nothing at all."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hold: bool = False
    cut: bool = False


@dataclass
class PageServer:
    port: int
    asked: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_args: Any) -> None:
        """A browser that is killed breaks its connections off."""


@contextlib.contextmanager
def website(pages: Mapping[str, str | Answer]) -> Iterator[PageServer]:
    """Serve the pages by path, everything else as 404."""
    asked: list[str] = []
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_args: object) -> None:
            pass

        def do_GET(self) -> None:
            asked.append(self.path)
            answer = pages.get(self.path, Answer(b"none", 404))
            if isinstance(answer, str):
                answer = Answer(answer.encode())
            if answer.hold:
                ended.wait(60)
            if answer.hold or answer.cut:
                self.close_connection = True
                return
            self.send_response(answer.status)
            headers = {"Content-Type": "text/html; charset=utf-8", **answer.headers}
            for name, value in {**headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield PageServer(server.server_address[1], asked)
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def listener() -> Iterator[tuple[int, list[Any]]]:
    """Listen on loopback; gives the port and the list of whoever connected."""
    callers: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, caller = server.accept()
                    callers.append(caller)
                    connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1], callers
        finally:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            thread.join()
