"""Servers that misbehave on purpose, each in one way."""

from __future__ import annotations

import contextlib
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import brotli
from backports import zstd

Behaviour = Callable[[socket.socket, threading.Event], None]

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_PIECE = b"<p>More and more and more.</p>" * 2_000


def says(data: bytes) -> Behaviour:
    return lambda client, _ended: client.sendall(data)


def page(body: bytes, more: bytes = b"") -> Behaviour:
    return says(_OK + more + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def _for_ever(start: bytes, piece: bytes, every_s: float = 0.0) -> Behaviour:
    def go_on(client: socket.socket, ended: threading.Event) -> None:
        client.sendall(start)
        while not ended.wait(every_s):
            client.sendall(piece)

    return go_on


def _silent(client: socket.socket, ended: threading.Event) -> None:
    ended.wait(60)


def _reset(client: socket.socket, _ended: threading.Event) -> None:
    client.sendall(_OK + b"Content-Length: 100000\r\n\r\n<h1>Bak")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def _packed(piece: bytes, times: int, wbits: int) -> bytes:
    """Compress the piece so many times over, without ever holding it all."""
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join(packer.compress(piece) for _ in range(times)) + packer.flush()


def _bomb() -> bytes:
    packed = _packed(b"\0" * 1_000_000, 200, 31)
    return b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed


def _packed_bomb(coding: str) -> bytes:
    packers: dict[str, Any] = {"br": brotli.Compressor(), "zstd": zstd.ZstdCompressor()}
    packer, piece = packers[coding], b"\0" * 1_000_000
    step = packer.process if coding == "br" else packer.compress
    packed = b"".join(step(piece) for _ in range(200))
    packed += packer.finish() if coding == "br" else packer.flush()
    return b"Content-Encoding: %s\r\n\r\n" % coding.encode() + packed


def _nested_bomb() -> bytes:
    packed = _packed(_packed(b"a" * 1_000_000, 100, 15), 50, 15)
    return (
        b"Content-Encoding: deflate, deflate\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    )


# What the servers do, by name. Made when asked for: the bombs take seconds to pack.
BEHAVIOURS: dict[str, Callable[[], Behaviour]] = {
    "endless body": lambda: _for_ever(_OK + b"\r\n", _PIECE),
    "endless chunks": lambda: _for_ever(
        _OK + b"Transfer-Encoding: chunked\r\n\r\n", b"%x\r\n%s\r\n" % (len(_PIECE), _PIECE)
    ),
    "dripping body": lambda: _for_ever(_OK + b"Content-Length: 99999\r\n\r\n<h1>", b"x", 0.1),
    "dripping headers": lambda: _for_ever(_OK, b"X-A: 1\r\n", 0.1),
    "dripping status": lambda: _for_ever(b"HT", b"T", 0.1),
    "endless headers": lambda: _for_ever(_OK, b"X-A: " + b"a" * 200 + b"\r\n"),
    "one endless header": lambda: _for_ever(_OK + b"X-A: ", b"a" * 50_000),
    "many headers": lambda: says(_OK + b"".join(b"X-%d: 1\r\n" % n for n in range(5_000)) + b"\r\n"),
    "silence": lambda: _silent,
    "hangs up": lambda: says(b""),
    "reset in the body": lambda: _reset,
    "gzip bomb": lambda: says(_OK + _bomb()),
    "brotli bomb": lambda: says(_OK + _packed_bomb("br")),
    "zstd bomb": lambda: says(_OK + _packed_bomb("zstd")),
    "packed nothing": lambda: says(
        _OK + b"Content-Encoding: deflate\r\n\r\n" + b"\x00\x00\x00\xff\xff" * 1_000_000
    ),
    "endless packings": lambda: page(b"x", b"Content-Encoding: " + b"gzip, " * 5_000 + b"br\r\n"),
    "endless chunk line": lambda: says(
        _OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"a" * 1_000_000
    ),
    "metas for ever": lambda: page(b"<meta charset=" * 100_000),
    "nested bomb": lambda: says(_OK + _nested_bomb()),
    "not gzip": lambda: page(b"no gzip", b"Content-Encoding: gzip\r\n"),
    "length too long": lambda: says(_OK + b"Content-Length: 5000\r\n\r\n<h1>Short</h1>"),
    "length is a word": lambda: says(_OK + b"Content-Length: lots\r\n\r\n<h1>B</h1>"),
    "length is negative": lambda: says(_OK + b"Content-Length: -1\r\n\r\n<h1>B</h1>"),
    "chunks that lie": lambda: says(_OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n<h1>B</h1>"),
    "chunks of nonsense": lambda: says(_OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nB\r\n"),
    "no http": lambda: says(b"220 mail.example ESMTP\r\n"),
    "status of nonsense": lambda: says(b"HTTP/1.1 999999 \xff\r\n\r\n"),
    "endless 100s": lambda: _for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "deep nesting": lambda: page(b"<div>" * 200_000),
    "deep tables": lambda: page(b"<table><tr><td>" * 60_000),
    "million attributes": lambda: page(b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">"),
    "unclosed everything": lambda: page(b"<a <b <c <!-- <script> <style> <![CDATA[" * 20_000),
    "formatting storm": lambda: page(b"<b><i><font><a>" * 20_000 + b"x"),
    "binary": lambda: page(bytes(range(256)) * 4_000),
    "wrong charset": lambda: page(b"\xff\xfe\x00" * 1_000, b"Content-Type: text/html; charset=no-such\r\n"),
    "huge cookie": lambda: says(_OK + b"Set-Cookie: a=" + b"b" * 60_000 + b"\r\nContent-Length: 0\r\n\r\n"),
    "redirects for ever": lambda: _deeper,
    "redirect to itself": lambda: says(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
    "redirect to nothing": lambda: says(b"HTTP/1.1 302 Found\r\nLocation:\r\nContent-Length: 0\r\n\r\n"),
    "redirect to a file": lambda: says(
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"
    ),
    "policy of a megabyte": lambda: says(
        _OK + b"Content-Security-Policy: " + b"script-src x;" * 4_000 + b"\r\n\r\n<h1>B</h1>"
    ),
    "json-ld storm": lambda: page(
        b"<script type='application/ld+json'>" + b"[" * 100_000 + b"</script><h1>B</h1>"
    ),
}  # fmt: skip


_COUNT = iter(range(10**9))


def _deeper(client: socket.socket, _ended: threading.Event) -> None:
    client.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: /%d\r\nContent-Length: 0\r\n\r\n" % next(_COUNT)
    )


@contextlib.contextmanager
def serving(behaviour: Behaviour) -> Iterator[int]:
    """Serve every connection in its own thread by the behaviour; gives the port."""
    ended = threading.Event()
    threads: list[threading.Thread] = []

    def answer(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.settimeout(5)
            client.recv(65_536)
            behaviour(client, ended)

    def accept() -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                threads.append(threading.Thread(target=answer, args=(server.accept()[0],)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.settimeout(0.1)
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            accepting.join()
            for thread in threads:
                thread.join()
