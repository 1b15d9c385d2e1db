"""Frames of a page's load, at the times of a slow phone."""

from __future__ import annotations

import base64
import io
import math

import pytest
from PIL import Image

from lfassess.clients.lighthouse.filmstrip import HEIGHT, WIDTH, frames

WHITE, HEAD, WHOLE, LATER = (255, 255, 255), (200, 0, 0), (0, 160, 0), (0, 0, 200)
# The fast line's: painted first at 400 ms, the main content at 1,000.
STRIP = [(300, WHITE), (600, HEAD), (900, HEAD), (1200, WHOLE), (1500, LATER)]


def jpeg(colour, size=(250, 498)):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode()


def result(fcp, lcp, strip=STRIP, form="mobile", seen=(400, 1000)):
    return {
        "configSettings": {"formFactor": form},
        "audits": {
            "first-contentful-paint": {"numericValue": fcp},
            "largest-contentful-paint": {"numericValue": lcp},
            "metrics": {"details": {"items": [
                {"observedFirstContentfulPaint": seen[0],
                 "observedLargestContentfulPaint": seen[1]},
                {"lcpInvalidated": False},
            ]}},
            "screenshot-thumbnails": {"details": {"items": [
                {"timing": at, "data": colour if isinstance(colour, str) else jpeg(colour)}
                for at, colour in strip
            ]}},
        },
    }  # fmt: skip


def opened(frame):
    return Image.open(io.BytesIO(base64.b64decode(frame["webp"])))


def shown(made):
    """Return the nearest of the four colours by second."""
    pixels = {f["second"]: opened(f).convert("RGB").getpixel((100, 100)) for f in frames(made)}
    return {
        second: min((WHITE, HEAD, WHOLE, LATER), key=lambda colour: math.dist(colour, pixel))
        for second, pixel in pixels.items()
    }


@pytest.mark.parametrize(
    ("fcp", "lcp", "expected"),
    [
        (400, 1000, {1: WHOLE, 3: LATER, 5: LATER}),  # as fast as the line at hand
        (2000, 4000, {1: WHITE, 3: HEAD, 5: WHOLE}),
        (900, 20_000, {1: HEAD, 3: HEAD, 5: HEAD}),
        (6000, 7000, {1: WHITE, 3: WHITE, 5: WHITE}),
        (3000, 3000, {1: WHITE, 3: WHOLE, 5: LATER}),
    ],
)
def test_a_frame_shows_how_far_the_page_had_come(fcp, lcp, expected):
    assert shown(result(fcp, lcp)) == expected


def test_a_stage_without_a_frame_is_left_out():
    strip = [(1200, WHOLE), (1500, LATER)]
    assert shown(result(2000, 4000, strip)) == {5: WHOLE}


def test_a_frame_that_may_be_older_than_the_paint_does_not_stand_for_it():
    strip = [(450, WHITE), (1050, HEAD), (1500, LATER)]
    assert shown(result(2000, 4000, strip)) == {5: LATER}


def test_pictures_are_small():
    (first, *_) = frames(result(400, 1000, [(2000, jpeg(HEAD, (1000, 3000)))]))
    assert opened(first).format == "WEBP"
    assert opened(first).width <= WIDTH
    assert opened(first).height <= HEIGHT


@pytest.mark.parametrize(
    "made",
    [
        {},
        {"audits": []},
        result(400, 1000, form="desktop"),
        result(None, 1000),
        result(400, 1000, seen=(None, "x")),
        result(400, 1000, []),
        result(400, 1000, [(2000, "data:image/jpeg;base64,bm8gcGljdHVyZQ==")]),
        result(400, 1000, [(2000, "data:image/jpeg;base64,!")]),
        result(400, 1000, [(2000, "https://elsewhere.example/a.jpg")]),
        result(400, 1000, [(None, HEAD)]),
        result(400, 1000, [(2000, jpeg(HEAD, (4100, 8)))]),
        result(400, 1000, [(2000, "data:image/jpeg;base64," + "A" * 1_000_000)]),
    ],
)
def test_what_is_no_frame_of_a_phone_gives_no_picture(made):
    assert frames(made) == []
