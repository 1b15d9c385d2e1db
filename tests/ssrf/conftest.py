"""A place that nobody may reach, a public shop that leads there, and a name server that lies."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from lfassess import netguard
from lfassess.addresses import look_up
from lfassess.clients import browser
from lfassess.settings import Settings
from tests.page_server import Answer, website


@dataclass
class Trap:
    """Listens on loopback, TCP over both families and UDP, and remembers whoever came."""

    port: int
    callers: list[Any] = field(default_factory=list)


def _accept(server: socket.socket, callers: list[Any]) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, caller = server.accept()
            callers.append(caller)
            connection.close()


def _receive(server: socket.socket, callers: list[Any]) -> None:
    with contextlib.suppress(OSError):
        while datagram := server.recvfrom(100):
            callers.append(datagram)


def _bound(family: socket.AddressFamily, kind: socket.SocketKind, where: tuple[str, int]) -> Any:
    server = socket.socket(family, kind)
    server.settimeout(0.2)
    server.bind(where)
    return server


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    ended = threading.Event()
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(_bound(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)))
        found = Trap(tcp.getsockname()[1])
        servers = [tcp]
        with contextlib.suppress(OSError):  # a machine without IPv6
            servers.append(_bound(socket.AF_INET6, socket.SOCK_STREAM, ("::1", found.port)))
        for server in servers:
            server.listen()
        udp = _bound(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", found.port))
        jobs = [(_accept, s) for s in servers] + [(_receive, udp)]
        threads = [
            threading.Thread(target=_until, args=(ended, job, server, found.callers))
            for job, server in jobs
        ]
        for thread in threads:
            thread.start()
        try:
            yield found
        finally:
            ended.set()
            for thread in threads:
                thread.join()
            for _, server in jobs:
                server.close()


def _until(ended: threading.Event, job: Any, server: socket.socket, callers: list[Any]) -> None:
    while not ended.is_set():
        job(server, callers)  # comes back every 0.2 s: its socket times out


HOSTS = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST.",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "shop.test@127.0.0.1",
    "private.test",
    "mixed.test",
    "metadata.test",
)
_LIES = {
    "private.test": ["127.0.0.1"],
    "mixed.test": ["93.184.215.14", "127.0.0.1"],
    "metadata.test": ["169.254.169.254"],
}


@pytest.fixture(autouse=True)
def _lying_name_server(monkeypatch):
    monkeypatch.setattr(netguard, "look_up", lambda name: _LIES.get(name) or look_up(name))


@pytest.fixture
def shop(tmp_path):
    """Serve pages as http://shop.test/, a public site; gives the settings that lead there."""

    @contextlib.contextmanager
    def serve(pages: dict[str, str | Answer], **values: Any) -> Iterator[Settings]:
        with website(pages) as site:
            yield Settings(
                data_dir=tmp_path,
                connect_to=(f"shop.test:80:127.0.0.1:{site.port}",),
                # any port, so that the address alone can be what is refused
                **{"target_ports": "any", **values},
            )

    return serve


@pytest.fixture(scope="session", autouse=True)
def _end_browser():
    yield
    browser.shutdown()


def to(location: str) -> Answer:
    return Answer(status=302, headers={"Location": location})
