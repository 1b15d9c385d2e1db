"""Numbers to call, calls to action, dead links and a template's details: each rule by itself."""

from __future__ import annotations

from typing import Any

import pytest

from lfassess.checks.base import Severity
from lfassess.checks.visual.evidence import Device
from lfassess.checks.visual.rules_contact import CallToAction, clearest, findings
from tests.checks.visual.pages import button, device

NONE, TEMPLATE, WEAK, CLEAR = CallToAction


def action_of(*actions: dict[str, Any], reach: bool = False, **seen: Any) -> tuple[int, str]:
    return clearest(Device.from_json({"actions": list(actions), **seen}), reach=reach)


@pytest.mark.parametrize(
    ("seen", "reach", "found"),
    [
        ({}, False, (NONE, "")),
        ({"targets": {"fold_form": True}}, True, (CLEAR, "a form")),
        ({"targets": {"fold_form": False}}, False, (NONE, "")),
        ({"phones": {"in_fold": True, "reached": False}}, False, (CLEAR, "a number to call")),
        ({"phones": {"in_fold": True, "reached": False}}, True, (NONE, "")),
        ({"phones": {"in_fold": False, "reached": True}}, True, (CLEAR, "a number to call")),
        ({"phones": {"in_fold": False, "reached": True}}, False, (NONE, "")),
        ({"phones": {"in_fold": True, "numbers": ["555 0142", "9"]}}, False, (CLEAR, "555 0142")),
        ({"targets": {"fold_actions": [{"text": "Donate"}]}}, False, (WEAK, "Donate")),
    ],
)
def test_a_first_screen_without_a_list_of_its_buttons(seen, reach, found):
    assert action_of(reach=reach, **seen) == found


def test_where_buttons_are_listed_they_decide():
    phones = {"in_fold": True, "reached": True}
    assert action_of(button("Team", look="plain"), phones=phones) == (NONE, "Team")


@pytest.mark.parametrize(
    ("action", "strength"),
    [
        (button("Book a table"), CLEAR),
        (button("Book a table", place="over"), NONE),
        (button("Book a table", place="footer"), NONE),
        (button("Call", href="tel:2075550142", place="footer"), NONE),
        (button("Your text here"), TEMPLATE),
        (button("Your text here", place="over"), NONE),
        (button("Call", href="tel:+15551234567", look="plain"), TEMPLATE),
        (button("Write", href="mailto:name@email.com", look="plain"), TEMPLATE),
        (button("name@email.com", look="plain"), TEMPLATE),
        (button("Write", href="MAILTO:a@quayloaf.com", look="plain"), WEAK),
        (button("", href="mailto:a@quayloaf.com", look="plain"), WEAK),
        (button("a@quayloaf.com", href="/contact"), WEAK),
        (button("Call", href="tel:2075550142", look="plain"), CLEAR),
        (button("", href="https://wa.me/12075550142", look="plain"), CLEAR),
        (button("", href="//play.google.com/store/apps/x", look="plain"), CLEAR),
        (button("Visit us", href="https://www.instagram.com/quayloaf"), NONE),
        (button("Find", submits="search"), NONE),
        (button("Continue", submits="login"), NONE),
        (button("Send", look="plain", submits="form"), WEAK),
        (button("", look="plain", submits="form"), WEAK),
        (button("Send", look="plain", submits="other"), NONE),
        (button("Order now", href="#"), WEAK),
        (button("Order now", href="javascript:void(0)"), WEAK),
        (button("Order now", href=" "), CLEAR),
        (button("Menu"), NONE),
        (button(""), NONE),
        (button("Order now", width=60, height=28), CLEAR),
        (button("Order now", width=59, height=28), NONE),
        (button("Order now", width=60, height=27), WEAK),
        (button("Order now", height=140), CLEAR),
        (button("Order now", height=141), NONE),
        (button("Order now", height=18), WEAK),
        (button("Order now", height=17), NONE),
        (button("Order now", look="framed"), CLEAR),
        (button("Order now", look="boxed"), WEAK),
        (button("Order now", look="alone"), WEAK),
        (button("Order now", look="alone", height=140), WEAK),
        (button("Order now", look="alone", height=141), NONE),
        (button("Order now", look="alone", width=60), WEAK),
        (button("Order now", look="alone", width=59), NONE),
        (button("Order now", look="alone", place="nav"), NONE),
        (button("Order now", look="picture", height=28), WEAK),
        (button("Order now", look="picture", height=27), NONE),
        (button("Order now", look="plain"), NONE),
        (button("Menu", look="alone"), NONE),
    ],
)
def test_how_clearly_one_part_of_the_page_asks(action, strength):
    assert action_of(action)[0] is strength


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("mailto:a@quayloaf.com?subject=Bread", "a@quayloaf.com"),
        ("MAILTO:a@quayloaf.com", "a@quayloaf.com"),
        ("https://apps.apple.com/app/id1", "apps.apple.com"),
        ("tel:+12075550142", "+1 207-555-0142"),
        ("/contact", "/contact"),
    ],
)
def test_a_link_without_words_is_named_by_where_it_leads(href, words):
    assert action_of(button("", href=href))[1] == words


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"phone_numbers": ["(207) 555-0142"]}, "(207) 555-0142"),
        ({"phones": {"numbers": ["0207 555 0142"]}}, "0207 555 0142"),
        ({"phone_numbers": ["50142"]}, "50142"),
        ({"phone_numbers": ["0142"]}, "+1 207-555-0142"),  # too short to tell it from another
        ({"phone_numbers": ["(207) 555-0143"]}, "+1 207-555-0142"),
        ({"phone_numbers": ["(207) 555-0143", "(207) 555-0142"]}, "(207) 555-0142"),
    ],
)
def test_a_number_is_named_as_the_page_writes_it(known, words):
    assert action_of(button("", href="tel:+12075550142"), **known) == (CLEAR, words)


def test_only_what_a_finger_hits_counts_where_that_is_asked():
    hidden, open_ = button("Book", reached=False), button("Team", look="alone")
    assert action_of(hidden, open_) == (CLEAR, "Book")
    assert action_of(hidden, open_, reach=True) == (WEAK, "Team")
    assert action_of(button("Book", reached=None), reach=True) == (NONE, "")


@pytest.mark.parametrize(("count", "strength"), [(2, CLEAR), (3, NONE)])
def test_three_buttons_of_a_menu_are_its_entries(count, strength):
    entries = [button(f"Entry {n}", place="nav") for n in range(count)]
    assert action_of(*entries)[0] is strength
    low = [button(f"Entry {n}", place="nav", height=10) for n in range(9)]
    assert action_of(*low, entries[0])[0] is CLEAR  # they are no buttons
    assert action_of(*entries, button("Book"))[0] is CLEAR


@pytest.mark.parametrize(("count", "strength"), [(3, WEAK), (4, NONE)])
def test_four_that_are_set_apart_are_a_list(count, strength):
    assert action_of(*[button(f"Tag {n}", look="alone") for n in range(count)])[0] is strength


NUMBER = "(902) 555-0114"
ASKS = {"actions": [button("Book", href="/book")]}


def said(
    mobile: dict[str, Any] | None = None, desktop: dict[str, Any] | None = None
) -> dict[str, str]:
    """Return what is said of the good page, changed on each device; its action aside."""
    pages = [Device.from_json(device() | ASKS | (changes or {})) for changes in (desktop, mobile)]
    found = {f.code.removeprefix("visual-"): f.evidence for f in findings(*pages)}
    return {code: words for code, words in found.items() if code != "clear-action"}


HIDDEN = {"phone_numbers": [], "phone_numbers_in_fold": []}
NO_NUMBER = "no number in the text, no link that calls one"


@pytest.mark.parametrize(
    ("mobile", "desktop", "found"),
    [
        ({}, {}, {"easy-to-call": f"“{NUMBER}” on the first screen"}),
        ({"phones": None}, {}, {}),
        # No link, no number.
        (HIDDEN | {"phones": {"links": 0}}, HIDDEN, {"no-phone-number": NO_NUMBER}),
        (
            HIDDEN | {"phones": {"links": 0}, "placeholders": ["a@email.com"]},
            HIDDEN,
            {"no-phone-number": NO_NUMBER, "placeholder-contact": "“a@email.com”"},
        ),
        (
            HIDDEN | {"phones": {"links": 0}, "placeholders": ["a@email.com", "555 1234567"]},
            HIDDEN,
            {"placeholder-contact": "“a@email.com”, “555 1234567”"},
        ),
        # A number that a desktop alone shows.
        (
            HIDDEN | {"phones": {"links": 0}},
            {},
            {
                "no-tap-to-call": f"“{NUMBER}” is plain text",
                "phone-out-of-sight": f"“{NUMBER}” shows only after scrolling",
            },
        ),
        # A phone's text counts before a desktop's, and that before a link's.
        (
            HIDDEN | {"phone_numbers": ["1", "2"], "phones": {"links": 1, "in_fold": False}},
            {},
            {"phone-out-of-sight": "“1” shows only after scrolling"},
        ),
        (
            HIDDEN | {"phones": {"links": 1, "in_fold": False, "numbers": ["7"]}},
            HIDDEN,
            {"phone-out-of-sight": "“7” shows only after scrolling"},
        ),
        (
            HIDDEN | {"phones": {"links": 1, "in_fold": False}},
            HIDDEN,
            {"phone-out-of-sight": "a call button shows only after scrolling"},
        ),
        (
            HIDDEN | {"phones": {"links": 1, "in_fold": True}},
            HIDDEN,
            {"easy-to-call": "a call button on the first screen"},
        ),
        # Links of apps alone.
        (HIDDEN | {"phones": {"others": ["Chat", "x"]}}, HIDDEN, {"no-tap-to-call": "“Chat” opens an app"}),
        # On the first screen as text.
        ({"phones": {"links": 1, "in_fold": False}}, {}, {}),
        ({"phones": {"links": 1, "in_fold": True, "reached": False}}, {}, {}),
        (
            {"phones": {"links": 1, "in_fold": True, "reached": None}},
            {},
            {"easy-to-call": f"“{NUMBER}” on the first screen"},
        ),
        ({"failed_parts": ["phones"]}, {}, {}),
        ({"failed_parts": ["overlay"]}, {}, {}),
        ({"overlay": None}, {}, {}),
        ({"overlay": {"share": 0.9}}, {}, {}),
    ],
)  # fmt: skip
def test_how_easily_a_visitor_calls(mobile, desktop, found):
    assert said(mobile, desktop) == found


@pytest.mark.parametrize(
    ("mobile", "desktop", "words", "severity"),
    [
        ({"placeholders": ["a@email.com"]}, {}, "“a@email.com”", Severity.MEDIUM),
        ({}, {"placeholders": ["a@email.com"]}, "“a@email.com”", Severity.MEDIUM),
        (
            {"placeholders": ["b@x.io", "a@x.io"]},
            {"placeholders": ["a@x.io", "555 1234567"]},
            "“b@x.io”, “a@x.io”, “555 1234567”",
            Severity.MEDIUM,
        ),
        (
            HIDDEN | {"placeholders": ["555 1234567"], "phones": None},
            {},
            "“555 1234567”",
            Severity.HIGH,
        ),
        (
            HIDDEN | {"placeholders": ["555 1234567"], "phones": {"links": 1}},
            {},
            "“555 1234567”",
            Severity.MEDIUM,
        ),
        (
            HIDDEN | {"placeholders": ["555 1234567"], "phones": {"others": ["x"]}},
            {},
            "“555 1234567”",
            Severity.MEDIUM,
        ),
        (
            HIDDEN | {"phones": {"links": 0}},
            {"placeholders": ["555 1234567"]},
            "“555 1234567”",
            Severity.HIGH,
        ),
        (
            HIDDEN | {"placeholders": ["a@email.com"], "phones": {"links": 0}},
            {},
            "“a@email.com”",
            Severity.MEDIUM,
        ),
    ],
)
def test_a_templates_details_weigh_more_where_they_are_the_only_number(
    mobile, desktop, words, severity
):
    pages = [Device.from_json(device() | changes) for changes in (desktop, mobile)]
    (found,) = [f for f in findings(*pages) if f.code == "visual-placeholder-contact"]
    assert (found.evidence, found.severity) == (words, severity)


PLAIN = {"actions": [button("Team", look="plain")]}
SAMPLE = {"actions": [button("Click me")]}
NOTHING = "on the first screen, no button, form or number to tap"


@pytest.mark.parametrize(
    ("mobile", "desktop", "code", "words"),
    [
        (ASKS, ASKS, "visual-clear-action", "for example “Book”"),
        ({"actions": [button("Order")]}, ASKS, "visual-clear-action", "for example “Order”"),
        (ASKS, PLAIN, None, None),
        (PLAIN, ASKS, None, None),
        (PLAIN, PLAIN, "visual-no-call-to-action", NOTHING),
        (PLAIN, SAMPLE, "visual-no-call-to-action", "on the first screen, its button says “Click me”"),
        (SAMPLE, {"targets": None}, "visual-no-call-to-action", "on the first screen, its button says “Click me”"),
        (PLAIN | {"targets": None}, PLAIN | {"targets": None}, None, None),
        (ASKS, ASKS | {"targets": None}, None, None),  # one device alone proves nothing
        (ASKS, ASKS | {"overlay": None}, None, None),
        (ASKS, ASKS | {"failed_parts": ["targets"]}, None, None),
        (ASKS, ASKS | {"overlay": {"share": 0.9}}, None, None),
        (ASKS, {"actions": [button("Book", reached=False)]}, None, None),
    ],
)  # fmt: skip
def test_both_first_screens_show_what_to_do_next(mobile, desktop, code, words):
    pages = [Device.from_json(device() | changes) for changes in (desktop, mobile)]
    codes = {"visual-clear-action", "visual-no-call-to-action"}
    found = [(f.code, f.evidence) for f in findings(*pages) if f.code in codes]
    assert found == ([(code, words)] if code else [])


@pytest.mark.parametrize(
    ("count", "texts", "words"),
    [
        (2, ["A"], None),
        (3, [], "3 links"),
        (3, ["", "A", "A"], "3 links, for example “A”"),
        (9, ["A", "B", "A", "C", "D"], "9 links, for example “A”, “B”, “C”"),
    ],
)
def test_three_links_to_nowhere_are_named(count, texts, words):
    dead = {"dead_links": {"count": count, "examples": [{"text": text} for text in texts]}}
    assert said(desktop=dead).get("dead-links") == words
    assert "dead-links" not in said(mobile=dead)  # a desktop's page has the same links
