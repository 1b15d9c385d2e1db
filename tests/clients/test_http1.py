"""Reading answers as browsers do, from real sockets."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfassess.clients import http1
from lfassess.clients.body import read_body
from lfassess.clients.http1 import HeadTooLargeError, NotHttpError, Stream, read_head

OK = b"HTTP/1.1 200 OK\r\n"


def read(data, *, method="GET", secure=True, seconds=60.0, max_bytes=1_000_000, hold=False):
    """Return (head, body) of what a server sends before it closes, or holds the connection."""
    ours, theirs = socket.socketpair()
    deadline = time.monotonic() + seconds

    def send():
        with suppress(OSError):
            theirs.sendall(data)
            if not hold:
                theirs.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        stream = Stream(ours, deadline)
        head = read_head(stream, secure=secure)
        return head, read_body(stream, head, method, max_bytes=max_bytes, deadline=deadline)
    finally:
        ours.close()
        sender.join()
        theirs.close()


@pytest.mark.parametrize(
    "line",
    [
        b"PHP Warning: PHP Startup: Unable to load 'mcrypt.so' in Unknown on line 0",
        b"this line has no colon at all",
        b"<br />",
        b"X Frame Options: DENY",
        b": no name",
        b"\xff\xfe: bytes",
        b"Caf\xe9: open",
        b" folded onto nothing",
    ],
)
def test_what_follows_a_malformed_line_is_read(line):
    head, _ = read(OK + line + b"\r\nX-After: yes\r\nContent-Length: 0\r\n\r\n")
    assert head.headers[-2:] == [("X-After", "yes"), ("Content-Length", "0")]
    assert len(head.headers) == 2


@pytest.mark.parametrize(
    ("lines", "headers"),
    [
        (b"X-Powered-By : PHP/5\r\n", [("X-Powered-By", "PHP/5")]),
        (b"Server:\r\n", [("Server", "")]),
        (b"X-A:1\nX-B:\t2 \n", [("X-A", "1"), ("X-B", "2")]),
        (b"X-A: one\r\n  two\r\n\tthree\r\n", [("X-A", "one two three")]),
        (b"X-A: 1\rX-B: 2\r\n", [("X-A", "1"), ("X-B", "2")]),
        (b"X-A: caf\xc3\xa9\r\n", [("X-A", "cafÃ©")]),
        (b"Set-Cookie: a=1\r\nset-cookie: b=2\r\n", [("Set-Cookie", "a=1"), ("set-cookie", "b=2")]),
        (b"X-Nul: a\x00b\r\n", [("X-Nul", "a\x00b")]),
    ],
)
def test_header_lines_are_read_as_sent(lines, headers):
    assert read(OK + lines + b"\r\n")[0].headers == headers


@pytest.mark.parametrize("count", [100, 101, 2_000])
def test_many_headers_are_read(count):
    head, _ = read(OK + b"".join(b"X-%d: 1\r\n" % n for n in range(count)) + b"\r\n")
    assert len(head.headers) == count


def head_of(size):
    start, end = OK + b"X-Long: ", b"\r\n\r\n"
    return start + b"a" * (size - len(start + end)) + end


def test_headers_of_256_kilobytes_are_read():
    assert read(head_of(http1.MAX_HEAD))[0].status == 200


@pytest.mark.parametrize("more", [1, 100_000])
def test_headers_end_at_256_kilobytes(more):
    with pytest.raises(HeadTooLargeError):
        read(head_of(http1.MAX_HEAD + more))


@pytest.mark.parametrize(
    ("start", "status"),
    [
        (b"HTTP/1.1 200", 200),
        (b"HTTP/1.0 404 Not Found", 404),
        (b"HTTP/1.1 999 Request denied", 999),
        (b"HTTP/2 200 OK", 200),
        (b"HTTP 201 Odd", 201),
        (b"\r\n\r\nHTTP/1.1 200 OK", 200),
        (b"\xef\xbb\xbfHTTP/1.1 200 OK", 200),
    ],
)
def test_status_lines(start, status):
    head, body = read(start + b"\r\nX-A: 1\r\n\r\nhello")
    assert head.headers == [("X-A", "1")]
    assert (head.status, body.data) == (status, b"hello")


@pytest.mark.parametrize(
    "data",
    [
        b"220 mail.example ESMTP\r\n",
        b"SSH-2.0-OpenSSH_9.0\r\n",
        b"HTTP/1.1 99 Odd\r\n\r\n",
        b"HTTP/1.1 999999 \xff\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x28",
    ],
)
def test_what_is_no_http_is_refused(data):
    with pytest.raises(NotHttpError):
        read(data, secure=False)


def test_other_protocols_are_refused_without_waiting_for_their_end():
    with pytest.raises(NotHttpError):
        read(b"220 mail.example ESMTP\r\n", hold=True)


@pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_interim_answers_are_passed_over(status):
    early = b"HTTP/1.1 " + status + b"\r\nLink: </a.css>\r\n\r\n"
    head, body = read(early + early + OK + b"Content-Length: 2\r\n\r\nhi")
    assert (head.status, head.headers, body.data) == (200, [("Content-Length", "2")], b"hi")


def test_headers_that_are_cut_off_count_over_http_alone():
    assert read(OK + b"X-A: 1\r\nX-B", secure=False)[0].headers == [("X-A", "1")]
    with pytest.raises(ConnectionResetError):
        read(OK + b"X-A: 1\r\nX-B", secure=True)


PAGE = b"<h1>Bakery</h1></html>"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "data",
    [
        OK + b"\r\n" + PAGE,
        OK + b"Content-Length: 22\r\n\r\n" + PAGE + b"and what is no part of it",
        OK + b"Content-Length: 500\r\n\r\n" + PAGE,
        OK + b"Content-Length: 22\r\nContent-Length: 22\r\n\r\n" + PAGE + b"more",
        OK + b"Content-Length: 3\r\nContent-Length: 22\r\n\r\n" + PAGE,
        OK + b"Content-Length: lots\r\n\r\n" + PAGE,
        OK + b"Content-Length: -1\r\n\r\n" + PAGE,
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + PAGE,
        CHUNKED + b"16\r\n" + PAGE + b"\r\n0\r\n\r\n",
        CHUNKED + b"16\n" + PAGE + b"\n0\n\n",
        CHUNKED + b"16 \r\n" + PAGE + b"\r\n",
        CHUNKED + b"0016;name=value\r\n" + PAGE,
        CHUNKED + b"8\r\n" + PAGE[:8] + b"\r\nE\r\n" + PAGE[8:] + b"\r\n0\r\nX-Trailer: 1\r\n\r\n",
        CHUNKED + b"FFFF\r\n" + PAGE,
        CHUNKED.replace(b"chunked", b"identity, Chunked") + b"16\r\n" + PAGE + b"\r\n0\r\n\r\n",
    ],
)
def test_the_body_is_what_came_of_it(data):
    _, body = read(data)
    assert (body.data, body.truncated, body.unread) == (PAGE, False, None)


@pytest.mark.parametrize(
    "data",
    [
        OK + b"\r\n" + PAGE,
        OK + b"Content-Length: 500\r\n\r\n" + PAGE + b"\n",
        CHUNKED + b"16\r\n" + PAGE + b"\r\n",
        CHUNKED + b"16\r\n" + PAGE.replace(b"html", b"HTML"),
    ],
)
def test_a_page_that_has_ended_is_not_waited_for(data):
    assert read(data, hold=True, seconds=60)[1].data.lower().startswith(PAGE.lower())


@pytest.mark.parametrize("data", [OK + b"\r\n<h1>Half", OK + b"Content-Length: 9\r\n\r\nHalf"])
def test_a_page_that_goes_on_is_waited_for_until_the_deadline(data):
    with pytest.raises(TimeoutError):
        read(data, hold=True, seconds=0.2)


@pytest.mark.parametrize(
    "chunks", [b"<html>no chunks</html>", b"zz\r\nB\r\n", b"-1\r\nB", b"0x4\r\nBake"]
)
def test_chunks_that_are_none_leave_the_page_unread(chunks):
    head, body = read(CHUNKED + chunks)
    assert head.status == 200
    assert body.data == b""
    assert "chunks" in body.unread


def test_broken_chunks_end_a_page_that_has_begun():
    body = read(CHUNKED + b"4\r\nBake\r\nzz\r\nry")[1]
    assert (body.data, body.truncated, body.unread) == (b"Bake", True, None)


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Same")]
)
def test_answers_without_a_body_are_not_waited_for(method, status):
    data = f"HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\n".encode()
    assert read(data, method=method, hold=True)[1].data == b""


LINE = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"Transfer-Encoding: chunked", b"Content-Encoding: gzip", b"Content-Encoding: br",
                     b"Content-Encoding: deflate, zstd", b"Content-Length: 5", b" folded"]),
)  # fmt: skip
ANSWER = st.builds(
    lambda start, lines, body: start + b"\r\n".join(lines) + b"\r\n\r\n" + body,
    st.sampled_from([OK, b"HTTP/1.0 200 OK\n", b"HTTP/1.1 100 \r\n\r\n", b"", b"\r\nHTTP 302\r"]),
    st.lists(LINE, max_size=6),
    st.one_of(st.binary(max_size=300), st.lists(st.binary(max_size=9), max_size=9).map(
        lambda parts: b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts))),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANSWER, st.binary(max_size=400)), st.booleans())
def test_whatever_comes_is_read_or_refused(data, secure):
    try:
        head, body = read(data, secure=secure, max_bytes=100)
    except (NotHttpError, HeadTooLargeError, ConnectionError):
        return
    assert 100 <= head.status <= 999
    assert len(body.data) <= 100
    assert all(name and not set("\r\n: ") & set(name) for name, _ in head.headers)
    assert not any(set("\r\n") & set(value) for _, value in head.headers)
