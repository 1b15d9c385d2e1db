"""Requests that do not come whole in time, asked of a real server over a real socket."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from lfassess.api.protocol import TimedProtocol


class Hasty(TimedProtocol):
    head_s = 0.5
    body_s = 0.5


async def answers(scope, receive, send):
    """Read the body, then say how long it was; /slow takes longer than any request may."""
    import asyncio

    if scope["type"] != "http":
        return
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5)
    text = f"{size} bytes".encode()
    headers = [(b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        answers, http=Hasty, lifespan="off", log_level="warning", timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = server.force_exit = True
    thread.join(timeout=60)
    listening.close()


@contextlib.contextmanager
def connection(port):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        yield client


def until_closed(client, drip=b""):
    """Return what comes until the server closes, sending a byte now and then meanwhile."""
    seen = b""
    client.settimeout(0.1)
    while True:
        try:
            chunk = client.recv(65_536)
        except TimeoutError:
            with contextlib.suppress(OSError):
                client.sendall(drip)
            continue
        except ConnectionError:
            return seen
        if not chunk:
            return seen
        seen += chunk


def ask(client, request):
    """Send a request and return its answer, whose body says "… bytes"."""
    client.sendall(request)
    seen = b""
    while not seen.endswith(b"bytes"):
        chunk = client.recv(65_536)
        assert chunk, seen
        seen += chunk
    return seen


GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "beginning", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: x\r\nX: "], ids=len
)
@pytest.mark.parametrize("drip", [b"", b"a"])
def test_head_that_does_not_come_is_not_waited_for(port, beginning, drip):
    with connection(port) as client:
        client.sendall(beginning)
        assert until_closed(client, drip if beginning else b"").startswith(b"HTTP/1.1 408 ")


def test_head_that_does_not_come_after_an_earlier_request_is_not_waited_for_either(port):
    with connection(port) as client:
        assert ask(client, GET).startswith(b"HTTP/1.1 200 ")
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert until_closed(client, b"a").startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("length", "drip"),
    [(b"Content-Length: 100000", b"a"), (b"Transfer-Encoding: chunked", b"1\r\na\r\n")],
)
def test_body_that_drips_is_not_waited_for(port, length, drip):
    with connection(port) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + length + b"\r\n\r\n")
        assert until_closed(client, drip) == b""


def test_answer_may_take_longer_than_a_request(port):
    with connection(port) as client:
        assert ask(client, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_rest_between_requests_is_limited_by_the_server_as_before(port):
    with connection(port) as client:
        for _ in range(3):
            assert ask(client, GET).endswith(b"0 bytes")
            time.sleep(0.8)  # longer than a head may take
        assert ask(client, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc").endswith(
            b"3 bytes"
        )


def test_requests_sent_together_are_each_answered(port):
    with connection(port) as client:
        client.sendall(GET + GET[:-2])
        ask(client, b"")
        assert ask(client, GET[-2:]).startswith(b"HTTP/1.1 200 ")
