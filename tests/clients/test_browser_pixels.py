"""Telling plain pictures from others."""

from __future__ import annotations

import struct
import zlib

import pytest

from lfassess.clients.browsing.pixels import uniform_share


def png(rows: list[bytes], *, kind: int = 2, channels: int = 3, depth: int = 8) -> bytes:
    """Build a PNG from rows that bring their filter byte along."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    width = (len(rows[0]) - 1) // channels
    head = struct.pack(">IIBBBBB", width, len(rows), depth, kind, 0, 0, 0)
    data = zlib.compress(b"".join(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_one_colour():
    assert uniform_share(png([b"\0" + b"\x10\x20\x30" * 4] * 3)) == 1.0


def test_counts_pixels_that_differ():
    rows = [b"\0" + b"\xff\xff\xff" * 4, b"\0" + b"\xff\xff\xff" * 3 + b"\0\0\0"]
    assert uniform_share(png(rows)) == 7 / 8


def test_takes_near_colours_for_one():
    rows = [b"\0" + b"\xff\xff\xff" * 3 + b"\xf8\xf8\xf8"]
    assert uniform_share(png(rows)) == 1.0


@pytest.mark.parametrize(
    ("how", "row"),
    [
        (0, b"\x32\x32\x32" * 3),
        (1, b"\x32\x32\x32" + b"\0" * 6),  # as the pixel to the left
        (2, b"\0" * 9),  # as the pixel above
        (3, b"\x19\x19\x19" + b"\0" * 6),  # as the mean of both
        (4, b"\0" * 9),  # as the best of three
    ],
)
def test_undoes_the_filters(how, row):
    plain = b"\0" + b"\x32\x32\x32" * 3
    assert uniform_share(png([plain, bytes([how]) + row])) == 1.0


def test_with_alpha():
    assert uniform_share(png([b"\0" + b"\1\2\3\xff" * 2], kind=6, channels=4)) == 1.0


@pytest.mark.parametrize("data", [b"", b"GIF89a", png([b"\0\1\2\3"])[:40], png([b"\0\1"], depth=4)])
def test_refuses_what_it_can_not_read(data):
    with pytest.raises(ValueError, match="PNG"):
        uniform_share(data)
