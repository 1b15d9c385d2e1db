"""Where findings stand on the screenshots, and what a judgement consists of."""

from __future__ import annotations

from typing import Any

import pytest

from lfassess.checks.visual import CHECK
from lfassess.checks.visual.catalogue import KINDS
from lfassess.checks.visual.evidence import Evidence
from lfassess.checks.visual.judge import regions
from tests.checks.visual.pages import device

BOX = {"x": 10, "y": 20, "width": 30, "height": 40}
OTHER = {"x": 1, "y": 2, "width": 3, "height": 4}
WIDE = {"width": {"sideways_px": 90, "wide_boxes": [BOX]}}


def layer(text: str, marks: str = "") -> dict[str, Any]:
    return {"overlay": {"layers": [{"share": 0.8, "text": text, "marks": marks, "box": BOX}]}}


PLACES = [
    ("desktop", "visual-desktop-overflow", WIDE),
    ("desktop", "visual-low-contrast", {"text": {"contrast": {"examples": [{"box": BOX}]}}}),
    ("desktop", "visual-broken-images", {"images": {"broken_boxes": [BOX]}}),
    ("desktop", "visual-oversized-images", {"images": {"oversized": [{"box": BOX}]}}),
    ("desktop", "visual-dead-links", {"dead_links": {"examples": [{"box": BOX}]}}),
    (
        "desktop",
        "visual-unlabelled-fields",
        {"axe": {"violations": [{"id": "label", "boxes": [BOX]}]}},
    ),
    ("mobile", "visual-tiny-tap-targets", {"targets": {"taps": {"examples": [{"box": BOX}]}}}),
    ("mobile", "visual-mobile-overflow", WIDE),
    ("mobile", "visual-overlapping-text", {"clash": [{"text": "A", "over": "B", "box": BOX}]}),
    ("mobile", "visual-popup", layer("Join our club", "modal")),
    ("mobile", "visual-popup", layer("Hi!", "intercom-frame")),
    ("mobile", "visual-cookie-wall", layer("We use cookies")),
    ("mobile", "visual-age-gate", layer("Are you 21 or older?")),
]


@pytest.mark.parametrize(("screen", "code", "changes"), PLACES)
def test_a_finding_is_marked_on_the_screen_where_it_was_seen(screen, code, changes):
    both = {"desktop": changes, "mobile": changes}
    mark = {"code": code, "label": KINDS[code].title, **BOX, "viewport": screen}
    assert regions(Evidence.from_json(both), {code}) == [mark]
    assert regions(Evidence.from_json({screen: changes}), {code}) == [mark]


@pytest.mark.parametrize(("screen", "code", "changes"), PLACES)
def test_what_is_no_finding_or_was_seen_on_the_other_screen_is_not_marked(screen, code, changes):
    assert regions(Evidence.from_json({screen: changes}), set()) == []
    other = "mobile" if screen == "desktop" else "desktop"
    assert regions(Evidence.from_json({other: changes}), {code}) == []


def test_a_loading_screen_has_gone_and_has_no_place():
    assert regions(Evidence.from_json({"mobile": layer("Loading…")}), set(KINDS)) == []


@pytest.mark.parametrize("side", ["x", "y", "width", "height"])
def test_a_place_that_is_not_wholly_known_is_not_marked(side):
    unknown = {"images": {"broken_boxes": [BOX | {side: None}, OTHER]}}
    marked = regions(Evidence.from_json({"desktop": unknown}), {"visual-broken-images"})
    assert [{name: mark[name] for name in OTHER} for mark in marked] == [OTHER]


@pytest.mark.parametrize(
    ("sides", "marked"),
    [
        ({"x": 0, "y": 0, "width": 1, "height": 1}, 1),
        ({"width": 0}, 0),
        ({"height": 0}, 0),
        ({"width": -1}, 0),
        ({"height": -1}, 0),
    ],
)
def test_a_place_has_a_size(sides, marked):
    seen = {"desktop": {"images": {"broken_boxes": [BOX | sides]}}}
    assert len(regions(Evidence.from_json(seen), {"visual-broken-images"})) == marked


def test_the_first_three_places_of_each_finding_are_marked():
    boxes = [{**BOX, "x": x} for x in range(5)]
    seen = {
        "images": {"broken_boxes": boxes},
        "dead_links": {"examples": [{"box": box} for box in boxes[3:]]},
    }
    marked = regions(
        Evidence.from_json({"desktop": seen}), {"visual-broken-images", "visual-dead-links"}
    )
    assert [(m["code"], m["x"]) for m in marked] == [
        *[("visual-broken-images", x) for x in (0, 1, 2)],
        *[("visual-dead-links", x) for x in (3, 4)],
    ]


def test_a_models_places_are_marked_each_on_its_picture():
    def rating(aspect: str, picture: str) -> dict[str, Any]:
        place = {"x": 0, "y": 0, "width": 500, "height": 1000}
        return {"aspect": aspect, "stars": 1, "picture": picture, **place}

    rated = {"ratings": [rating("offer", "mobile"), rating("trust", "desktop")]}
    marked = regions(Evidence.from_json({"vision": rated}), set())
    assert marked == [
        {
            "code": "visual-little-trust",
            "label": "The first screen does little to build trust",
            "x": 0,
            "y": 0,
            "width": 683,
            "height": 768,
            "viewport": "desktop",
        },
        {
            "code": "visual-unclear-offer",
            "label": "The first screen doesn't make the offer clear",
            "x": 0,
            "y": 0,
            "width": 195,
            "height": 844,
            "viewport": "mobile",
        },
    ]


FAULTY = {
    "width": {"sideways_px": 90, "page_height": 20_000, "wide_boxes": [BOX]},
    "text": {"small_share": 0.9, "contrast": {"checked_chars": 900, "low_share": 0.5}},
    "phone_numbers": [],
    "phone_numbers_in_fold": [],
    "phones": {"links": 0},
    "actions": [],
    "dead_links": {"count": 9},
    "placeholders": ["name@email.com"],
    "preloader": {"waited_ms": 9000, "gone": True},
    "overlay": {"share": 0.8, "layers": [{"share": 0.8, "text": "Join", "marks": "popup"}]},
    "vitals": {"layout_shift": 0.9, "dialogs": 1},
    "load_finished": False,
    "images": {"count": 3, "broken_count": 1, "alt_missing": 3, "oversized_count": 1},
    "script_errors": ["no"],
    "copyright_year": 2001,
    "old": {"flash": 1},
    "placeholder": True,
    "title": "",
    "page": {"viewport": "width=device-width", "h1": [], "lang": ""},
    "axe": {"passes": 3, "violations": [{"id": "label", "count": 1}]},
}


def test_a_judgement_has_the_findings_of_every_topic_and_their_figures():
    page = {**device(), **FAULTY}
    vision = {"ratings": [{"aspect": "age", "stars": 1, "because": "Grey."}], "model": "m"}
    judgement = CHECK.judge(
        {
            "url": "https://shop.test/",
            "fetched_at": "2026-03-01T00:00:00+00:00",
            "desktop": page,
            "mobile": {**page, "url": "https://shop.test/m"},
            "vision": vision,
        }
    )
    assert [f.code.removeprefix("visual-") for f in judgement.findings] == [
        *("mobile-overflow", "small-text"),
        *("no-phone-number", "no-call-to-action", "dead-links", "placeholder-contact"),
        *("loading-screen", "popup", "dialog-box", "layout-shift", "never-loaded"),
        *("broken-images", "script-errors", "desktop-overflow"),
        *("old-copyright", "obsolete-build", "placeholder-text"),
        *("no-title", "no-heading", "no-language", "low-contrast", "alt-missing"),
        *("oversized-images", "very-long-page"),
        *("unlabelled-fields", "dated-look"),
    ]
    assert list(judgement.metrics) == ["url", "desktop", "mobile", "vision", "visit", "regions"]
    assert judgement.metrics["visit"] == {
        "kind": "site",
        "code": "site",
        "shown": "",
        "url": "https://shop.test/m",
    }
    assert [(mark["code"], mark["viewport"]) for mark in judgement.metrics["regions"]] == [
        ("visual-desktop-overflow", "desktop"),
        ("visual-mobile-overflow", "mobile"),
    ]


@pytest.mark.parametrize(
    ("name", "found", "missing"),
    [
        ("desktop", {"visual-desktop-overflow"}, {"visual-mobile-overflow", "visual-popup"}),
        ("mobile", {"visual-mobile-overflow", "visual-popup"}, {"visual-desktop-overflow"}),
    ],
)
def test_one_device_alone_is_judged_by_what_it_showed(name, found, missing):
    judgement = CHECK.judge({"url": "https://shop.test/", name: {**device(), **FAULTY}})
    codes = {f.code for f in judgement.findings}
    assert {*found, "visual-no-title", "visual-broken-images"} <= codes
    assert not codes & missing
    # axe-core runs in the desktop's window.
    assert ("visual-unlabelled-fields" in codes) is (name == "desktop")


def test_praise_for_accessibility_is_that_of_a_page_without_such_findings():
    good = device() | {"axe": {"passes": 30, "violations": []}}
    both = {"url": "https://shop.test/", "desktop": good, "mobile": device()}
    (praise,) = [f for f in CHECK.judge(both).findings if f.code == "visual-accessible"]
    assert praise.evidence == "axe-core: 30 rules passed, none broken; no text too faint"
    both["mobile"] = device() | {"text": {"small_share": 0.9}}
    assert "visual-accessible" not in {f.code for f in CHECK.judge(both).findings}
