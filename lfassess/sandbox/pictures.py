"""Draws pictures that would be wasteful to keep as files."""

# ruff: noqa: PLR2004 - the numbers are places in a drawing

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from PIL import Image, ImageChops, ImageDraw

_WIDTH, _HEIGHT = 1600, 1200
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
    return _png(_shopfront, grain=0x0F)


@cache
def bathroom() -> bytes:
    """Return a PNG of a tiled bathroom with a tub, 1600x1200 and about a megabyte."""
    return _png(_bathroom, grain=0x01)


def _png(scene: Callable[[ImageDraw.ImageDraw], None], *, grain: int) -> bytes:
    """Return the scene with noise in the low bits: what makes a camera's picture compress badly."""
    image = Image.new("RGB", (_WIDTH, _HEIGHT))
    scene(ImageDraw.Draw(image))
    rng = random.Random(2014)  # noqa: S311 - a picture
    noise = Image.frombytes("RGB", image.size, rng.randbytes(_WIDTH * _HEIGHT * 3))
    out = io.BytesIO()
    ImageChops.add(image, noise.point(lambda value: value & grain)).save(
        out, "PNG", compress_level=1
    )
    return out.getvalue()


def _bathroom(draw: ImageDraw.ImageDraw) -> None:
    """Draw tiles, a round mirror, a tub before them, the floor."""
    for y in range(1041):
        tile = _shade((206, 226, 228), y / 60)
        _row(draw, y, 0, _WIDTH, _shade(tile, 22) if y % 100 < 4 else tile)
    for x in range(0, _WIDTH, 100):
        for y in range(1041):
            _row(draw, y, x, x + 4, _shade((206, 226, 228), y / 60 + 22))
    draw.ellipse((286, 140, 714, 540), fill=(150, 112, 66))
    draw.ellipse((300, 140, 700, 540), fill=(165, 195, 203))
    draw.rectangle((1180, 301, 1195, 699), fill=(186, 150, 84))
    for y in range(681, 1041):
        slant = (y - 680) // 7
        colour = (250, 250, 248) if y < 720 else _shade((238, 240, 240), slant)
        _row(draw, y, 760 + slant, 1520 - slant, colour)
    for y in range(1041, _HEIGHT):
        _row(draw, y, 0, _WIDTH, _shade((176, 148, 116), (y % 60 < 3) * 26))


def _shopfront(draw: ImageDraw.ImageDraw) -> None:
    """Draw sky, a wall with two doors and a sign, the yard."""
    for y in range(900):
        _row(draw, y, 0, _WIDTH, _shade((150, 178, 204), -y / 14))
    for y in range(330, 900):
        _row(draw, y, 150, 1450, _shade((158, 148, 128), (y % 40 < 3) * 18))
    draw.rectangle((420, 371, 1179, 469), fill=(150, 38, 30))
    for row, letters in enumerate(_LETTERS):
        for column, block in enumerate(letters):
            if block == "#":
                x, y = 530 + column * 16, 385 + row * 14
                draw.rectangle((x, y, x + 15, y + 13), fill=(236, 226, 190))
    for y in range(541, 900):
        slat = _shade((196, 196, 190), (y % 52 < 4) * 60)
        _row(draw, y, 250, 730, slat)
        _row(draw, y, 870, 1350, slat)
    for y in range(900, _HEIGHT):
        _row(draw, y, 0, _WIDTH, _shade((104, 101, 96), (y - 900) / 12))


def _row(draw: ImageDraw.ImageDraw, y: int, start: int, end: int, colour: _Colour) -> None:
    draw.line((start, y, end - 1, y), fill=colour)


def _shade(colour: _Colour, darker: float) -> _Colour:
    r, g, b = (min(240, max(0, round(c - darker))) for c in colour)
    return r, g, b


PICTURES: Final[Mapping[str, Mapping[str, Callable[[], bytes]]]] = {
    "brightwater-plumbing": {"images/bathroom.png": bathroom},
    "dons-garage": {"images/DSC00142.png": shopfront},
}
