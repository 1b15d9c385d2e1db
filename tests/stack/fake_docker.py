"""A small server that answers like Docker's socket, for two projects' containers."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

OWN = f"{1:012x}{0:052x}"  # the gate's own container


class Docker:
    """What runs, and which requests changed something."""

    def __init__(self) -> None:
        self.containers: dict[str, dict[str, Any]] = {}
        self.changes: list[str] = []

    def add(self, number: int, service: str, *, project: str = "ours", running: bool = True) -> str:
        whole = f"{number:012x}{0:052x}"
        self.containers[whole] = {
            "Id": whole,
            "Created": number,
            "State": "running" if running else "exited",
            "Started": "2026-01-01T00:00:00Z",
            "Labels": {
                "com.docker.compose.project": project,
                "com.docker.compose.service": service,
                "com.docker.compose.oneoff": "False",
            },
        }
        return whole

    def answer(self, method: str, target: str) -> Any:
        parts = urlsplit(target)
        if parts.path == "/version":
            return {"ApiVersion": "1.44"}
        path = parts.path.removeprefix("/v1.44")
        if path == "/containers/json":
            (label,) = json.loads(parse_qs(parts.query)["filters"][0])["label"]
            project = label.partition("=")[2]
            return [
                c
                for c in self.containers.values()
                if c["Labels"]["com.docker.compose.project"] == project
            ]
        match = re.fullmatch(r"/containers/([\w.-]+)/(json|start|kill)", path)
        assert match, target
        found = self.containers[match[1]]
        if match[2] == "json":
            return {"Config": {"Labels": found["Labels"]}, "State": {"StartedAt": found["Started"]}}
        assert method == "POST"
        self.changes.append(f"{match[2]} {int(match[1][:12], 16)} {parts.query}".strip())
        if match[2] == "start":
            found.update(State="running", Started=f"2026-01-02T00:00:0{len(self.changes)}Z")
        return None


@pytest.fixture
def docker(tmp_path: Path) -> Iterator[Docker]:
    """Docker at ``docker.sock`` in the test's folder, with the gate's container."""
    docker = Docker()
    assert docker.add(1, "docker-gate") == OWN

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            answer = docker.answer(self.command, self.path)
            body = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(200 if body else 204)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _do  # noqa: N815 - the standard library's names

        def address_string(self) -> str:
            return "client"

        def log_message(self, *_args: Any) -> None:
            pass

    with serving(socketserver.ThreadingUnixStreamServer(str(tmp_path / "docker.sock"), Handler)):
        yield docker


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
