"""Plain HTTP to providers: limits, and failures that become ours."""

from __future__ import annotations

import gzip
import http.server
import threading
import time
from contextlib import contextmanager
from email.utils import formatdate

import pytest

from lfassess.clients.http import provider_session, request
from lfassess.errors import (
    DeadlineExceededError,
    InvalidResponseError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)


@contextmanager
def provider(answer):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *_args):
            """Keep the test's output quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sends(status=200, body=b"{}", headers=()):
    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def ask(url, **options):
    with provider_session() as session:
        return request(session, "GET", url, provider="psi", **{"read_timeout": 5.0, **options})


def test_returns_the_whole_answer_unpacked():
    body = gzip.compress(b'{"a": 1}')
    with provider(sends(body=body, headers=[("Content-Encoding", "gzip")])) as url:
        assert ask(url).body == b'{"a": 1}'


def test_an_answer_is_status_headers_and_body_whatever_the_status():
    with provider(sends(503, b"busy", [("X-Why", "load")])) as url:
        answer = ask(url)
    assert (answer.status, answer.headers["x-why"], answer.body) == (503, "load", b"busy")


@pytest.mark.parametrize(
    ("value", "seconds"), [("30", 30), ("in a minute", 60), ("soon", None), ("", None)]
)
def test_reads_retry_after(value, seconds):
    if value == "in a minute":
        value = formatdate(time.time() + 60, usegmt=True)
    with provider(sends(429, headers=[("Retry-After", value)])) as url:
        answer = ask(url)
    expected = None if seconds is None else pytest.approx(seconds, abs=5)
    assert answer.retry_after() == expected


def test_dripping_answer_ends_at_the_time_limit():
    ending = threading.Event()

    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not ending.wait(0.02):
            handler.wfile.write(b"x")

    with provider(drip) as url:
        with pytest.raises(ProviderTimeoutError):
            ask(url, read_timeout=0.3)
        ending.set()


def test_silence_ends_at_the_time_limit():
    ending = threading.Event()
    with provider(lambda _handler: ending.wait(5)) as url:
        with pytest.raises(ProviderTimeoutError):
            ask(url, read_timeout=0.2)
        ending.set()


def test_passed_deadline_asks_nothing():
    with pytest.raises(DeadlineExceededError):
        ask("http://127.0.0.1:1/", deadline=time.monotonic() - 1)


def test_refused_connection_names_no_address():
    with pytest.raises(ProviderUnavailableError, match="connection refused") as raised:
        ask("http://127.0.0.1:1/?key=secret")
    assert "secret" not in raised.value.message


def test_too_large_an_answer_is_bad():
    with provider(sends(body=b"x" * 100_000)) as url, pytest.raises(InvalidResponseError):
        ask(url, max_bytes=1_000)


def test_garbled_compression_is_bad():
    answer = sends(body=b"not gzip", headers=[("Content-Encoding", "gzip")])
    with provider(answer) as url, pytest.raises(InvalidResponseError):
        ask(url)


def test_cut_off_answer_is_unavailable():
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"x")
        handler.close_connection = True

    with provider(cut) as url, pytest.raises(ProviderUnavailableError):
        ask(url)
