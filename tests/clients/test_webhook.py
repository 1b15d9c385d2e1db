"""Posts to webhooks: what receivers may do to them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lfassess.clients.webhook import post
from lfassess.errors import InvalidTargetError, ProviderTimeoutError, ProviderUnavailableError
from lfassess.settings import Settings

BODY = b"{}"
SETTINGS = Settings(allow_private_targets=True)


@contextmanager
def receiver(answer: bytes, *, then_drip: bytes = b"") -> Iterator[tuple[str, list[bytes]]]:
    """A server of one request; it answers, and then sends the drip every 20 ms until it ends."""
    taken, over = [], threading.Event()

    def serve():
        client, _ = listener.accept()
        with client:
            taken.append(b"")
            while not taken[0].endswith(BODY):
                taken[0] += client.recv(65_536)
            try:
                client.sendall(answer)
                while then_drip and not over.wait(0.02):
                    client.sendall(then_drip)
            except OSError:  # the other side has had enough
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook?a=1", taken
        finally:
            over.set()
            thread.join()


def send(url, timeout_s=10.0):
    return post(url, BODY, {"webhook-id": "7"}, settings=SETTINGS, timeout_s=timeout_s)


def test_sends_path_headers_and_body_and_returns_the_status():
    with receiver(b"HTTP/1.1 204 No Content\r\n\r\n") as (url, taken):
        assert send(url) == 204
    head, _, body = taken[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert b"\r\nwebhook-id: 7" in head
    assert b"\r\nContent-Length: 2" in head
    assert body == BODY


def test_an_interim_answer_is_not_the_answer():
    with receiver(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n") as (url, _):
        assert send(url) == 200


def test_headers_that_never_end_are_cut_off_in_time():
    with (
        receiver(b"HTTP/1.1 200 OK\r\nX-Slow: ", then_drip=b"a") as (url, _),
        pytest.raises(ProviderTimeoutError, match="did not answer in time"),
    ):
        send(url, timeout_s=0.5)


def test_what_is_no_http_is_named_so():
    with (
        receiver(b"SSH-2.0-OpenSSH_9.6 and some more words of it\r\n\r\n") as (url, _),
        pytest.raises(ProviderUnavailableError, match="does not speak HTTP properly"),
    ):
        send(url)


@pytest.mark.parametrize("url", ["ftp://example.com/", "https:///x", "http://[::1", "http://a:b/"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(InvalidTargetError):
        send(url)
