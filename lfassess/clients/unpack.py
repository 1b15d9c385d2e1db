"""Unpacks bodies piece by piece: gzip, deflate, Brotli and Zstandard, bounded in memory."""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPTED: Final = "gzip, deflate, br, zstd"
_PIECE: Final = 64 * 1024  # bytes unpacked at a time, however little they were packed to
_GZIP_BITS, _ZLIB_BITS, _BARE_BITS = 31, 15, -15
_MAX_ENCODINGS: Final = 8  # packings of one body; more than two are a mistake
_FRAME: Final = 2
_DEFLATED: Final = 8
_ZSTD_WINDOW: Final = 23  # 8 MB: browsers take no more (RFC 8878 §3.1.1.1.2)


class UnpackError(Exception):
    """The bytes are not packed as they are said to be."""


class _Unpacker(Protocol):
    """Unpacks one piece after the other, at most ``_PIECE`` bytes a step."""

    @property
    def done(self) -> bool:
        """Whether the packed data has come to its end."""

    def step(self, data: bytes) -> tuple[bytes, bool]:
        """Take data, or none; return what is unpacked, and whether more can be had of it."""


class _Zlib:
    def __init__(self, bits: int) -> None:
        self._inflater = zlib.decompressobj(bits)

    @property
    def done(self) -> bool:
        return self._inflater.eof

    def step(self, data: bytes) -> tuple[bytes, bool]:
        out = self._inflater.decompress(self._inflater.unconsumed_tail + data, _PIECE)
        return out, len(out) == _PIECE or bool(self._inflater.unconsumed_tail)


class _Deflate:
    """Deflate, with the frame that the standard asks for (RFC 1950) or, as some send it, without.

    Two bytes tell: a frame's are a multiple of 31 and name its method, 8.
    """

    def __init__(self) -> None:
        self._start = b""
        self._inner: _Zlib | None = None

    @property
    def done(self) -> bool:
        return self._inner is not None and self._inner.done

    def step(self, data: bytes) -> tuple[bytes, bool]:
        if self._inner is not None:
            return self._inner.step(data)
        self._start += data
        if len(self._start) < _FRAME:
            return b"", False
        first, second = self._start[:_FRAME]
        framed = first & 0x0F == _DEFLATED and (first << 8 | second) % 31 == 0
        self._inner = _Zlib(_ZLIB_BITS if framed else _BARE_BITS)
        return self._inner.step(self._start)


class _Brotli:
    def __init__(self) -> None:
        self._decoder = brotli.Decompressor()

    @property
    def done(self) -> bool:
        return bool(self._decoder.is_finished())

    def step(self, data: bytes) -> tuple[bytes, bool]:
        out = self._decoder.process(data, output_buffer_limit=_PIECE)
        return out, not self._decoder.is_finished() and not self._decoder.can_accept_more_data()


class _Zstd:
    """Frames may follow one another (RFC 8878 §3.1)."""

    def __init__(self) -> None:
        self._decoder = self._fresh()

    done = False

    @staticmethod
    def _fresh() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(
            options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
        )

    def step(self, data: bytes) -> tuple[bytes, bool]:
        if self._decoder.eof:
            data = self._decoder.unused_data + data
            self._decoder = self._fresh()
        out = self._decoder.decompress(data, _PIECE)
        more = (
            bool(self._decoder.unused_data) if self._decoder.eof else not self._decoder.needs_input
        )
        return out, more


_UNPACKERS: Final[dict[str, Callable[[], _Unpacker]]] = {
    "gzip": lambda: _Zlib(_GZIP_BITS),
    "x-gzip": lambda: _Zlib(_GZIP_BITS),
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}


def packings(header: str | None) -> list[str]:
    """Return the packings that a Content-Encoding names, the outermost first.

    What is none, as in ``identity``, ``none`` or ``utf-8``, is passed over.
    """
    names = [name.strip().lower() for name in (header or "").split(",")]
    return [name for name in reversed(names) if name in _UNPACKERS]


def unpacked(pieces: Iterator[bytes], names: list[str], deadline: float) -> Iterator[bytes]:
    """Yield what the pieces hold, unpacked by each of the names in turn.

    Raises:
        UnpackError: they are not packed so, or more than eight times.
        TimeoutError: the deadline passed meanwhile.
    """
    if len(names) > _MAX_ENCODINGS:
        raise UnpackError
    for name in names:
        pieces = _layer(pieces, _UNPACKERS[name](), deadline)
    return pieces


def _layer(pieces: Iterator[bytes], unpacker: _Unpacker, deadline: float) -> Iterator[bytes]:
    for piece in pieces:
        more = True
        data = piece
        while more and not unpacker.done:
            if time.monotonic() >= deadline:
                raise TimeoutError
            try:
                out, more = unpacker.step(data)
            except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as e:
                raise UnpackError from e
            data = b""
            if out:
                yield out
        if unpacker.done:  # what follows a packed body's end is no part of it
            return
