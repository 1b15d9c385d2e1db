"""Layers over a phone's screen: of which kind they are, and from which size on they count."""

from __future__ import annotations

from typing import Any

import pytest

from lfassess.checks.visual.evidence import Device
from lfassess.checks.visual.rules_overlays import Cover, findings, layers


def covered(**layer: Any) -> Device:
    return Device.from_json({"overlay": {"layers": [{"share": 0.8, **layer}]}})


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        ({"text": "Are you 21 or older?"}, Cover.AGE),
        ({"text": "Hello", "marks": "age-gate"}, Cover.AGE),
        ({"text": "Hello", "marks": "AgeCheck chat"}, Cover.AGE),
        ({"text": "Our privacy policy", "marks": "intercom"}, Cover.CHAT),
        ({"text": "A chat with us"}, Cover.POPUP),  # chats are known by their marks
        ({"text": "We use cookies"}, Cover.COOKIES),
        ({"text": "Hello", "marks": "onetrust"}, Cover.COOKIES),
        ({"text": "Loading…"}, Cover.LOADING),
        ({"text": "40 %"}, Cover.LOADING),
        ({"text": "", "marks": "spinner"}, Cover.LOADING),
        ({"text": "", "marks": "modal"}, Cover.POPUP),
        ({"text": "Loading…", "buttons": ["Stop"]}, Cover.POPUP),
        ({"text": "Loading…", "fields": 1}, Cover.POPUP),
        ({"text": "Loading our offers", "marks": "loader"}, Cover.POPUP),
        ({"text": "Join our club"}, Cover.POPUP),
    ],
)
def test_layers_are_told_apart(layer, kind):
    assert [found for found, _ in layers(covered(**layer))] == [kind]


@pytest.mark.parametrize(
    ("text", "marks", "bound", "code"),
    [
        ("Are you 21 or older?", "", 0.3, "visual-age-gate"),
        ("Join our club", "", 0.3, "visual-popup"),
        ("Hello", "intercom", 0.3, "visual-popup"),
        ("We use cookies", "", 0.5, "visual-cookie-wall"),
    ],
)
def test_a_layer_counts_from_its_share_of_the_screen_on(text, marks, bound, code):
    for share, found in ((bound, []), (bound + 0.01, [code])):
        device = covered(text=text, marks=marks, share=share)
        assert [f.code for f in findings(device)] == found


def test_layers_are_told_in_their_order_with_their_words():
    shown = [{"share": 0.6, "text": "We use cookies"}, {"share": 0.4, "marks": "modal"}]
    device = Device.from_json({"overlay": {"share": 1, "layers": shown}})
    assert [(f.code, f.evidence) for f in findings(device)] == [
        ("visual-cookie-wall", "covers 60% of a phone's screen: “We use cookies”"),
        ("visual-popup", "covers 40% of a phone's screen"),
    ]
    assert list(findings(Device())) == []


@pytest.mark.parametrize(
    ("preloader", "words"),
    [
        ({"waited_ms": 2000, "gone": True}, None),
        ({"waited_ms": 2001, "gone": True}, "until 2.0 s after loading"),
        ({"waited_ms": 2510, "gone": None}, "until 2.5 s after loading"),
        ({"waited_ms": 6000, "gone": False}, "still there 6 s after loading"),
    ],
)
def test_a_loading_screen_is_left_two_seconds(preloader, words):
    found = findings(Device.from_json({"preloader": preloader}))
    assert [f.evidence for f in found] == ([words] if words else [])
