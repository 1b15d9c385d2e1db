"""Telling plain pictures from others, and making them smaller."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from lfassess.clients.chromium.pixels import smaller, uniform_share

WHITE = (255, 255, 255)


def jpeg(size=(320, 160), ground=WHITE, boxes=()):
    picture = Image.new("RGB", size, ground)
    for box, colour in boxes:
        ImageDraw.Draw(picture).rectangle(box, fill=colour)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=80)
    return data.getvalue()


def test_one_colour():
    assert uniform_share(jpeg()) == 1.0


def test_counts_what_differs():
    half = jpeg(boxes=[((0, 0, 159, 159), (0, 0, 0))])
    assert uniform_share(half) == pytest.approx(0.5, abs=0.01)


def test_takes_near_colours_for_one():
    assert uniform_share(jpeg(boxes=[((0, 0, 159, 159), (250, 250, 250))])) == 1.0


def test_a_line_of_text_is_seen():
    assert uniform_share(jpeg((1366, 768), boxes=[((100, 100, 180, 112), (90, 90, 90))])) < 0.9999


def test_a_picture_is_webp_where_that_is_smaller():
    plain = jpeg((321, 161))
    webp = smaller(plain)
    assert len(webp) < len(plain)
    with Image.open(io.BytesIO(webp)) as made:
        assert (made.format, made.size) == ("WEBP", (321, 161))
        assert made.convert("RGB").getpixel((80, 40)) == WHITE


@pytest.mark.parametrize("taller", [False, True])
def test_a_picture_that_webp_makes_no_smaller_or_does_not_take_stays(taller):
    if taller:
        given = jpeg((8, 16_384))
    else:
        noise = io.BytesIO()
        Image.effect_noise((64, 64), 100).save(noise, "JPEG", quality=5)
        given = noise.getvalue()
    assert smaller(given) is given


@pytest.mark.parametrize("data", [b"", b"GIF89a", jpeg()[:200]])
@pytest.mark.parametrize("look", [uniform_share, smaller])
def test_what_is_no_picture_is_said_so(data, look):
    with pytest.raises(ValueError, match="no picture"):
        look(data)
