"""What a search result could be: of known facts alone, within what Google shows."""

from __future__ import annotations

import itertools
import re

import pytest

from lfassess.checks.onpage.rules_title import DESCRIPTION, TITLE
from lfassess.report.suggestion import Facts, description, title, town_of
from tests.report.factories.rows import finding, lead, report, run

NAMES = ("Harbour Bakery", "A", "Smith, Jones & Daughters Heating and Air Conditioning of Ohio")
TOWNS = (None, "Portland, OR", "Llanfairpwllgwyngyll")
PHONES = (None, "(207) 555-0142")
CATEGORIES = (None, "Bakery", "Air conditioning repair service")
HEADLINES = (None, "Welcome to our website", "Bread worth getting up early for", "Bread! " * 40)
TEXTS = (None, "Bread since 1982.", "Sourdough from a stone oven. " * 9, "x" * 400)
FAULTS = frozenset({"onpage-no-title", "onpage-no-description"})
BREAD = "Bread worth getting up early for. Harbour Bakery, Bakery in Portland, ME. (207) 555-0142."
LONG = "Sourdough, cakes and coffee, all of it baked on the premises since 1982, every day. "


def facts(**values):
    known = {
        "name": "Harbour Bakery", "town": "Portland, ME", "phone": "(207) 555-0142",
        "category": "Bakery", "headline": "Bread worth getting up early for",
        "description": None, "faults": FAULTS,
    }  # fmt: skip
    return Facts(**(known | values))


def everything():
    rows = itertools.product(NAMES, TOWNS, PHONES, CATEGORIES, HEADLINES, TEXTS)
    return [Facts(*row, faults=FAULTS) for row in rows]


def words(text):
    return set(re.findall(r"[\w'&!]+", text or ""))


def test_suggestions_fit_what_google_shows_and_say_what_is_known_alone():
    made = 0
    for known in everything():
        values = (known.name, known.town, known.phone, known.category, known.headline)
        allowed = words(" ".join(filter(None, (*values, known.description)))) | {"in"}
        both = ((title(known), TITLE), (description(known), DESCRIPTION))
        for text, (least, most) in (one for one in both if one[0]):
            made += 1
            assert least <= len(text) <= most
            assert words(text) <= allowed
    assert made > 300


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, "Bakery in Portland, ME | Harbour Bakery"),
        ({"town": None}, "Bakery | Harbour Bakery"),
        ({"category": None}, "Bread worth getting up early for | Harbour Bakery"),
        ({"category": None, "headline": "Welcome"}, "Harbour Bakery | Portland, ME"),
        ({"category": None, "headline": None, "town": None}, None),  # too short for a title
        ({"faults": frozenset({"onpage-no-description"})}, None),  # the title is fine
    ],
)
def test_a_title_says_what_the_business_is_and_where(values, expected):
    assert title(facts(**values)) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {},
            BREAD,
        ),
        (
            {"headline": "Bread worth getting up early for.Every day."},
            BREAD.replace("for.", "for. Every day."),
        ),
        ({"headline": None}, None),  # fewer than 80 characters
        ({"faults": frozenset({"onpage-no-title"})}, None),
        (
            {"description": LONG + "We deliver. " * 20},
            LONG + "We deliver. " * 5 + "We deliver.",
        ),
    ],
)  # fmt: skip
def test_a_text_is_the_page_s_own_before_anything_else(values, expected):
    assert description(facts(**values)) == expected


@pytest.mark.parametrize(
    ("address", "country", "town"),
    [
        ("14 Wharf Street, Portland, ME 04101", "US", "Portland, ME"),
        ("14 Wharf Street, Suite 4, Portland, ME 04101-1234, USA", "US", "Portland, ME"),
        ("18 Quay Street, Halifax, NS B3J 1S9", "CA", "Halifax, NS"),
        ("4 High Street, Bristol BS1 4DJ", "GB", "Bristol"),
        ("Hauptstraße 5, 10115 Berlin", "DE", "Berlin"),
        ("Hauptstrasse 5, 8001 Zürich, Schweiz", "CH", "Zürich"),
        ("9 Elm St Ames IA 50010", "US", None),
        ("Portland", "US", None),
        (None, "US", None),
        ("1-2-3 Shibuya, Tokyo", "JP", None),
    ],
)
def test_a_town_is_read_where_an_address_has_the_country_s_usual_form(address, country, town):
    assert town_of(address, country) == town


def made(*, language="en", dismissed=None, gbp="completed", **home):
    page = {
        "url": "https://www.harbourbakery.example/", "titles": ["Home"], "language": language,
        "headings": [{"level": 1, "text": "Bread worth getting up early for"}], **home,
    }  # fmt: skip
    codes = ("onpage-generic-title", "onpage-no-description", "onpage-no-share-preview")
    seen = {"visit": {"kind": "site", "code": "site", "shown": "", "url": "x"}}
    return report(
        run("onpage", evidence={"home": page}, metrics=seen,
            findings=[finding(code, "low", code) for code in codes]),
        run("gbp", gbp, metrics={"found": True, "category": "Bakery"}, sandbox=True),
        business=lead(), dismissed=dismissed,
    ).preview.suggestion  # fmt: skip


def test_google_s_category_is_marked_where_it_is_emulated():
    found = made()
    assert found.title == "Bakery in Portland, ME | Harbour Bakery"
    assert found.share_title == found.title
    assert found.sandbox
    assert not made(gbp="failed").sandbox


def test_a_page_of_another_language_gets_no_english_words():
    assert made(language="de-AT").title == "Bread worth getting up early for | Harbour Bakery"


def test_nothing_is_suggested_where_nothing_would_change():
    whole = dict.fromkeys([("onpage", "onpage-generic-title"), ("onpage", "onpage-no-description")])
    named = {"share_title": "Harbour Bakery", "share_picture": "https://x.example/tiny.png"}
    assert made(dismissed=whole, **named) is None
    assert made(dismissed=whole, share_title="Harbour Bakery").share_title == "Harbour Bakery"


def test_what_google_s_category_is_no_part_of_is_not_marked_as_emulated():
    whole = dict.fromkeys([("onpage", "onpage-generic-title"), ("onpage", "onpage-no-description")])
    assert not made(dismissed=whole).sandbox


def test_for_a_dismissed_finding_nothing_is_suggested():
    found = made(dismissed={("onpage", "onpage-generic-title"): "They like it."})
    assert found.title is None
    assert found.share_title == "Home"
