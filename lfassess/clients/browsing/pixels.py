"""Counts colours in a small PNG, to tell a page that came out blank."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CHANNELS: Final = {0: 1, 2: 3, 4: 2, 6: 4}  # by colour type
_NEAR: Final = 8  # levels of 256 that two pixels may differ and still pass for one colour


def uniform_share(png: bytes) -> float:
    """Return the share, 0-1, of pixels that look like the most common colour.

    Args:
        png: 8 bits a channel and not interlaced, as Chromium writes it (PNG specification, 11.2.2).

    Raises:
        ValueError: it is no such PNG.
    """
    width, channels, data = _read(png)
    pixels = Counter(
        tuple(row[i : i + channels])
        for row in _rows(data, width * channels, channels)
        for i in range(0, len(row), channels)
    )
    main, _ = pixels.most_common(1)[0]
    alike = sum(
        count
        for colour, count in pixels.items()
        if all(abs(a - b) <= _NEAR for a, b in zip(colour, main, strict=True))
    )
    return alike / pixels.total()


def _read(png: bytes) -> tuple[int, int, bytes]:
    """Return (width in pixels, channels, inflated data)."""
    if not png.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    width, depth, kind, interlaced, packed = 0, 0, -1, 1, b""
    at = len(_SIGNATURE)
    while at + 8 <= len(png):
        (size,), name = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + size]
        if name == b"IHDR":
            width, _, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        elif name == b"IDAT":
            packed += body
        at += size + 12
    if depth != 8 or interlaced or kind not in _CHANNELS or not width:  # noqa: PLR2004 - bits
        raise ValueError("not a PNG of the kind browsers write")
    try:
        return width, _CHANNELS[kind], zlib.decompress(packed)
    except zlib.error as e:
        raise ValueError("a broken PNG") from e


def _rows(data: bytes, length: int, step: int) -> Iterator[bytearray]:
    """Yield each row's bytes with the PNG filters (specification, 9.2) undone."""
    above = bytearray(length)
    for start in range(0, len(data) - length, length + 1):
        row = bytearray(data[start + 1 : start + 1 + length])
        _unfilter(data[start], row, above, step)
        yield row
        above = row


def _unfilter(how: int, row: bytearray, above: bytearray, step: int) -> None:
    for i in range(len(row) if how else 0):
        left = row[i - step] if i >= step else 0
        up = above[i]
        if how == 1:
            guess = left
        elif how == 2:  # noqa: PLR2004 - the specification's numbers
            guess = up
        elif how == 3:  # noqa: PLR2004 - see above
            guess = (left + up) // 2
        else:
            guess = _paeth(left, up, above[i - step] if i >= step else 0)
        row[i] = (row[i] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    by_left, by_up, by_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    if by_left <= by_up and by_left <= by_corner:
        return left
    return up if by_up <= by_corner else corner
