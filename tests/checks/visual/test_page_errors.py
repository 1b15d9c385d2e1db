"""What is in a visitor's way or broken: on which device it was seen, and from what on it counts."""

from __future__ import annotations

from typing import Any

import pytest

from lfassess.checks.visual.evidence import Device
from lfassess.checks.visual.rules_page_errors import broken, in_the_way
from tests.checks.visual.pages import device

CLEAN = {"clean-load": "5 requests, none failed"}
SCRIPT = {"kind": "Script", "url": "https://cdn.test/a.js", "why": "404"}


def said(rule: Any, where: str, **changes: Any) -> dict[str, str]:
    """Return what a rule says of a page that is good but for changes on one device, or both."""
    names = ("desktop", "mobile")
    pages = [device() | (changes if where in {name, "both"} else {}) for name in names]
    found = rule(*map(Device.from_json, pages))
    return {f.code.removeprefix("visual-"): f.evidence for f in found}


@pytest.mark.parametrize("where", ["desktop", "mobile", "both"])
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {}),
        ({"vitals": {"dialogs": 1}}, {"dialog-box": "1 dialog box"}),
        ({"vitals": {"dialogs": 3}}, {"dialog-box": "3 dialog boxes"}),
        ({"vitals": {"layout_shift": 0.25}}, {}),
        ({"vitals": {"layout_shift": 0.251}}, {"layout-shift": "layout shift 0.251; above 0.25 is poor"}),
        ({"vitals": {"layout_shift": 0.2500001}}, {"layout-shift": "layout shift just over 0.25; above 0.25 is poor"}),
        ({"vitals": {"layout_shift": 1.5}}, {"layout-shift": "layout shift 1.50; above 0.25 is poor"}),
        ({"vitals": {}}, {}),
        ({"load_finished": None}, {}),
    ],
)  # fmt: skip
def test_what_is_in_the_way_on_either_device(where, changes, found):
    assert said(in_the_way, where, **changes) == found


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("desktop", "on the desktop"),
        ("mobile", "on the phone"),
        ("both", "on the desktop and the phone"),
    ],
)
def test_where_the_page_was_never_done_loading(where, words):
    assert said(in_the_way, where, load_finished=False) == {"never-loaded": words}
    assert said(broken, where, load_finished=False) == {}  # nor is it praised


def test_what_covers_a_desktop_is_no_popup_on_a_phone():
    layer = {"overlay": {"layers": [{"share": 0.8, "text": "Join us", "marks": "popup"}]}}
    assert said(in_the_way, "desktop", **layer) == {}
    covers = "covers 80% of a phone's screen: “Join us”"
    assert said(in_the_way, "mobile", **layer) == {"popup": covers}


@pytest.mark.parametrize(
    ("over", "found"),
    [
        (None, CLEAN),
        (8, CLEAN),
        (9, {"desktop-overflow": "9 px more than a 1,366 px window"}),
        (1200, {"desktop-overflow": "1,200 px more than a 1,366 px window"}),
    ],
)
def test_a_page_that_is_too_wide_for_a_desktop_is_not_praised(over, found):
    assert said(broken, "desktop", width={"sideways_px": over}) == found
    assert said(broken, "mobile", width={"sideways_px": over}) == CLEAN  # a phone's own finding


@pytest.mark.parametrize(
    ("where", "requests", "words"),
    [
        ("mobile", 1, "1 request, none failed"),
        ("mobile", 1200, "1,200 requests, none failed"),
        ("mobile", None, "0 requests, none failed"),
        ("desktop", 9, "5 requests, none failed"),
    ],
)
def test_a_clean_load_names_a_phones_requests(where, requests, words):
    assert said(broken, where, requests=requests) == {"clean-load": words}


@pytest.mark.parametrize("where", ["desktop", "mobile", "both"])
@pytest.mark.parametrize(
    "changes",
    [
        {"script_errors": None},
        {"failed_requests": None},
        {"images": None},
        {"failed_parts": ["images"]},
        {"load_finished": None},
        {"dead_links": {"count": 1}},
    ],
)
def test_a_clean_load_was_measured_in_all_parts_on_both_devices(where, changes):
    assert said(broken, where, **changes) == {}


@pytest.mark.parametrize(
    ("images", "words"),
    [
        ({"count": 4, "broken_count": 1, "broken": ["https://a.test/x/van.jpg?w=9/8"]}, "1 of 4 pictures, for example “van.jpg”"),
        ({"count": 4, "broken_count": 4, "broken": ["https://a.test/"]}, "4 of 4 pictures"),
        ({"count": 4, "broken_count": 2, "broken": ["/a.png", "/b.png"]}, "2 of 4 pictures, for example “a.png”"),
        ({"count": None, "broken_count": 2}, "2 of 2 pictures"),
        ({"count": 4, "broken_count": 0, "broken": ["/a.png"]}, None),
    ],
)  # fmt: skip
def test_pictures_that_did_not_come_are_named_by_their_file(images, words):
    assert said(broken, "mobile", images=images).get("broken-images") == words


def test_of_two_devices_the_worse_is_told():
    def pictures(count: int, name: str) -> dict[str, Any]:
        return {"images": {"count": 9, "broken_count": count, "broken": [name]}}

    for ours, theirs, words in ((1, 2, "2 of 9"), (2, 1, "2 of 9"), (2, 2, "2 of 9")):
        pages = [device() | pictures(ours, "/d.png"), device() | pictures(theirs, "/m.png")]
        (found,) = broken(*map(Device.from_json, pages))
        name = "m.png" if theirs > ours else "d.png"
        assert found.evidence == f"{words} pictures, for example “{name}”"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"script_errors": ["a.js 1:2 Uncaught TypeError: x", "y"]},
            {"script-errors": "2 errors: “Uncaught TypeError: x”"},
        ),
        ({"script_errors": ["y", "Uncaught x"]}, {"script-errors": "2 errors: “y”"}),
        (
            {"failed_requests": [SCRIPT, SCRIPT]},
            {"failed-requests": "2 requests, for example “a.js” (404)"},
        ),
        (
            {"failed_requests": [{**SCRIPT, "url": "https://cdn.test/", "why": "net::ERR\n" * 9}]},
            {
                "failed-requests": "1 request, for example “https://cdn.test/”"
                " (net::ERR net::ERR net::ERR net::ERR net:)"
            },
        ),
        ({"failed_requests": [{**SCRIPT, "kind": "Image"}]}, CLEAN),
    ],
)
@pytest.mark.parametrize("where", ["desktop", "mobile", "both"])
def test_errors_and_missing_files_are_told_once(where, changes, found):
    assert said(broken, where, **changes) == found


def test_a_desktops_trouble_is_told_before_a_phones():
    pages = [
        device() | {"script_errors": [name], "failed_requests": [{**SCRIPT, "url": f"/{name}"}]}
        for name in ("d", "m")
    ]
    words = [f.evidence for f in broken(*map(Device.from_json, pages))]
    assert words == ["1 error: “d”", "1 request, for example “d” (404)"]
