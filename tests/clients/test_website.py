"""Fetching a lead's page from real local servers, the hostile kinds included."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from lfassess.clients.website import fetch
from lfassess.errors import (
    InvalidTargetError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    TargetForbiddenError,
    TargetUnreachableError,
)
from lfassess.settings import Settings


@contextmanager
def raw_server(*answers):
    """Answer each connection with the next bytes (or the callable's doing), the last for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    requests, ending = [], threading.Event()

    def serve():
        count = 0
        while not ending.is_set():
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            with client:
                requests.append(client.recv(65536).decode("latin-1"))
                answer = answers[min(count, len(answers) - 1)]
                count += 1
                with suppress(OSError):
                    answer(client, ending) if callable(answer) else client.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], requests
    finally:
        ending.set()
        thread.join()
        listener.close()


def page(body=b"hello", status="200 OK", headers=""):
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode("latin-1")
        + body
    )


def get(port, path="/", *, seconds=60.0, allow_private=True, **options):
    settings = Settings(allow_private_targets=allow_private)
    return fetch(
        f"http://127.0.0.1:{port}{path}",
        settings=settings,
        deadline=time.monotonic() + seconds,
        **options,
    )


def test_returns_status_headers_with_repeats_and_body():
    headers = "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
    with raw_server(page(headers=headers)) as (port, requests):
        got = get(port)
    assert (got.status, got.text, got.header("set-cookie")) == (200, "hello", "a=1, b=2")
    assert "lfassess/" in requests[0]


def test_follows_redirects_and_keeps_the_way():
    away = page(b"", "301 Moved", "Location: /there?x=1\r\n")
    with raw_server(away, page()) as (port, requests):
        got = get(port)
    assert got.url.endswith("/there?x=1")
    assert [hop.status for hop in got.redirects] == [301]
    assert requests[1].startswith("GET /there?x=1 ")


def test_redirect_loop_is_unreachable():
    with (
        raw_server(page(b"", "302 Found", "Location: /\r\n")) as (port, _),
        pytest.raises(TargetUnreachableError, match="redirects more than"),
    ):
        get(port)


def test_redirect_to_a_private_address_is_refused():
    with raw_server(page()) as (inside, seen):
        with raw_server(page(b"", "302 Found", f"Location: http://127.0.0.1:{inside}/\r\n")) as (
            port,
            _,
        ):
            settings = Settings(connect_to=(f"shop.test:80:127.0.0.1:{port}",))
            with pytest.raises(TargetForbiddenError):
                fetch("http://shop.test/", settings=settings, deadline=time.monotonic() + 5)
        assert seen == []


def test_redirect_to_another_scheme_is_invalid():
    with (
        raw_server(page(b"", "302 Found", "Location: file:///etc/passwd\r\n")) as (port, _),
        pytest.raises(InvalidTargetError),
    ):
        get(port)


def test_private_address_is_refused_unless_allowed():
    with raw_server(page()) as (port, seen):
        with pytest.raises(TargetForbiddenError):
            get(port, allow_private=False)
        assert seen == []


def test_unpacks_gzip():
    body = gzip.compress(b"hello")
    with raw_server(page(body, headers="Content-Encoding: gzip\r\n")) as (port, _):
        assert get(port).text == "hello"


def test_gzip_bomb_is_cut_off_at_the_limit():
    bomb = gzip.compress(bytes(50_000_000))
    with raw_server(page(bomb, headers="Content-Encoding: gzip\r\n")) as (port, _):
        got = get(port, max_bytes=100_000)
    assert (len(got.body), got.truncated) == (100_000, True)


def test_endless_body_is_cut_off_at_the_limit():
    def flood(client, ending):
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not ending.is_set():
            client.sendall(b"x" * 65536)

    with raw_server(flood) as (port, _):
        assert get(port, max_bytes=1_000_000).truncated


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_slow_loris_ends_at_the_deadline(start):
    def drip(client, ending):
        client.sendall(start)
        while not ending.wait(0.05):
            client.sendall(b"x")

    with raw_server(drip) as (port, _), pytest.raises(ProviderTimeoutError):
        get(port, seconds=0.5)


def test_a_handshake_byte_by_byte_ends_at_the_deadline():
    def drip(client, ending):
        client.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KB
        while not ending.wait(0.05):
            client.sendall(b"\x02")

    with raw_server(drip) as (port, _), pytest.raises(ProviderTimeoutError):
        fetch(
            f"https://127.0.0.1:{port}/",
            settings=Settings(allow_private_targets=True),
            deadline=time.monotonic() + 0.5,
        )


def test_silence_ends_at_the_deadline():
    with (
        raw_server(lambda _client, ending: ending.wait(5)) as (port, _),
        pytest.raises(ProviderTimeoutError),
    ):
        get(port, seconds=0.3)


def test_refused_connection_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(TargetUnreachableError, match="refuses connections"):
        get(port)


def test_broken_connection_may_work_next_time():
    with (
        raw_server(lambda client, _ending: client.close()) as (port, _),
        pytest.raises(ProviderUnavailableError),
    ):
        get(port)


def test_what_is_no_http_is_unreachable():
    with (
        raw_server(b"SSH-2.0-OpenSSH_9.0\r\n") as (port, _),
        pytest.raises(TargetUnreachableError, match="HTTP"),
    ):
        get(port)


@pytest.mark.parametrize(
    "url", ["ftp://x.test/", "http://", "http://x.test:99999/", "javascript:x"]
)
def test_other_urls_are_invalid(url):
    with pytest.raises(InvalidTargetError):
        fetch(url, settings=Settings(), deadline=time.monotonic() + 1)


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ("Content-Type: text/html; charset=iso-8859-1\r\n", "caf\xe9".encode("latin-1"), "café"),
        ("", '<meta charset="windows-1252">é'.encode("cp1252"), '<meta charset="windows-1252">é'),
        ("Content-Type: text/html; charset=nonsense\r\n", "é".encode(), "é"),
    ],
)
def test_reads_the_page_s_charset(headers, body, text):
    with raw_server(page(body, headers=headers)) as (port, _):
        assert get(port).text == text


def test_keeps_cookies_while_it_is_redirected():
    headers = "Location: /\r\nSet-Cookie: seen=1; Path=/\r\n"
    with raw_server(page(b"", "302 Found", headers), page()) as (port, requests):
        assert get(port).status == 200
    assert "Cookie:" not in requests[0]
    assert "Cookie: seen=1" in requests[1]


def test_cookies_do_not_outlive_the_fetch():
    with raw_server(page(headers="Set-Cookie: seen=1\r\n")) as (port, requests):
        get(port)
        get(port)
    assert "Cookie:" not in requests[1]


@pytest.mark.parametrize("location", ["http://[broken/", "https://", "mailto:x@y.test"])
def test_redirect_to_nonsense_is_invalid(location):
    with (
        raw_server(page(b"", "302 Found", f"Location: {location}\r\n")) as (port, _),
        pytest.raises(InvalidTargetError),
    ):
        get(port)


def test_follows_redirects_written_in_utf8():
    away = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /caf\xc3\xa9\r\n\r\n"
    with raw_server(away, page()) as (port, requests):
        get(port)
    assert requests[1].startswith("GET /caf%C3%A9 ")


def test_tells_whom_it_spoke_to():
    with raw_server(page()) as (port, _):
        assert get(port).ip == "127.0.0.1"


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        (r"\home\page", "/home/page"),
        (r"\\HOST\home", "/home"),
        (r"http:\\HOST\home/x?a=\b", "/home/x?a=\\b"),
        ("/our services/", "/our%20services/"),
        ("/caf\xe9/", "/caf%E9/"),
        (" /x#top", "/x"),
    ],
)
def test_follows_redirects_as_browsers_read_them(location, asked):
    def away(client, _ending):
        there = location.replace("HOST", f"127.0.0.1:{client.getsockname()[1]}")
        client.sendall(page(b"", "302 Found", f"Location: {there}\r\nLocation: /other\r\n"))

    with raw_server(away, page()) as (port, requests):
        get(port)
    assert requests[1].startswith(f"GET {asked} ")


def test_headers_after_a_malformed_line_are_seen():
    headers = "PHP Warning: no mcrypt in Unknown on line 0\r\nX-Frame-Options : DENY\r\n"
    with raw_server(page(headers=headers)) as (port, _):
        assert get(port).header("x-frame-options") == "DENY"


def test_a_hundred_and_twenty_cookies_are_stored():
    headers = "".join(f"Set-Cookie: c{n}=1; Path=/\r\n" for n in range(120))
    away = page(b"", "302 Found", headers + "Location: /\r\n")
    with raw_server(away, page()) as (port, requests):
        get(port)
    assert requests[1].count("=1") == 120


def test_asks_for_every_packing_and_for_the_connection_to_end():
    with raw_server(page()) as (port, requests):
        get(port)
    assert "Accept-Encoding: gzip, deflate, br, zstd\r\n" in requests[0]
    assert "Connection: close\r\n" in requests[0]
    assert f"Host: 127.0.0.1:{port}\r\n" in requests[0]


def test_a_page_that_browsers_cannot_decode_is_unread():
    with raw_server(page(headers="X-A: 1\r\nContent-Encoding: gzip\r\n")) as (port, _):
        got = get(port)
    assert (got.header("x-a"), got.text, got.status) == ("1", "", 200)
    assert got.unread
