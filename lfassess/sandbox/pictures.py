"""Draws pictures that would be wasteful to keep as files."""

# ruff: noqa: PLR2004 - the numbers are places in a drawing

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

_WIDTH, _HEIGHT = 1600, 1200
_HORIZON: Final = 760
_LETTERS: Final = (  # what the sign says
    " ###  ##  ###   ##   ### ####",
    "#    #  # #  # #  # #    #   ",
    "# ## #### ###  #### # ## ### ",
    "#  # #  # # #  #  # #  # #   ",
    " ##  #  # #  # #  #  ##  ####",
)
_Colour = tuple[int, int, int]


@cache
def shopfront() -> bytes:
    """Return a PNG of a garage's front, 1600x1200 and several megabytes, like an old camera's."""
    return _png(_shopfront_row, grain=0x0F)


@cache
def bathroom() -> bytes:
    """Return a PNG of a tiled bathroom with a tub, 1600x1200 and about a megabyte."""
    return _png(_bathroom_row, grain=0x01)


def _png(row_at: Callable[[int], bytes], *, grain: int) -> bytes:
    rng = random.Random(2014)  # noqa: S311 - a picture
    rows = b"".join(b"\x00" + _grainy(row_at(y), grain, rng) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _bathroom_row(y: int) -> bytes:
    """One line of the scene: tiles, a round mirror, a tub before them, the floor."""
    if y > 1040:
        return bytes(_shade((176, 148, 116), (y % 60 < 3) * 26)) * _WIDTH
    tile = _shade((206, 226, 228), y / 60)
    line = bytearray((bytes(_shade(tile, 22)) * 4 + bytes(tile) * 96) * (_WIDTH // 100))
    if y % 100 < 4:
        line = bytearray(bytes(_shade(tile, 22)) * _WIDTH)
    reach = 200**2 - (y - 340) ** 2
    if reach > 0:
        half = round(reach**0.5)
        _paint(line, 500 - half - 14, 500 + half + 14, (150, 112, 66))
        _paint(line, 500 - half, 500 + half, _shade((176, 206, 214), -y / 30))
    if 300 < y < 700:
        _paint(line, 1180, 1196, (186, 150, 84))
    if y > 680:
        slant = (y - 680) // 7
        rim = y < 720
        _paint(
            line,
            760 + slant,
            1520 - slant,
            (250, 250, 248) if rim else _shade((238, 240, 240), slant),
        )
    return bytes(line)


def _shopfront_row(y: int) -> bytes:
    """One line of the scene: sky, a wall with two doors and a sign, the yard."""
    if y >= _HORIZON + 140:
        return bytes(_shade((104, 101, 96), (y - 900) / 12)) * _WIDTH
    wall, left, right = _shade((158, 148, 128), (y % 40 < 3) * 18), 150, 1450
    sky = bytes(_shade((150, 178, 204), -y / 14))
    if y < 330:
        return sky * _WIDTH
    line = bytearray(sky * left + bytes(wall) * (right - left) + sky * (_WIDTH - right))
    if 370 < y < 470:
        _paint(line, 420, 1180, (150, 38, 30))
        _write(line, 530, (y - 385) // 14)
    if y > 540:
        slat = _shade((196, 196, 190), (y % 52 < 4) * 60)
        _paint(line, 250, 730, slat)
        _paint(line, 870, 1350, slat)
    return bytes(line)


def _write(line: bytearray, x: int, row: int) -> None:
    """Paint one row of the sign's letters, in blocks 16 pixels wide."""
    if 0 <= row < len(_LETTERS):
        for column, block in enumerate(_LETTERS[row]):
            if block == "#":
                _paint(line, x + column * 16, x + column * 16 + 16, (236, 226, 190))


def _paint(line: bytearray, start: int, end: int, colour: _Colour) -> None:
    line[start * 3 : end * 3] = bytes(colour) * (end - start)


def _shade(colour: _Colour, darker: float) -> _Colour:
    r, g, b = (min(240, max(0, round(c - darker))) for c in colour)
    return r, g, b


def _grainy(row: bytes, grain: int, rng: random.Random) -> bytes:
    """Add noise in the low bits: what makes a camera's picture compress badly."""
    mask = int.from_bytes(bytes([grain]) * len(row))
    noise = rng.getrandbits(len(row) * 8) & mask
    # No byte overflows into its neighbour: the colours leave room for the grain.
    return (int.from_bytes(row) + noise).to_bytes(len(row))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURES: Final[Mapping[str, Mapping[str, Callable[[], bytes]]]] = {
    "brightwater-plumbing": {"images/bathroom.png": bathroom},
    "dons-garage": {"images/DSC00142.png": shopfront},
}
