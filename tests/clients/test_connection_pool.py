"""Connections that serve another request: to the same place, and only after a whole answer."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time

import pytest

from lfassess.clients.connection_pool import ConnectionPool
from lfassess.clients.website import fetch
from lfassess.errors import ProviderTimeoutError, TargetForbiddenError
from lfassess.settings import Settings

pytestmark = pytest.mark.integration

PAGE = b"<h1>Bakery</h1>"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
PACKED = gzip.compress(PAGE)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
NEXT = WHOLE.replace(b"Bakery", b"Butchr")


class Served:
    """How often somebody connected, and what was asked over which connection."""

    def __init__(self, port):
        self.port = port
        self.connections = 0
        self.asked = []  # (number of the connection, request)


@contextlib.contextmanager
def serving(answers, *, hang_up_after=None):
    """Answer the requests of all connections in turn, the last answer from there on."""
    ended = threading.Event()

    def talk(client, number):
        with client, contextlib.suppress(OSError):
            client.settimeout(0.05)
            for count in range(1, 100):
                request = b""
                while not request:
                    with contextlib.suppress(TimeoutError):
                        if not (request := client.recv(65_536)):
                            return
                    if ended.is_set():
                        return
                served.asked.append((number, request.decode("latin-1")))
                client.sendall(answers[min(len(served.asked), len(answers)) - 1])
                if count == hang_up_after:
                    return

    def accept():
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = listener.accept()
                served.connections += 1
                threads.append(threading.Thread(target=talk, args=(client, served.connections)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        served = Served(listener.getsockname()[1])
        threads = [threading.Thread(target=accept)]
        threads[0].start()
        try:
            yield served
        finally:
            ended.set()
            for thread in threads:
                thread.join()


@pytest.fixture
def pool():
    connections = ConnectionPool()
    yield connections
    connections.close()


def settings(served):
    routes = [f"{name}.example:80:127.0.0.1:{served.port}" for name in ("one", "two")]
    return Settings(connect_to=tuple(routes))


def get(served, pool, path="/", host="one", **options):
    return fetch(
        f"http://{host}.example{path}",
        settings=settings(served),
        deadline=time.monotonic() + 5,
        pool=pool,
        **options,
    )


def test_one_connection_serves_several_requests_to_one_host(pool):
    with serving([WHOLE]) as served:
        pages = [get(served, pool, f"/{n}") for n in range(5)]
        assert [p.text for p in pages] == [PAGE.decode()] * 5
        assert {p.ip for p in pages} == {"127.0.0.1"}
        assert served.connections == 1
        assert "Connection: keep-alive" in served.asked[0][1]


def test_another_host_gets_a_connection_of_its_own(pool):
    with serving([WHOLE]) as served:
        for host in ("one", "two", "one", "two"):
            get(served, pool, host=host)
        assert served.connections == 2
        assert [number for number, _ in served.asked] == [1, 2, 1, 2]


def test_without_connections_to_reuse_each_request_has_its_own():
    with serving([WHOLE]) as served:
        get(served, None)
        get(served, None)
        assert served.connections == 2
        assert "Connection: close" in served.asked[0][1]


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE,
        CHUNKED + b"\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE),
        CHUNKED + b"Content-Encoding: gzip\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(PACKED), PACKED),
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(PACKED), PACKED),
        b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE,
    ],
    ids=["length", "chunks", "packed chunks", "packed", "after 100"],
)  # fmt: skip
def test_an_answer_that_came_whole_leaves_the_connection_for_the_next(pool, answer):
    with serving([answer, NEXT]) as served:
        assert get(served, pool).text == PAGE.decode()
        assert "Butchr" in get(served, pool).text
        assert served.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        WHOLE.replace(b"1.1", b"1.0"),
        WHOLE + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake",
        CHUNKED + b"\r\n%x\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(PAGE), PAGE),
        CHUNKED + b"\r\n%x\r\n%s\r\nno chunk\r\n" % (len(PAGE), PAGE),
        WHOLE.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n"),
    ],
    ids=["close", "HTTP/1.0", "more than asked for", "trailer", "broken chunks", "two lengths"],
)
def test_what_may_not_end_there_ends_the_connection(pool, answer):
    with serving([answer, NEXT], hang_up_after=1) as served:
        assert get(served, pool).text.startswith("<h1>Bakery</h1>")
        assert "Butchr" in get(served, pool).text
        assert served.connections == 2


def test_a_body_that_is_cut_off_ends_the_connection(pool):
    with serving([WHOLE, NEXT]) as served:
        assert get(served, pool, max_bytes=5).truncated
        assert "Butchr" in get(served, pool).text
        assert served.connections == 2


def test_a_connection_that_its_server_has_closed_is_replaced(pool):
    with serving([WHOLE], hang_up_after=2) as served:
        assert [get(served, pool).status for _ in range(6)] == [200] * 6
        assert served.connections == 3


def test_a_body_after_head_is_no_answer_to_the_next_request(pool):
    with serving([WHOLE, NEXT]) as served:
        assert get(served, pool, method="HEAD").body == b""
        assert get(served, pool).text == NEXT.partition(b"\r\n\r\n")[2].decode()


def test_a_pooled_connection_that_falls_silent_ends_at_the_deadline(pool):
    with serving([WHOLE, b""]) as served:
        get(served, pool)
        with pytest.raises(ProviderTimeoutError):
            fetch(
                "http://one.example/",
                settings=settings(served),
                deadline=time.monotonic() + 0.5,
                pool=pool,
            )


def test_a_connection_to_an_address_lets_nobody_else_name_it(pool):
    """One that leads to loopback by a route is no way to loopback for a redirect."""
    with serving([WHOLE, b""]) as served:
        get(served, pool)
        moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n"
        with (
            serving([moved % served.port]) as other,
            pytest.raises(TargetForbiddenError),
        ):
            get(other, pool, host="two")
        assert len(served.asked) == 1


def test_all_are_closed_in_the_end(pool):
    with serving([WHOLE]) as served:
        get(served, pool)
        pool.close()
        get(served, pool)
        assert served.connections == 2
