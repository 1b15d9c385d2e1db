"""Reads an answer's body, unpacked, within a size that a bomb can't pass."""

from __future__ import annotations

import http.client
import time
import zlib
from typing import Final

_CHUNK: Final = 64 * 1024
_WINDOW_BITS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_BARE_DEFLATE: Final = -15


class _Unpacker:
    """Unpacks piece by piece, never more than asked for; what follows a packed body's end is lost.

    Some servers send "deflate" without the frame that the standard asks for.
    """

    def __init__(self, window_bits: int) -> None:
        self._inflater = zlib.decompressobj(window_bits)
        self._may_be_bare = window_bits == _WINDOW_BITS["deflate"]

    @property
    def done(self) -> bool:
        return self._inflater.eof

    def take(self, chunk: bytes, most: int) -> bytes:
        try:
            unpacked = self._inflater.decompress(chunk, most)
        except zlib.error:
            if not self._may_be_bare:
                raise
            self._inflater = zlib.decompressobj(_BARE_DEFLATE)
            unpacked = self._inflater.decompress(chunk, most)
        self._may_be_bare = False
        return unpacked


def read_body(
    answer: http.client.HTTPResponse, encoding: str | None, *, max_bytes: int, deadline: float
) -> tuple[bytes, bool]:
    """Return (unpacked body, whether it was cut off at ``max_bytes``).

    Raises:
        TimeoutError: the deadline passed meanwhile.
        OSError, http.client.HTTPException, zlib.error: the connection or the packing broke.
    """
    window_bits = _WINDOW_BITS.get((encoding or "").strip().lower())
    unpacker = _Unpacker(window_bits) if window_bits else None
    body = bytearray()
    while len(body) <= max_bytes:
        chunk = answer.read1(_CHUNK)
        if time.monotonic() >= deadline:  # also when being cut off looks like the body's end
            raise TimeoutError
        if not chunk:
            return bytes(body), False
        if unpacker is None:
            body += chunk
            continue
        body += unpacker.take(chunk, max_bytes + 1 - len(body))
        if unpacker.done:
            break
    return bytes(body[:max_bytes]), len(body) > max_bytes
