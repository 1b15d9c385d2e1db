"""What customers miss: from when on it counts as missing, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lfassess.checks.base import Severity
from lfassess.checks.onpage.evidence import Evidence, Form, Lead, Link, Page
from lfassess.checks.onpage.rules_contact import findings
from lfassess.checks.shared.technologies import Seen

URL = "https://a.example/"
HOME = Page(url=URL, asked=URL, status=200, found="home")


def site(*pages: Page, country: str = "US", **home: Any) -> Evidence:
    return Evidence(
        url=URL, lead=Lead("A", country=country), home=replace(HOME, **home), pages=pages
    )


def inner(name: str, **changes: Any) -> Page:
    url = URL + name
    return replace(Page(url=url, asked=url, status=200), **changes)


def said(evidence: Evidence) -> dict[str, str]:
    return {f.code.removeprefix("onpage-"): f.evidence for f in findings(evidence)}


ONE = "1 page looked at"
NOTHING = dict.fromkeys(("no-phone", "no-contact", "no-address", "no-privacy-policy"), ONE)
ALL = {
    "phones": ("+12075550142",),
    "phone_links": 1,
    "forms": (Form(contact=True),),
    "addresses": ("1 Quay",),
    "privacy": True,
}


def but(**changes: Any) -> dict[str, str]:
    """Return what is said of a home page that has all but for changes."""
    return said(site(**ALL | changes))


def test_a_page_without_anything_misses_everything_once():
    assert said(site()) == NOTHING
    assert but() == {}
    two = dict.fromkeys(NOTHING, "2 pages looked at")
    assert said(site(inner("x"))) == two
    assert said(site(inner("x", **ALL))) == {}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"phones": ()}, {"no-phone": ONE}),
        (
            {"phones": (), "sample_phones": ("555 1234567", "9")},
            {"no-phone": "only a sample number, “555 1234567”"},
        ),
        ({"phone_links": 0}, {"no-tel-link": "“(207) 555-0142” is plain text"}),
        (
            {"phone_links": 0, "phones": ("+49301234567", "+12075550142")},
            {"no-tel-link": "“+49 30 1234567” is plain text"},
        ),
        ({"forms": ()}, {"no-contact": ONE}),
        ({"forms": (Form(),)}, {"no-contact": ONE}),  # one to search with, say
        ({"forms": (), "contact": True}, {}),
        ({"forms": (), "opens": ("contact",)}, {}),
        ({"forms": (), "opens": ("imprint",)}, {"no-contact": ONE}),
        ({"forms": (), "technologies": (Seen("tawk"),)}, {}),
        ({"forms": (), "technologies": (Seen("calendly"),)}, {}),
        ({"forms": (), "technologies": (Seen("stripe"),)}, {"no-contact": ONE}),
        ({"forms": (), "mails": ("a@a.example", "b@a.example")}, {"mail-only": "a@a.example"}),
        ({"forms": (), "contact": True, "mails": ("a@a.example",)}, {"mail-only": "a@a.example"}),
        ({"mails": ("a@a.example",)}, {}),
        ({"addresses": ()}, {"no-address": ONE}),
        ({"privacy": False}, {"no-privacy-policy": ONE}),
        ({"privacy": False, "opens": ("privacy",)}, {}),
        ({"privacy": False, "opens": ("contact",)}, {"no-privacy-policy": ONE}),
    ],
)
def test_what_customers_miss_is_said_with_what_was_looked_at(changes, found):
    assert but(**changes) == found


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("http://x.example/", {"insecure-form": "it sends to http://x.example/"}),
        ("https://x.example/", {}),
        ("", {}),
    ],
)
def test_a_form_sends_over_the_connection_that_it_came_by(action, found):
    form = {"forms": (Form(action, contact=True),)}
    assert but(**form) == found
    assert but(**form, url="http://a.example/", asked="http://a.example/") == {}
    # That is said whatever went unread.
    assert said(replace(site(**ALL | form), ended="time")) == found


TELLING = [
    Link(URL + "x", "Contact us", internal=True),
    Link(URL + "contact", "x", internal=True),
    Link(URL + "x", "Privacy policy", internal=True),
    Link(URL + "x", "Impressum", internal=True),
]


@pytest.mark.parametrize("link", TELLING)
def test_nothing_is_missing_while_a_page_that_may_tell_went_unread(link):
    five = [inner(str(n)) for n in range(5)]
    assert said(site(*five, links=(link,))) == {}
    assert said(site(*five, inner(link.url.removeprefix(URL)), links=(link,))) != {}
    moved = inner("elsewhere", asked=link.url)
    assert said(site(*five, moved, links=(link,))) != {}
    gone = inner("gone", asked=link.url, status=404)
    assert said(site(*five, gone, links=(link,))) != {}
    refused = inner("gone", asked=link.url, status=403)
    assert said(site(*five, refused, links=(link,))) == {}


@pytest.mark.parametrize(
    "link",
    [
        Link("https://b.example/contact", "Contact", internal=False),
        Link(URL + "contact.jpg", "Contact", internal=True),  # no page
        Link(URL, "Contact", internal=True),  # itself
    ],
)
def test_other_links_keep_nothing_unsaid(link):
    assert said(site(links=(link,))) == NOTHING


@pytest.mark.parametrize(("others", "enough"), [(0, False), (3, False), (4, True)])
def test_five_pages_are_enough_where_others_went_unread(others, enough):
    pages = [inner(str(n)) for n in range(others)]
    link = Link(URL + "vans", "Our vans", internal=True)
    assert (said(site(*pages, links=(link,))) != {}) is enough
    assert said(site(*pages)) != {}


@pytest.mark.parametrize(
    "changes",
    [
        {"ended": "time"},
        {"refused": 1},
        {"home": replace(HOME, shell=True)},
        {"pages": (inner("x", shell=True),)},
    ],
)
def test_nothing_is_missing_of_a_site_that_was_not_wholly_read(changes):
    assert said(replace(site(), **changes)) == {}
    assert said(replace(site(), ended="pages", failed=1)) == NOTHING


@pytest.mark.parametrize(
    ("country", "used", "forms", "severity"),
    [
        ("DE", (), (), Severity.MEDIUM),
        ("DE", (), (Form(),), Severity.HIGH),
        ("FR", ("ga4",), (), Severity.HIGH),
        ("FR", ("meta_pixel",), (), Severity.HIGH),
        ("FR", ("plausible",), (), Severity.MEDIUM),
        ("US", ("ga4",), (Form(),), Severity.MEDIUM),
    ],
)
def test_a_policy_weighs_more_where_consent_is_asked_and_data_are_collected(
    country, used, forms, severity
):
    seen = {**ALL, "privacy": False, "forms": forms, "contact": True, "imprint": True}
    seen["technologies"] = tuple(map(Seen, used))
    found = {f.code: f.severity for f in findings(site(country=country, **seen))}
    assert found["onpage-no-privacy-policy"] is severity


@pytest.mark.parametrize(
    ("country", "changes", "found"),
    [
        ("DE", {}, {"no-imprint": ONE}),
        ("CH", {}, {"no-imprint": ONE}),
        ("FR", {}, {}),
        ("AT", {"imprint": True}, {}),
        ("AT", {"opens": ("imprint",)}, {}),
        ("AT", {"opens": ("privacy",)}, {"no-imprint": ONE}),
        ("FR", {"technologies": ("ga4",)}, {"trackers-unasked": "Google Analytics 4"}),
        (
            "GB",
            {"technologies": ("meta_pixel", "ga4", "matomo")},
            {"trackers-unasked": "Google Analytics 4, Meta pixel"},
        ),
        ("FR", {"technologies": ("ga4", "cookiebot")}, {}),
        ("FR", {"technologies": ("plausible",)}, {}),
        ("US", {"technologies": ("ga4",)}, {}),
    ],
)
def test_imprints_and_consent_are_asked_for_by_country(country, changes, found):
    changes = {**changes, "technologies": tuple(map(Seen, changes.get("technologies", ())))}
    assert said(site(country=country, **ALL | changes)) == found
