"""How sure the gbp check is that a profile is the lead's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lfassess.checks.gbp.evidence import Lead, Site, read_profile
from lfassess.checks.gbp.rules_match import MATCH_THRESHOLD, Match, match
from lfassess.checks.shared.domains import builder_of, own_domain, registrable_domain
from lfassess.checks.shared.phones import same_phone
from lfassess.checks.shared.similarity import address_similarity, name_similarity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Joe's Pizza", "JOES PIZZA"),
        ("The Joe\u2019s Pizza Company, LLC", "Joe's Pizza"),
        ("Marlow & Finch Attorneys", "Marlow and Finch Attorneys"),
        ("Café Müller GmbH", "Cafe Muller"),
    ],
)
def test_the_same_name_written_differently_is_the_same(one, other):
    assert name_similarity(one, other) == 1


def test_a_name_inside_a_longer_one_is_nearly_the_same():
    assert name_similarity("Joe's Pizza", "Joe's Pizza & Pasta Downtown") == 0.9


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tidewater Marine", "Bath ABC Tiles"),
        ("Watertide Mariner", "Garden Stone Works"),
        ("Harbour Bake Shop", "Grove Street Dental"),
    ],
)
def test_names_are_as_alike_whichever_comes_first(one, other):
    assert 0 < name_similarity(one, other) == name_similarity(other, one) < 1


@pytest.mark.parametrize("other", ["Joe's Garage", "Summit Yoga", "", "!!!"])
def test_other_names_are_less_alike(other):
    assert name_similarity("Joe's Pizza", other) < 0.7


@pytest.mark.parametrize(
    ("one", "other", "country", "same"),
    [
        ("(415) 397-8880", "+1 415-397-8880", "US", True),
        ("020 7946 0958", "+44 20 7946 0958", "GB", True),
        ("(415) 397-8880", "+1 415-397-8881", "US", False),
        (None, "+1 415-397-8880", "US", None),
        ("call us", "+1 415-397-8880", "US", None),
        ("12", "+1 415-397-8880", "US", None),
    ],
)
def test_phones_are_compared_as_numbers(one, other, country, same):
    assert same_phone(one, other, country) is same


def test_addresses_agree_whatever_the_abbreviations():
    assert address_similarity("18 Quay Street, Halifax", "18 Quay St, Halifax, NS B3J, Canada") == 1


def test_a_city_alone_is_half_an_address():
    assert address_similarity("Halifax, NS", "18 Quay St, Halifax, NS B3J 1S9, Canada") == 0.5


def test_no_address_says_nothing():
    assert address_similarity(None, "18 Quay St") is None


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.shop.example.co.uk/x", "example.co.uk"),
        ("joes.wixsite.com/home", "joes.wixsite.com"),
        ("https://harbour-bakery.demo.test/", "harbour-bakery.demo.test"),
        ("https://bücher.example.de", "example.de"),
        ("https://bäcker.de", "xn--bcker-gra.de"),
        ("http://127.0.0.1:8000/", None),
        ("http://[::1]/", None),
        ("https://co.uk", None),
        ("http://[bad", None),
        ("", None),
        (None, None),
    ],
)
def test_registrable_domains_follow_the_public_suffix_list(url, domain):
    assert registrable_domain(url) == domain


@pytest.mark.parametrize(
    "url", ["https://www.facebook.com/joes", "https://m.yelp.com/biz/x", "https://maps.google.de/x"]
)
def test_a_shared_platform_is_nobodys_own(url):
    assert own_domain(url) is None


@pytest.mark.parametrize(
    ("match_", "strong"),
    [
        (Match(1.0, None, None, None), False),  # a name alone is too little
        (Match(1.0, False, False, 1.0), True),  # same name, same door
        (Match(0.5, True, None, None), True),
        (Match(0.5, None, True, None), True),
        (Match(0.0, True, True, None), True),  # renamed
        (Match(0.0, True, None, None), False),  # the number's previous owner, perhaps
        (Match(0.3, None, None, 1.0), False),  # a neighbour
        (Match(1.0, False, True, 0.1), False),  # another branch
        (Match(1.0, True, True, 0.1), True),  # moved
    ],
)
def test_strength_of_a_match(match_, strong):
    assert match_.strong is strong
    assert (match_.points >= MATCH_THRESHOLD) is strong


@pytest.mark.parametrize(
    ("match_", "points", "strong", "local"),
    [
        (Match(1.0, None, True, None, 0.3), 100, True, True),  # near enough to be next door
        (Match(1.0, None, True, None, 0.31), 80, True, False),
        (Match(1.0, None, True, None, 50.0), 80, True, False),
        (Match(1.0, None, True, None, 50.1), MATCH_THRESHOLD - 1, False, False),  # another town's
        (Match(1.0, True, True, None, 50.1), 100, True, True),  # with the same number: it moved
        (
            Match(1.0, False, True, 0.1, 0.3),
            100,
            True,
            True,
        ),  # the place says more than its address
    ],
)
def test_a_place_counts_as_the_address_when_near_and_against_the_match_when_far(
    match_, points, strong, local
):
    assert (match_.points, match_.strong, match_.local) == (points, strong, local)


def test_a_match_is_stored_with_rounded_figures_and_what_nobody_said_as_none():
    known = Match(0.9876, phone=True, domain=False, address=0.4567, distance_km=1.2345)
    unknown = Match(0.5, None, None, None)

    assert known.as_json() == {
        "confidence": known.points, "name": 0.99, "phone": True, "website": False,
        "address": 0.46, "distance_km": 1.2,
    }  # fmt: skip
    assert unknown.as_json() == {
        "confidence": unknown.points, "name": 0.5, "phone": None, "website": None,
        "address": None, "distance_km": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("https://facebook.com/joes", "https://facebook.com/anna", False),
        ("https://facebook.com/joes", "https://m.facebook.com/Joes/", True),
        ("https://www.toasttab.com/joes", "https://www.toasttab.com/annas-diner", False),
        ("https://joes.setmore.com", "https://annas.setmore.com", False),
        ("https://bit.ly/x1", "https://bit.ly/x2", None),
        ("https://joes.example", "https://facebook.com/joes", None),
    ],
)
def test_a_platform_is_shared_but_a_page_on_it_is_not(ours, theirs, same):
    lead = {"name": "Joe's Pizza", "url": ours}
    place = {"displayName": {"text": "Anna's Nails"}, "websiteUri": theirs}
    assert match(Lead(**lead), read_profile(place, datetime.now(UTC)), Site()).domain is same


@pytest.mark.parametrize(
    ("url", "builder"),
    [
        ("https://joes.wixsite.com/home", "wixsite.com"),
        ("https://www.joes.weebly.com", "weebly.com"),
        ("joes.github.io", "github.io"),
        ("https://joes.example", None),
        ("https://joes.co.uk", None),
        ("https://joes.uk.com", None),  # sold like a country's domain
        ("https://wixsite.com", None),
        ("http://127.0.0.1/", None),
        (None, None),
    ],
)
def test_names_below_a_site_builder_are_told_from_domains(url, builder):
    assert builder_of(url) == builder


def test_customers_of_one_builder_differ():
    assert registrable_domain("https://www.joes.weebly.com/x") == "joes.weebly.com"
    assert registrable_domain("https://weebly.com") == "weebly.com"
    assert own_domain("https://annas.weebly.com") != own_domain("https://joes.weebly.com")
