"""Real local servers for provider tests: the emulators, and one that answers as scripted."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import APIRouter, FastAPI

_SHARED = Path(__file__).parents[1].parent / "shared" / "fixtures" / "providers"


def recorded(provider: str, name: str) -> bytes:
    """A provider's recorded answer; skips the test where the recordings are absent."""
    path = _SHARED / provider / name
    if not path.exists():
        pytest.skip(f"no recorded answers of {provider} here")
    return path.read_bytes()


@contextlib.contextmanager
def emulator(**routers: APIRouter) -> Iterator[str]:
    """Serve routers below /NAME (openai below /openai/v1); gives the base URL."""
    app = FastAPI()
    app.state.seed = 1
    for name, router in routers.items():
        app.include_router(router, prefix="/openai/v1" if name == "openai" else f"/{name}")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@dataclass
class ScriptedServer:
    """A server that gives the same answer to everything, and remembers what it was asked."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None  # answers only once this is set
    drip_s: float | None = None  # sends one byte, then waits, and so on
    requests: list[dict[str, Any]] = field(default_factory=list)
    first: list[tuple[int, bytes]] = field(default_factory=list)  # answers before that one
    dropped: int = 0  # so many of the next requests are closed without an answer
    url: str = ""

    def says(self, body: object, status: int = 200, **headers: str) -> ScriptedServer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.body, self.status = raw, status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self


def _handler(result: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            result.requests.append(
                {
                    "path": self.path,
                    "headers": {k.lower(): v for k, v in self.headers.items()},
                    "body": self.rfile.read(length),
                }
            )
            if result.dropped:
                result.dropped -= 1
                self.close_connection = True
                return
            if result.wait:
                result.wait.wait(30)
            with contextlib.suppress(OSError):
                self._answer()

        do_POST = do_GET  # noqa: N815 - the base class's spelling

        def _answer(self) -> None:
            status, body = result.first.pop(0) if result.first else (result.status, result.body)
            self.send_response(status)
            for name, value in result.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if result.drip_s is None:
                self.wfile.write(body)
                return
            for n in range(len(body)):
                self.wfile.write(body[n : n + 1])
                time.sleep(result.drip_s)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextlib.contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    result = ScriptedServer()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(result)) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        result.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield result
        finally:
            if result.wait:
                result.wait.set()
            server.shutdown()
            thread.join(10)
