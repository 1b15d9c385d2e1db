"""Whether a page fits a phone: where each bound lies, and what must have been measured."""

from __future__ import annotations

from typing import Any

import pytest

from lfassess.checks.visual.evidence import Device
from lfassess.checks.visual.rules_mobile_layout import findings
from tests.checks.visual.pages import device

FITS = {"fits-phones": "no sideways scrolling at 390 px, usual text size 17 px"}


def said(**changes: Any) -> dict[str, str]:
    found = findings(Device.from_json(device() | changes))
    return {f.code.removeprefix("visual-"): f.evidence for f in found}


def test_of_a_page_that_was_not_seen_nothing_is_said():
    assert list(findings(Device())) == []
    assert said() == FITS


@pytest.mark.parametrize(
    ("viewport", "found"),
    [
        (None, {"no-mobile-layout": "the page sets no viewport, so phones show it as 980 px wide"}),
        ("width=599", FITS),
        ("Width = 600", {"no-mobile-layout": "the page asks for a screen 600 px wide"}),
        ("width=12345678901", {"no-mobile-layout": "the page asks for a screen 123456789 px wide"}),
        ("initial-scale=1", FITS),
        ("width=device-width, user-scalable=yes", FITS),
        ("width=device-width, USER-SCALABLE=0", {"zoom-blocked": "viewport “width=device-width, USER-SCALABLE=0”"}),
        ("maximum-scale=1.0", {"zoom-blocked": "viewport “maximum-scale=1.0”"}),
        ("maximum-scale=10", FITS),
    ],
)  # fmt: skip
def test_a_viewport_is_a_phones_and_lets_zoom(viewport, found):
    page = {"lang": "en", "h1": ["Bread"], "viewport": viewport}
    assert said(page=page) == found


@pytest.mark.parametrize(
    ("taps", "found"),
    [
        ({"count": 30, "under_24": 3, "under_48": 3}, {"tiny-tap-targets": "3 of 30 are under 24 px"}),
        ({"count": 31, "under_24": 3, "under_48": 3}, FITS),
        ({"count": 2, "under_24": 2, "under_48": 2}, FITS),
        ({"count": 1000, "under_24": 100, "under_48": 900}, {"tiny-tap-targets": "100 of 1,000 are under 24 px"}),
        ({"count": 10, "under_24": 0, "under_48": 6}, {"tight-tap-targets": "6 of 10 are under 48 px"}),
        ({"count": 11, "under_24": 0, "under_48": 6}, FITS),
        ({"count": 5, "under_24": 0, "under_48": 5}, {"tight-tap-targets": "5 of 5 are under 48 px"}),
        ({"count": 4, "under_24": 0, "under_48": 4}, FITS),
        (
            {"count": 9, "under_24": 3, "under_48": 9, "examples": [{"text": "Up"}, {"text": "Down"}]},
            {"tiny-tap-targets": "3 of 9 are under 24 px, for example “Up”"},
        ),
        ({"count": 9, "under_24": 3, "under_48": 9, "examples": [{}]}, {"tiny-tap-targets": "3 of 9 are under 24 px"}),
    ],
)  # fmt: skip
def test_links_are_large_enough_for_fingers(taps, found):
    assert said(targets={"taps": taps}) == found


def test_every_fault_is_told_and_none_is_praised():
    width = {"sideways_px": 9, "wide_elements": ["table", "div"]}
    text = {"small_share": 0.41, "smallest_px": 9.5}
    clash = [{"text": "Bread", "over": "Hours"}, {"text": "A", "over": "B"}]
    taps = {"count": 3, "under_24": 3, "under_48": 3}
    assert said(width=width, text=text, clash=clash, targets={"taps": taps}) == {
        "mobile-overflow": "9 px stick out to the right, for example “table”",
        "small-text": "41% of the text is under 12 px, down to 9.5 px",
        "overlapping-text": "“Bread” and “Hours” on the first screen",
        "tiny-tap-targets": "3 of 3 are under 24 px",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"width": {"page_height": 900}},
        {"text": {"common_px": 17}},
        {"targets": {"taps": {"under_24": 0, "under_48": 0}}},
        {"targets": {"taps": {"count": 9, "under_48": 0}}},
        {"targets": {"taps": {"count": 9, "under_24": 0}}},
        {"width": None},
        {"text": None},
        {"targets": None},
        {"overlay": None},
        {"overlay": {"share": 0.9}},
        {"failed_parts": ["overlay"]},
    ],
)
def test_what_was_not_measured_is_neither_fault_nor_praise(changes):
    assert said(**changes) == {}
