"""Old TLS versions, asked of servers that answer with bytes of our choosing."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import contextmanager

import pytest

from lfassess.clients.legacy_tls import accepted
from lfassess.errors import (
    DeadlineExceededError,
    ProviderUnavailableError,
    TargetForbiddenError,
    TargetUnreachableError,
)
from lfassess.settings import Settings

LOCAL = Settings(allow_private_targets=True)
ALERT = bytes((21, 3, 1, 0, 2, 2, 70))  # fatal, protocol_version
VERSIONS = {"TLSv1": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303}


def server_hello(version):
    body = struct.pack("!H", version) + bytes(32)
    handshake = b"\x02" + struct.pack("!I", len(body))[1:] + body
    return struct.pack("!BHH", 22, version, len(handshake)) + handshake


@contextmanager
def serving(answer):
    """Answer each hello by ``answer(version asked for)``; yields the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                hello = connection.recv(4096)
                if len(hello) > 10:
                    connection.sendall(answer(struct.unpack_from("!H", hello, 9)[0]))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def ask(port, seconds=5.0):
    return accepted("127.0.0.1", port, settings=LOCAL, deadline=time.monotonic() + seconds)


@pytest.mark.parametrize(
    ("speaks", "found"),
    [
        ({"TLSv1", "TLSv1.1", "TLSv1.2"}, ["TLSv1.1", "TLSv1"]),
        ({"TLSv1.1", "TLSv1.2"}, ["TLSv1.1"]),
        ({"TLSv1"}, ["TLSv1"]),
        ({"TLSv1.2"}, []),
    ],
)
def test_it_tells_what_a_server_accepts(speaks, found):
    known = sorted(VERSIONS[name] for name in speaks)

    def answer(asked):
        fitting = [version for version in known if version <= asked]
        return server_hello(fitting[-1]) if fitting else ALERT

    with serving(answer) as port:
        assert ask(port) == found


def test_a_closed_connection_is_a_refusal():
    with serving(lambda _asked: b"") as port:
        assert ask(port) == []


def test_a_server_of_something_else_is_no_tls():
    with (
        serving(lambda _asked: b"HTTP/1.1 400 Bad Request\r\n") as port,
        pytest.raises(ProviderUnavailableError),
    ):
        ask(port)


def test_a_closed_port_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TargetUnreachableError):
        ask(port)


def test_no_time_left_is_said_so():
    with pytest.raises(DeadlineExceededError):
        ask(1, seconds=-1)


def test_a_private_address_is_refused():
    with pytest.raises(TargetForbiddenError):
        accepted("127.0.0.1", 443, settings=Settings(), deadline=time.monotonic() + 5)
