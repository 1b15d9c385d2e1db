from __future__ import annotations

import pytest

from lfassess.report.images import content_type, screenshots
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
    )
    assert [shot.name for shot in shots] == ["desktop.jpg", "mobile.jpg", "zoom.png"]
    assert [shot.wide for shot in shots] == [True, False, True]
    assert shots[0].alt == "Home page of Harbour Bakery as shown on a desktop computer"
    assert "a phone" in shots[1].alt
