"""What the visual check makes of its evidence; no browser needed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.base import Severity, Target
from lfassess.checks.visual import CHECK
from lfassess.checks.visual.fetch_page import contacts, copyright_year, phone_numbers
from lfassess.settings import Settings
from tests.checks.visual.pages import blemishes, button, device, judged


def test_a_good_page_has_no_blemish():
    judgement = judged()
    assert blemishes(judgement) == []
    assert judgement.score_from_findings
    assert judgement.inconclusive is None


@pytest.mark.parametrize(
    ("changes", "code", "evidence"),
    [
        ({"page__viewport": None}, "visual-no-mobile-layout", "980 px"),
        ({"page__viewport": "width=1024"}, "visual-no-mobile-layout", "1024 px"),
        ({"width__sideways_px": 84}, "visual-mobile-overflow", "84 px"),
        ({"text__small_share": 0.55}, "visual-small-text", "55%"),
        ({"phones": {"links": 0}}, "visual-no-tap-to-call", "(902) 555-0114"),
        ({"clash": [{"text": "Bread", "over": "Hours"}]}, "visual-overlapping-text", "“Hours”"),
        ({"dead_links": {"count": 3, "examples": [{"text": "X"}]}}, "visual-dead-links", "3 links"),
        ({"placeholders": ["you@example.com"]}, "visual-placeholder-contact", "you@example.com"),
        ({"preloader": {"waited_ms": 2100, "gone": True}}, "visual-loading-screen", "2.1 s"),
        ({"preloader": {"waited_ms": 6000, "gone": False}}, "visual-loading-screen", "still there"),
        (
            {"overlay": {"share": 1, "text": "Are you 21 or older?", "marks": "cookie"}},
            "visual-age-gate",
            "100%",
        ),
        ({"vitals__layout_shift": 0.3}, "visual-layout-shift", "0.30"),
        ({"vitals__dialogs": 2}, "visual-dialog-box", "2 dialog boxes"),
        ({"load_finished": False}, "visual-never-loaded", "desktop and the phone"),
        ({"copyright_year": 2024}, "visual-old-copyright", "2024, seen in 2026"),
        ({"old": {"flash": 1}}, "visual-obsolete-build", "Flash"),
        ({"title": " Home "}, "visual-no-title", "Home"),
        ({"page__h1": [" "]}, "visual-no-heading", "h1"),
        ({"page__lang": ""}, "visual-no-language", "lang"),
        ({"images__alt_missing": 2}, "visual-alt-missing", "2 of 3 pictures"),
        ({"width__page_height": 16_000}, "visual-very-long-page", "16,000 px"),
        (
            {"overlay": {"share": 0.8, "text": "Join our club", "marks": "modal"}},
            "visual-popup",
            "80%",
        ),
        (
            {"overlay": {"share": 0.8, "text": "We value your privacy", "marks": ""}},
            "visual-cookie-wall",
            "80%",
        ),
        ({"script_errors": ["x 1:2 Uncaught Error: no"]}, "visual-script-errors", "1 error"),
    ],
)
def test_one_fault_gives_its_finding_with_the_figure(changes, code, evidence):
    found = {f.code: f for f in judged(**changes).findings}
    assert evidence in found[code].evidence
    assert "\n" not in found[code].evidence


@pytest.mark.parametrize(
    ("changes", "code", "evidence"),
    [
        ({}, "visual-fits-phones", "no sideways scrolling at 390 px, usual text size 17 px"),
        ({"text__common_px": None}, "visual-fits-phones", "no sideways scrolling at 390 px"),
        ({}, "visual-easy-to-call", "“(902) 555-0114” on the first screen"),
        ({}, "visual-clear-action", "for example “Call us”"),
        ({}, "visual-clean-load", "5 requests, none failed"),
        (
            {"page__viewport": ""},
            "visual-no-mobile-layout",
            "the page sets no viewport, so phones show it as 980 px wide",
        ),
        ({"width__sideways_px": 9}, "visual-mobile-overflow", "9 px stick out to the right"),
        (
            {"width__sideways_px": 9, "width__wide_elements": ["table.prices", "div"]},
            "visual-mobile-overflow",
            "9 px stick out to the right, for example “table.prices”",
        ),
        (
            {"text__small_share": 0.41, "text__smallest_px": 9.5},
            "visual-small-text",
            "41% of the text is under 12 px, down to 9.5 px",
        ),
        (
            {"text__small_share": 0.41, "text__smallest_px": None},
            "visual-small-text",
            "41% of the text is under 12 px",
        ),
        (
            {"targets__taps": {"count": 10, "under_24": 3, "examples": [{"text": "Home"}]}},
            "visual-tiny-tap-targets",
            "3 of 10 are under 24 px, for example “Home”",
        ),
        (
            {"targets__taps": {"count": 20, "under_24": 5, "under_48": 5}},
            "visual-tiny-tap-targets",
            "5 of 20 are under 24 px",
        ),
        (
            {"targets__taps": {"count": 10, "under_24": 2, "under_48": 6}},
            "visual-tight-tap-targets",
            "6 of 10 are under 48 px",
        ),
        (
            {"targets__taps": {"count": 6, "under_24": 0, "under_48": 5}},
            "visual-tight-tap-targets",
            "5 of 6 are under 48 px",
        ),
        (
            {"page__viewport": "width=device-width, maximum-scale=1"},
            "visual-zoom-blocked",
            "viewport “width=device-width, maximum-scale=1”",
        ),
        (
            {"clash": [{"text": "Bread", "over": "Hours"}]},
            "visual-overlapping-text",
            "“Bread” and “Hours” on the first screen",
        ),
        (
            {"preloader": {"waited_ms": 20_040, "gone": True}},
            "visual-loading-screen",
            "until 20.0 s after loading",
        ),
        (
            {"preloader": {"waited_ms": 6000, "gone": False}},
            "visual-loading-screen",
            "still there 6 s after loading",
        ),
        (
            {"overlay": {"share": 0.31, "text": "Join our club", "marks": "modal"}},
            "visual-popup",
            "covers 31% of a phone's screen: “Join our club”",
        ),
        (
            {"overlay": {"share": 0.31, "text": "", "marks": "modal"}},
            "visual-popup",
            "covers 31% of a phone's screen",
        ),
        (
            {"overlay": {"share": 0.31, "text": "Are you 21 or older?", "marks": ""}},
            "visual-age-gate",
            "covers 31% of a phone's screen: “Are you 21 or older?”",
        ),
        (
            {"overlay": {"share": 0.51, "text": "We value your privacy", "marks": ""}},
            "visual-cookie-wall",
            "covers 51% of a phone's screen: “We value your privacy”",
        ),
        (
            {"dead_links": {"count": 3, "examples": [{"text": "X"}]}},
            "visual-dead-links",
            "3 links, for example “X”",
        ),
        ({"phones": {"links": 0}}, "visual-no-tap-to-call", "“(902) 555-0114” is plain text"),
        (
            {"phone_numbers": [], "phones": {"links": 0, "others": ["Call now"]}},
            "visual-no-tap-to-call",
            "“Call now” opens an app",
        ),
        (
            {"phone_numbers": [], "phones": {"links": 0}},
            "visual-no-phone-number",
            "no number in the text, no link that calls one",
        ),
        ({"copyright_year": 2024}, "visual-old-copyright", "it says 2024, seen in 2026"),
        ({"images__alt_missing": 1}, "visual-alt-missing", "1 of 3 pictures"),
        (
            {"images__broken_count": 1, "images__broken": ["a.png"]},
            "visual-broken-images",
            "1 of 3 pictures, for example “a.png”",
        ),
        ({"vitals__dialogs": 1}, "visual-dialog-box", "1 dialog box"),
        (
            {"vitals__layout_shift": 0.26},
            "visual-layout-shift",
            "layout shift 0.26; above 0.25 is poor",
        ),
        ({"title": None}, "visual-no-title", "no title"),
        ({"page__h1": []}, "visual-no-heading", "no h1 element with text"),
        ({"width__page_height": 15_001}, "visual-very-long-page", "15,001 px high"),
        (
            {"script_errors": ["x 1:2 Uncaught Error: no"]},
            "visual-script-errors",
            "1 error: “Uncaught Error: no”",
        ),
        ({"load_finished": False}, "visual-never-loaded", "on the desktop and the phone"),
        (
            {"old": {"flash": 1}},
            "visual-obsolete-build",
            "Flash, which no browser plays any more",
        ),
        ({"old": {"obsolete_tags": 5}}, "visual-obsolete-build", "5 obsolete HTML elements"),
        ({"placeholder": True}, "visual-placeholder-text", "“lorem ipsum” in the text"),
    ],
)
def test_the_evidence_says_exactly_what_was_seen(changes, code, evidence):
    assert {f.code: f.evidence for f in judged(**changes).findings}[code] == evidence


@pytest.mark.parametrize(
    "part", ["width__sideways_px", "text__small_share", "targets__taps", "overlay"]
)
def test_a_page_fits_phones_only_where_all_was_measured(part):
    found = {f.code for f in judged(**{part: None}).findings}
    assert "visual-fits-phones" not in found
    assert not found & {"visual-mobile-overflow", "visual-small-text", "visual-tiny-tap-targets"}


@pytest.mark.parametrize(
    "changes",
    [
        {"copyright_year": 2025},  # last year's
        {"copyright_year": None},
        {"overlay": {"share": 0.4, "text": "Cookies?", "marks": ""}},  # has to be somewhere
        {"vitals__layout_shift": 0.25},
        {"text__small_share": 0.4},
        {"width__sideways_px": 8},
        {"dead_links": {"count": 2}},
        {"preloader": {"waited_ms": 2000, "gone": True}},
        {"overlay": {"share": 0.3, "text": "10% off", "marks": "popup"}},
        {"overlay": {"share": 0.3, "text": "You must be 18 or older", "marks": ""}},
        {"overlay": {"share": 0.5, "text": "We value your privacy", "marks": ""}},
        {"overlay": {"share": 0.31, "text": "", "marks": "spinner"}},  # gone by itself
        {"overlay": {"share": 0.31, "text": "Loading...", "marks": "x"}},
        {"targets__taps": {"count": 10, "under_24": 0, "under_48": 5}},
        {"targets__taps": {"count": 6, "under_24": 0, "under_48": 4}},
        {"page__viewport": "width=device-width, maximum-scale=1.5"},
        {"width__page_height": 15_000},
    ],
)
def test_what_is_just_acceptable_gives_none(changes):
    assert blemishes(judged(**changes)) == []


def praise(**changes) -> set[str]:
    return {f.code for f in judged(**changes).findings if f.severity == Severity.PASSED}


_ALL = {"visual-fits-phones", "visual-easy-to-call", "visual-clear-action", "visual-clean-load"}
_COVERED = {"share": 0.9, "layers": [{"share": 0.9, "text": "We use cookies", "marks": ""}]}
_FIRST_SCREEN = {"visual-fits-phones", "visual-easy-to-call", "visual-clear-action"}


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({}, set()),
        ({"overlay": _COVERED}, _FIRST_SCREEN),
        ({"overlay": {"share": 0.89, "layers": []}}, set()),
        ({"overlay": None}, _FIRST_SCREEN),  # not measured
        ({"failed_parts": ["overlay"]}, _FIRST_SCREEN),
        ({"failed_parts": ["width"]}, {"visual-fits-phones"}),
        ({"failed_parts": ["text"]}, {"visual-fits-phones"}),
        ({"failed_parts": ["targets"]}, {"visual-fits-phones", "visual-clear-action"}),
        ({"width": None}, {"visual-fits-phones"}),
        ({"targets__taps": None}, {"visual-fits-phones"}),
        ({"targets__taps": {"count": 10, "under_24": 0}}, {"visual-fits-phones"}),
        ({"page__viewport": "width=device-width, user-scalable=no"}, {"visual-fits-phones"}),
        ({"phones__reached": False}, {"visual-easy-to-call"}),
        ({"actions": [button("Book now", reached=False)]}, {"visual-clear-action"}),
        ({"images": None}, {"visual-clean-load"}),
        ({"failed_requests": None}, {"visual-clean-load"}),
        ({"script_errors": None}, {"visual-clean-load"}),
        ({"dead_links": {"count": 1}}, {"visual-clean-load"}),
        ({"load_finished": None}, {"visual-clean-load"}),
    ],
)
def test_praise_needs_every_measure_of_its_topic(changes, lost):
    assert praise(**changes) & _ALL == _ALL - lost


@pytest.mark.parametrize(
    "action",
    [
        button("FIND OUT MORE", href="#about"),
        button("Tell me more", look="framed"),
        button("Download", href="download.html", height=28, width=60),
        button("Order now", height=140),
        button("", href="https://apps.apple.com/app/id1", look="plain", height=40),
        button("Google Play", href="https://play.google.com/store/apps/details?id=x"),
        button("Get a quote", place="nav"),
        button("Email us", href="mailto:hello@quayloaf.com"),
        button("030 1234567", href="tel:0301234567", look="plain", height=20),
        button("Donate", href="/give"),
        button("Termin buchen", href="/termin"),
    ],
)
def test_a_button_is_known_by_its_looks_and_place(action):
    assert "visual-clear-action" in praise(actions=[action])


@pytest.mark.parametrize(
    "action",
    [
        button("Donate", width=80, height=15),
        button("Download", height=27),
        button("Download", width=59),
        button("A card of a blog", height=141),
        button("NAME@EMAIL.COM", href="mailto:name@email.com"),
        button("info@quayloaf.com", href="mailto:info@quayloaf.com"),
        button("Call to Action!", href="#!"),
        button("Order now", href="javascript:void(0)"),
        button("Order now", look="plain"),
        button("Order now", place="footer"),
        button("Accept all", place="over"),
        button("Order now", place="over"),
        button("Write to us now", href="mailto:name@email.com"),
        button("Write to us now", href="MAILTO:you@example.com"),
        button("Accept all cookies"),
        button("Alle akzeptieren"),
        button("Log in", href="/login"),
        button("EN"),
        button("Deutsch"),
        button("Menu"),
        button("Skip to content"),
        button("Search", submits="search"),
        button("Continue", submits="login"),
        button("Find us on Facebook", href="https://www.facebook.com/quayloaf"),
        button("Call", href="tel:+15551234567"),
    ],
)
def test_what_only_looks_like_a_call_to_action_is_not_praised(action):
    assert "visual-clear-action" not in praise(actions=[action])


QUIET = [
    button("Download", height=23, width=88),
    button("Book a table", look="framed", height=18),
    button("Get a quote", look="boxed", height=20),
    button("See the menu \u2192", look="alone", height=26),
    button("Order here", look="picture", height=40),
]


@pytest.mark.parametrize("action", QUIET)
def test_what_is_set_apart_asks_somehow_and_is_not_praised(action):
    found = {f.code for f in judged(actions=[action], phones__in_fold=False).findings}
    assert not found & {"visual-clear-action", "visual-no-call-to-action"}


def test_three_that_are_set_apart_are_no_list_yet():
    found = {f.code for f in judged(actions=QUIET[:3], phones__in_fold=False).findings}
    assert "visual-no-call-to-action" not in found


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"targets__fold_form": True, "actions": []}, "for example “a form”"),
        ({"actions": None}, "for example “(902) 555-0114”"),  # in a frame, whose links nobody lists
        ({"actions": None, "phones__numbers": []}, "for example “a number to call”"),
        ({"actions": None, "phones__reached": False}, None),
        (  # the clearest is named, wherever it stands
            {"actions": [button("Team", look="alone", height=26), button("Book a table")]},
            "for example “Book a table”",
        ),
    ],
)
def test_a_clear_action_is_named_by_its_words(changes, named):
    found = {f.code: f.evidence for f in judged(**changes).findings}
    assert found.get("visual-clear-action") == named


@pytest.mark.parametrize(
    "actions",
    [
        QUIET[:4],  # a list of tags, or a menu
        [button("New", height=17)],
        [button("Sale", height=20, width=40)],
        [button("Get a quote", look="boxed", place="nav")],
        [button("Order here", look="picture", height=20)],
        [button("English", look="picture", height=40)],
        [button("Log in", look="alone", height=26)],
        [button("Find us on Facebook", look="picture", href="https://www.facebook.com/quayloaf")],
    ],
)
def test_tags_icons_and_ordinary_links_ask_for_nothing(actions):
    found = {f.code for f in judged(actions=actions, phones__in_fold=False).findings}
    assert "visual-no-call-to-action" in found


def test_the_entries_of_a_menu_are_no_calls_to_action():
    menu = [button(name, place="nav") for name in ("Home", "Team", "Prices")]
    assert "visual-clear-action" not in praise(actions=menu)
    assert "visual-clear-action" in praise(actions=menu[:2])


@pytest.mark.parametrize(
    ("actions", "asked"),
    [
        ([], "on the first screen, no button, form or number to tap"),
        ([button("Team", look="plain")], "on the first screen, no button, form or number to tap"),
        ([button("Call to Action!")], "on the first screen, its button says “Call to Action!”"),
        ([button("Order now", href="#")], None),  # it is a dead link's finding
        ([button("Write to us", href="mailto:a@quayloaf.com", look="plain")], None),
        ([button("Book", reached=False)], None),  # what covers it is another finding
    ],
)
def test_a_first_screen_that_asks_for_nothing(actions, asked):
    found = {f.code: f.evidence for f in judged(actions=actions, phones__in_fold=False).findings}
    assert found.get("visual-no-call-to-action") == asked


def test_evidence_of_earlier_versions_says_that_there_are_actions_not_how_clear():
    hidden = {"links": 1, "in_fold": False}
    earlier = {"taps": {}, "fold_actions": [{"text": "Donate", "href": "/x"}], "fold_form": False}
    found = {f.code for f in judged(actions=None, targets=earlier, phones=hidden).findings}
    assert not found & {"visual-clear-action", "visual-no-call-to-action"}
    earlier["fold_actions"] = []
    found = {f.code for f in judged(actions=None, targets=earlier, phones=hidden).findings}
    assert "visual-no-call-to-action" in found


def one_device_with(name: str, **changes) -> dict[str, str]:
    """Judge a page that is good on the other device; returns the evidence of what is amiss."""
    both = {"desktop": device(), "mobile": device()}
    both[name] |= changes
    at = "2026-03-01T00:00:00+00:00"
    found = CHECK.judge({"url": "https://shop.test/", "fetched_at": at, **both}).findings
    return {f.code: f.evidence for f in found if f.severity != Severity.PASSED}


_SCRIPT = {"kind": "Script", "url": "https://cdn.test/js/app.js?v=2", "why": "net::ERR  FAILED"}
_PICTURE = {"kind": "Image", "url": "https://cdn.test/van.jpg", "why": "404"}


@pytest.mark.parametrize("where", ["desktop", "mobile"])
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"failed_requests": [_SCRIPT]},
            {"visual-failed-requests": "1 request, for example “app.js” (net::ERR FAILED)"},
        ),
        (  # a picture is described by what is seen of it
            {"failed_requests": [_PICTURE, _SCRIPT, {**_SCRIPT, "url": "https://fonts.test/"}]},
            {"visual-failed-requests": "2 requests, for example “app.js” (net::ERR FAILED)"},
        ),
        ({"failed_requests": [_PICTURE]}, {}),
        (
            {"failed_requests": [{"kind": "Font", "url": "https://fonts.test/", "why": ""}]},
            {"visual-failed-requests": "1 request, for example “https://fonts.test/” (failed)"},
        ),
        (
            {"script_errors": ["https://shop.test/a.js 1:2 Uncaught Error: no", "y"]},
            {"visual-script-errors": "2 errors: “Uncaught Error: no”"},
        ),
        ({"script_errors": ["y.js 404"]}, {"visual-script-errors": "1 error: “y.js 404”"}),
        (
            {"images": {"count": 4, "broken_count": 2, "broken": ["https://a.test/x/van.jpg?w=9"]}},
            {"visual-broken-images": "2 of 4 pictures, for example “van.jpg”"},
        ),
        ({"images": {"broken_count": 1}}, {"visual-broken-images": "1 of 1 picture"}),
    ],
)
def test_what_is_broken_on_either_device_is_named(where, changes, found):
    assert one_device_with(where, **changes) == found


@pytest.mark.parametrize(("over", "found"), [(8, False), (9, True)])
def test_a_desktop_page_may_be_wider_by_eight_pixels(over, found):
    assert (
        "visual-desktop-overflow" in one_device_with("desktop", width={"sideways_px": over})
    ) == found


@pytest.mark.parametrize(
    ("text", "marks", "code"),
    [
        ("You must be 21 years or older to enter. We use cookies.", "modal", "visual-age-gate"),
        ("Are you over 18?", "", "visual-age-gate"),
        ("Bitte bestätigen Sie, dass Sie volljährig sind", "", "visual-age-gate"),
        ("Enter your date of birth", "overlay", "visual-age-gate"),
        ("Please confirm", "age-gate", "visual-age-gate"),
        ("Please confirm", "AgeVerification", "visual-age-gate"),
        ("Some partners process your data", "onetrust-banner", "visual-cookie-wall"),
        ("10% off for the first 20 orders", "newsletter", "visual-popup"),
        ("In business for 18 years: you are welcome", "", "visual-popup"),
        ("Hi! How can we help?", "intercom-frame", "visual-popup"),
        ("Loading…", "", None),
        ("", "preloader", None),
    ],
)
def test_what_lies_over_a_page_is_told_apart(text, marks, code):
    layer = {"share": 0.8, "text": text, "marks": marks}
    assert blemishes(judged(overlay={"share": 0.8, "layers": [layer]})) == ([code] if code else [])


def test_each_layer_is_judged_by_itself():
    layers = [
        {"share": 0.2, "text": "We use cookies", "marks": ""},
        {"share": 0.5, "text": "Join our club", "marks": "popup"},
    ]
    assert blemishes(judged(overlay={"share": 0.7, "layers": layers})) == ["visual-popup"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"phones": {"links": 0, "others": []}}, {"visual-no-phone-number": "high"}),
        (
            {"phones": {"links": 0, "others": ["callto:+19025550114"]}},
            {"visual-no-tap-to-call": "medium"},
        ),
        (
            {"phones": {"links": 0}, "placeholders": ["(555) 123-4567"]},
            {"visual-placeholder-contact": "high"},
        ),
        (
            {"phones": {"links": 0}, "placeholders": ["name@email.com"]},
            {"visual-no-phone-number": "high", "visual-placeholder-contact": "medium"},
        ),
        ({"phones": {"links": 1, "in_fold": False}}, {"visual-phone-out-of-sight": "low"}),
        (
            {"phones": {"links": 1, "in_fold": False}, "overlay": _COVERED},
            {"visual-cookie-wall": "medium"},
        ),
    ],
)
def test_a_number_that_is_missing_plain_or_a_templates(changes, found):
    judgement = judged(phone_numbers=[], phone_numbers_in_fold=[], **changes)
    seen = {f.code: f.severity.value for f in judgement.findings if f.severity != Severity.PASSED}
    assert seen == found


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("tel:+49301234567", "+49 30 1234567"),
        ("tel:+12075550142", "(207) 555-0142"),
        ("https://wa.me/12075550142", "(207) 555-0142"),
        ("sms:+12075550142?body=Hi", "(207) 555-0142"),
    ],
)
def test_a_button_without_words_is_named_by_the_number_it_calls(href, shown):
    button = {"text": "", "href": href, "look": "filled", "place": "page", "width": 200,
              "height": 48, "reached": True}  # fmt: skip
    judgement = judged(actions=[button], phone_numbers=["(207) 555-0142"])
    seen = {f.code: f.evidence for f in judgement.findings}
    assert seen["visual-clear-action"] == f"for example “{shown}”"


@pytest.mark.parametrize(
    ("other", "shown"), [("callto:+19025550114", "+1 902-555-0114"), ("(902) 555-0114",) * 2]
)
def test_a_number_that_an_app_calls_is_shown_as_a_number(other, shown):
    phones = {"links": 0, "others": [other]}
    found = judged(phone_numbers=[], phone_numbers_in_fold=[], phones=phones).findings
    said = {f.code: f.evidence for f in found}
    assert said["visual-no-tap-to-call"] == f"“{shown}” opens an app"


def test_a_white_first_screen_is_no_blank_page():
    assert judged(uniform_share=1.0).inconclusive is None
    assert judged(uniform_share=1.0, text_chars=40).inconclusive is None
    assert judged(uniform_share=1.0, text_chars=39).inconclusive is not None


def test_what_dials_is_put_together_from_page_and_frames():
    def link(href: str, **more: bool) -> dict:
        return {"href": href, "shown": True, "fold": False, "reached": False, **more}

    seen = {
        "text": {"all": "Call 503.555.0142, name@email.com", "fold": ""},
        "phones": {"found": [link("tel:+15551234567", fold=True), link("callto:5035550143")]},
    }
    frame = {
        "text": "Branch (503) 555-0199",
        "links": [{"href": "tel:5035550199", "top": 10}],
        "fold": True,
        "reached": True,
        "height": 100,
    }
    assert contacts(seen, [frame], "US") == {
        "phones": {
            "links": 1,
            "in_fold": True,
            "reached": True,
            "numbers": ["(503) 555-0199"],
            "others": ["(503) 555-0143"],
        },
        "phone_numbers": ["503.555.0142", "(503) 555-0199"],
        "phone_numbers_in_fold": ["(503) 555-0199"],
        "placeholders": ["+15551234567", "name@email.com"],
    }
    assert contacts({}, [], "US")["phones"] is None


def test_the_year_is_that_of_the_visit_not_of_the_judgement():
    assert blemishes(judged("2030-01-01T00:00:00+00:00")) == ["visual-old-copyright"]
    assert blemishes(judged("2026-01-01T00:00:00+00:00")) == []
    assert datetime.now(UTC).year != 2030


def test_without_a_phone_layout_small_text_and_links_are_not_counted_again():
    found = blemishes(
        judged(
            page__viewport=None,
            text__small_share=1.0,
            targets__taps={"count": 9, "under_24": 9, "under_48": 9},
        )
    )
    assert found == ["visual-no-mobile-layout"]


@pytest.mark.parametrize("status", [401, 403, 429])
def test_being_turned_away_is_no_verdict(status):
    judgement = judged(status=status)
    assert str(status) in (judgement.inconclusive or "")
    assert (judgement.score, judgement.findings) == (None, ())


def test_a_long_page_that_mentions_construction_is_a_site():
    words = "PS. the web site is under construction, more pictures to come"
    assert blemishes(judged(text_start=words, text_chars=1600)) == []


def test_every_finding_has_advice():
    expected = {code for code, kind in CHECK.kinds.items() if kind.severity != Severity.PASSED}
    assert expected <= catalogue().keys()
    assert {c for c in catalogue() if c.startswith("visual-")} <= expected


def test_needs_a_website_and_runs_in_the_browser_queue():
    settings = Settings()
    assert CHECK.applicable(Target("Shop"), settings) == "no website"
    assert CHECK.applicable(Target("Shop", url="https://shop.test/"), settings) is None
    assert CHECK.queue(settings) == "browser"


_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.integers()
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(value, here=()):
    yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*here, key))


_PATHS = sorted(p for p in paths({"desktop": device(), "mobile": device()}) if p)


@hypothesis_settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_PATHS), _JUNK), max_size=8), _JUNK)
def test_judge_takes_any_evidence(changes, when):
    evidence = {"desktop": device(), "mobile": device(), "fetched_at": when}
    for (*way, last), value in changes:
        at = evidence
        for key in way:
            at = at.get(key) if isinstance(at, dict) else None
        if isinstance(at, dict):
            at[last] = value
    judgement = CHECK.judge(evidence)
    assert all(f.code in CHECK.kinds and "\n" not in f.evidence for f in judgement.findings)


@given(st.dictionaries(st.sampled_from(["url", "desktop", "mobile", "fetched_at"]), _JUNK))
def test_judge_takes_any_shape(evidence):
    CHECK.judge(evidence)


@pytest.mark.parametrize(
    ("text", "country", "numbers"),
    [
        ("Ring (503) 555-0142 today", "US", ["(503) 555-0142"]),
        ("Tel. +44 20 7946 0018", "US", ["+44 20 7946 0018"]),
        ("Telefon 030 1234567", "DE", ["030 1234567"]),
        ("03/12/2014 - new lift. 2012 2013 2014. $1,299.00", "US", []),
        ("Order 4005519873214", "US", []),
        ("", "US", []),
    ],
)
def test_finds_telephone_numbers(text, country, numbers):
    assert phone_numbers(text, country) == numbers


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("© 2019 Brightwater", 2019),
        ("Copyright 2009-2014 Don's Garage", 2014),
        ("© 2009\u201314 Don's", 2014),
        ("2012 © Don's", 2012),
        ("(c) Harbour Bakery 2026", 2026),
        ("© 1998 \u2013 present", None),
        ("Since 1978. Winter special 2013", None),
        ("© 2014 Shop ... © 2025 Theme", 2025),
    ],
)
def test_reads_copyright_years(text, year):
    assert copyright_year(text) == year


@given(st.text(max_size=200))
def test_reads_any_text(text):
    phone_numbers(text, "US")
    copyright_year(text)


@pytest.mark.parametrize(
    ("changes", "kind", "finding"),
    [
        ({"title": "Account Suspended", "text_start": "x", "text_chars": 900}, "no_site", "visual-suspended-site"),
        ({"title": "x", "text_start": "Coming soon", "text_chars": 11}, "no_site", "visual-coming-soon"),
        ({"title": "x", "text_start": "Coming soon", "text_chars": 2000}, "site", None),
        ({"status": 404}, "no_site", "visual-error-page"),
        ({"url": "https://www.facebook.com/shop"}, "platform", "visual-platform-page"),
        ({"title": "Just a moment...", "text_chars": 20, "text_start": ""}, "wall", None),
        ({"url": "https://new-owner.com/"}, "elsewhere", None),
    ],
)  # fmt: skip
def test_older_evidence_is_recognised_by_what_it_has(changes, kind, finding):
    """Audits from before the visit was noted have the title and the beginning of the text."""
    judgement = judged(**changes)
    assert judgement.metrics["visit"]["kind"] == kind
    judged_as_site = kind in {"site", "elsewhere"}
    assert judgement.score_from_findings is judged_as_site
    of_visit = [f.code for f in judgement.findings if not judged_as_site]
    assert of_visit == ([finding] if finding else [])


def test_a_wall_on_one_device_leaves_the_page_unseen():
    evidence = {"url": "https://shop.test/", "desktop": device(), "mobile": device()}
    evidence["mobile"]["visit"] = {"kind": "wall", "code": "bot_wall", "shown": "x"}
    judgement = CHECK.judge(evidence)
    assert judgement.metrics["reason"]["code"] == "visual.bot_wall"
    assert judgement.findings == ()
