from __future__ import annotations

import pytest

from lfassess.language import load
from lfassess.report.image_type import content_type
from lfassess.report.images import needed, screenshots
from tests.report.factories.rows import PNG

JPEG = b"\xff\xd8\xff\xe0rest"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"GIF89a", "image/gif"),
        (b"<svg onload=alert(1)>", None),
        (b"<html>", None),
        (b"", None),
    ],
)
def test_pictures_are_told_by_their_bytes(data, expected):
    assert content_type(data) == expected


def test_desktop_goes_first_and_what_is_no_picture_is_left_out():
    shots = screenshots(
        {"zoom.png": PNG, "mobile.jpg": JPEG, "report.html": b"<html>", "desktop.jpg": JPEG},
        "Harbour Bakery",
        load(),
    )
    assert [shot.name for shot in shots] == ["desktop.jpg", "mobile.jpg", "zoom.png"]
    assert [shot.wide for shot in shots] == [True, False, True]
    assert shots[0].alt == "Home page of Harbour Bakery as shown on a desktop computer"
    assert "a phone" in shots[1].alt


def test_first_screens_stand_for_the_long_pictures_and_small_ones_stay_out():
    parts = ("", "-fold", "-thumb")
    files = {f"{d}{part}.jpg": JPEG for d in ("mobile", "desktop") for part in parts}
    shots = screenshots(files, "B", load(), [marked()])
    assert [shot.name for shot in shots] == ["desktop-fold.jpg", "mobile-fold.jpg"]
    assert [len(shot.regions) for shot in shots] == [0, 1]


def test_pictures_that_no_report_shows_are_not_read():
    names = {
        "desktop.webp",
        "desktop-fold.jpg",
        "desktop-thumb.jpg",
        "mobile.jpg",
        "filmstrip-1s.webp",
    }
    assert needed(names) == {"desktop-fold.jpg", "mobile.jpg", "filmstrip-1s.webp"}


def test_marks_below_what_the_picture_shows_are_left_out():
    low = marked(viewport="desktop", y=800)
    (whole,) = screenshots({"desktop.jpg": JPEG}, "B", load(), [low])
    (fold,) = screenshots({"desktop-fold.jpg": JPEG}, "B", load(), [low])
    assert (len(whole.regions), len(fold.regions)) == (1, 0)


def marked(**values):
    fits = {"code": "x", "label": "Here", "x": 10, "y": 20, "width": 30, "height": 40}
    return fits | {"viewport": "mobile"} | values


def test_marks_are_numbered_from_the_top_of_their_own_picture():
    places = [marked(y=300, code="y"), marked(), marked(viewport="desktop", y=5)]
    desktop, phone = screenshots({"desktop.jpg": JPEG, "mobile.jpg": JPEG}, "B", load(), places)
    assert [(r.number, r.y) for r in phone.regions] == [(1, 20), (2, 300)]
    assert [r.y for r in desktop.regions] == [5]


def test_a_finding_has_one_number_and_a_picture_five_at_most():
    places = [marked(y=10 * n, code=f"c{n // 2}") for n in range(14)]
    (phone,) = screenshots({"mobile.jpg": JPEG}, "B", load(), places)
    assert [r.number for r in phone.regions] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize(
    "place",
    [
        marked(code="visual-no-landmarks"),
        marked(code="visual-confusing-structure"),
        marked(code="visual-heading-order"),
        marked(width=390, height=760, y=0),
        marked(code="visual-unnamed-controls"),
    ],
)
def test_what_can_not_be_seen_and_the_whole_picture_are_not_marked(place):
    (phone,) = screenshots({"mobile.jpg": JPEG}, "B", load(), [place])
    assert phone.regions == ()


@pytest.mark.parametrize(
    "places",
    [None, "x", [1], [marked(x="1")], [marked(width=0)], [marked(viewport="tv")], [{}]],
)
def test_marks_that_make_no_sense_mark_nothing(places):
    (shot,) = screenshots({"mobile.jpg": JPEG}, "{B}", load(), places)
    assert shot.regions == ()
    assert "{B}" in shot.alt
