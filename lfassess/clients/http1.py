"""Reads HTTP/1 answers as browsers do: what is malformed is skipped, what follows still counts.

The rules are those of Chromium's net/http (http_stream_parser, http_util, http_chunked_decoder).
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lfassess.clients.page import Headers, joined

MAX_HEAD: Final = 256 * 1024  # bytes of all heads of one answer together, as in Chromium
_MAX_CHUNK_LINE: Final = 16 * 1024  # as in Chromium
_PIECE: Final = 64 * 1024
_JUNK: Final = 4  # bytes that may stand before the status line
_QUIET_S: Final = 1.0  # waited for more, once the page has come to its end
_REST_S: Final = 0.25  # waited for the end of a frame whose content is all there
_REST_PIECES: Final = 4

_HEAD_END: Final = re.compile(rb"\n\r*\n")
_STATUS: Final = re.compile(
    rb".{0,%d}?HTTP(?:/(\d)(?:\.(\d))?)?[ \t]+(\d{3})(?!\d)" % _JUNK, re.DOTALL
)
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHUNK_SIZE: Final = re.compile(rb"[0-9A-Fa-f]{1,15}")
_SPACE: Final = " \t"
_NO_BODY: Final = frozenset({204, 205, 304})
_SWITCHING: Final = 101
_FINAL: Final = 200


class NotHttpError(Exception):
    """What came is no HTTP."""


class HeadTooLargeError(Exception):
    """The headers are larger than ``MAX_HEAD``."""


class BrokenBodyError(Exception):
    """The body is not framed as its headers say; nothing more of it can be read."""


@dataclass(frozen=True, slots=True)
class Head:
    """An answer's status line and headers, with repeats."""

    status: int
    version: tuple[int, int]
    headers: Headers


class Stream:
    """What a server sends, within a time limit.

    ``ending`` says that the page seems to be all there: then a second without another byte is
    taken for the end, as some servers neither finish nor close.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._held = bytearray()
        self.ending = False
        self.whole = False  # the body came to the end that its frame names
        self.last_chunk = False  # ... save for the line after its last chunk

    def drain(self, rest: Iterator[bytes]) -> bool:
        """Return whether the body ends here, and nothing follows, so that another may be asked for.

        Args:
            rest: what is left of the body, which should be hardly more than the end of its frame.
        """
        self._deadline = min(self._deadline, time.monotonic() + _REST_S)
        try:
            more = sum(1 for _ in islice(rest, _REST_PIECES)) == _REST_PIECES
            whole = self.whole or (self.last_chunk and self.line(2) == b"")
        except (BrokenBodyError, OSError):
            return False
        return whole and not more and not self._held

    def some(self, most: int = _PIECE) -> bytes:
        """Return what comes next, b"" at the end."""
        if not self._held and not self._fill():
            return b""
        piece = bytes(self._held[:most])
        del self._held[:most]
        return piece

    def line(self, most: int) -> bytes | None:
        """Return the next line without its end, or what the stream ends with; then None.

        Raises:
            BrokenBodyError: it is longer than ``most``.
        """
        while (end := self._held.find(b"\n")) < 0:
            if len(self._held) > most:
                raise BrokenBodyError
            if not self._fill():
                return self.some(most) or None
        line = bytes(self._held[:end])
        del self._held[: end + 1]
        return line.removesuffix(b"\r")

    def head(self, *, secure: bool) -> bytes:
        """Return the next head up to the blank line.

        One that is cut off counts over http, where browsers read what came of it.
        """
        while (end := self._head_end()) is None:
            if len(self._held) > MAX_HEAD:
                raise HeadTooLargeError
            _refuse_other(self._held)
            if not self._fill():
                return self._cut_head(secure=secure)
        if end.end() > MAX_HEAD:
            raise HeadTooLargeError
        head = bytes(self._held[: end.start()])
        del self._held[: end.end()]
        return head

    def _head_end(self) -> re.Match[bytes] | None:
        while self._held.startswith((b"\r", b"\n")):  # left over from the answer before
            del self._held[:1]
        return _HEAD_END.search(self._held)

    def _cut_head(self, *, secure: bool) -> bytes:
        head = bytes(self._held)
        self._held.clear()
        if not head or (secure and _STATUS.match(head)):
            raise ConnectionResetError
        return head

    def _fill(self) -> bool:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(min(left, _QUIET_S) if self.ending else left)
        try:
            piece = self._sock.recv(_PIECE)
        except OSError:
            if not self.ending:
                raise
            return False
        if time.monotonic() >= self._deadline:  # also when being cut off looks like the end
            raise TimeoutError
        self._held += piece
        return bool(piece)


def _refuse_other(start: bytearray) -> None:
    if len(start) >= _JUNK * 2 and b"HTTP" not in start[: _JUNK * 2]:
        raise NotHttpError


def read_head(stream: Stream, *, secure: bool) -> Head:
    """Return the answer's head; those of interim answers (1xx) are skipped.

    Raises:
        NotHttpError, HeadTooLargeError: it is none that a browser would read.
        OSError: the connection broke, or time was up.
    """
    size = 0
    while size <= MAX_HEAD:
        raw = stream.head(secure=secure)
        size += len(raw)
        head = _parsed(raw)
        if head.status >= _FINAL or head.status == _SWITCHING:
            return head
    raise NotHttpError


def _parsed(raw: bytes) -> Head:
    start, *lines = re.split(rb"[\r\n]+", raw)
    found = _STATUS.match(start)
    if found is None or found[3].startswith(b"0"):
        raise NotHttpError
    version = (int(found[1] or 1), int(found[2] or 0))
    return Head(int(found[3]), version, _fields(lines))


def _fields(lines: list[bytes]) -> Headers:
    """Return the header fields; a line that is none is left out, a folded one is joined."""
    unfolded: list[list[str]] = []
    for line in lines:
        text = line.decode("latin-1")
        if text[:1] in {" ", "\t"} and unfolded:
            unfolded[-1].append(text.strip(_SPACE))
        else:
            unfolded.append([text])
    return [field for parts in unfolded if (field := _field(" ".join(parts)))]


def _field(line: str) -> tuple[str, str] | None:
    name, colon, value = line.partition(":")
    name = name.rstrip(_SPACE)
    return (name, value.strip(_SPACE)) if colon and _TOKEN.fullmatch(name) else None


def body_pieces(stream: Stream, head: Head, method: str) -> Iterator[bytes]:
    """Yield the body as it comes, without its framing; an end that is missing is no error.

    Raises:
        BrokenBodyError: the chunks are none.
        OSError: the connection broke, or time was up.
    """
    if method == "HEAD" or head.status in _NO_BODY:
        stream.whole = True
        return iter(())
    coding = (joined(head.headers, "transfer-encoding") or "").lower()
    if head.version >= (1, 1) and "chunked" in re.split(r"[\s,]+", coding):
        return _chunks(stream)
    return _plain(stream, _length(head.headers))


def _length(headers: Headers) -> int | None:
    """Return the length that is named; None where it is none, or several differ."""
    values = {part.strip() for part in (joined(headers, "content-length") or "").split(",")}
    value = values.pop() if len(values) == 1 else ""
    return int(value) if re.fullmatch(r"[0-9]{1,15}", value) else None


def _plain(stream: Stream, length: int | None) -> Iterator[bytes]:
    left = length
    while left is None or left > 0:
        piece = stream.some(_PIECE if left is None else min(left, _PIECE))
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece
    stream.whole = True


def _chunks(stream: Stream) -> Iterator[bytes]:
    while (line := stream.line(_MAX_CHUNK_LINE)) is not None:
        size = line.partition(b";")[0].strip(b" \t")
        if not _CHUNK_SIZE.fullmatch(size):
            raise BrokenBodyError
        if int(size, 16) == 0:
            stream.last_chunk = True
            return
        yield from _plain(stream, int(size, 16))
        stream.whole = False
        if stream.line(2) is None:
            return
