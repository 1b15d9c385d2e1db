"""Reads an answer's body, unpacked, within a size that a bomb can't pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lfassess.clients.http1 import BrokenBodyError, Head, Stream, body_pieces
from lfassess.clients.page import joined
from lfassess.clients.unpack import UnpackError, packings, unpacked

_SNIFFED: Final = 1_445  # bytes that tell text from other things (WHATWG MIME Sniffing §5.2)
_BINARY: Final = bytes({*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)})
_WIDE: Final = (b"\xfe\xff", b"\xff\xfe")  # marks of UTF-16, whose text has zeros in it
_END: Final = b"</html>"
_TAIL: Final = 64


@dataclass(frozen=True, slots=True)
class Body:
    """What could be read of a body."""

    data: bytes = b""
    truncated: bool = False  # there was more of it, or more could not be unpacked
    unread: str | None = None  # why it is no page that a browser could show
    drained: bool = False  # nothing of it is left in the connection


def read_body(
    stream: Stream, head: Head, method: str, *, max_bytes: int, deadline: float, drain: bool = False
) -> Body:
    """Return the body, unpacked and cut off at ``max_bytes``.

    As in browsers, one that ends too early is what came of it, and one that is not packed as its
    header says can't be shown.

    Args:
        stream: behind the head.
        head: of the answer.
        method: that was asked with.
        max_bytes: see above.
        deadline: time.monotonic() by which it must be there.
        drain: also read what ends its frame, for another request over the same connection.

    Raises:
        TimeoutError: the deadline passed meanwhile.
        OSError: the connection broke.
    """
    names = packings(joined(head.headers, "content-encoding"))
    data, pieces = bytearray(), body_pieces(stream, head, method)
    broken = _gather(_unpacked(pieces, names, deadline), data, stream, max_bytes)
    body = bytes(data[:max_bytes])
    if broken and not body:
        return Body(unread=broken)
    cut = len(data) > max_bytes or broken is not None
    unread = _no_text(body, joined(head.headers, "content-type") or "")
    return Body(body, cut, unread, drained=drain and not cut and stream.drain(pieces))


def _unpacked(pieces: Iterator[bytes], names: list[str], deadline: float) -> Iterator[bytes]:
    yield from unpacked(pieces, names, deadline)


def _gather(pieces: Iterator[bytes], data: bytearray, stream: Stream, max_bytes: int) -> str | None:
    """Add the pieces to the data; return why the rest could not be read."""
    try:
        for piece in pieces:
            data += piece
            if len(data) > max_bytes:
                return None
            stream.ending = data[-_TAIL:].rstrip().lower().endswith(_END)
    except UnpackError:
        return "it is not packed the way its Content-Encoding says"
    except BrokenBodyError:
        return "it does not come in the chunks that its Transfer-Encoding announces"
    return None


def _no_text(body: bytes, content_type: str) -> str | None:
    """Return why a page is none: it holds bytes that no text has (WHATWG MIME Sniffing §5.2)."""
    kind = content_type.lower()
    is_page = not kind or "html" in kind
    if not is_page or "utf-16" in kind or body.startswith(_WIDE):
        return None
    start = body[:_SNIFFED]
    return "it holds bytes that are no text" if start.translate(None, _BINARY) != start else None
