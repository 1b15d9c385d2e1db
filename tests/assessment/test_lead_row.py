"""A lead's fields, cleaned; what makes two rows the same lead."""

from __future__ import annotations

import pytest

from lfassess.assessment.intake.lead_row import build, clean, normalise_country, normalise_phone
from lfassess.assessment.intake.normalise import InvalidValueError


def lead(**values):
    return build(values, default_country="US", allow_private=False)


@pytest.mark.parametrize(
    ("typed", "country", "phone"),
    [
        ("(415) 555-0100", "US", "+14155550100"),
        ("415.555.0100 x12", "US", "+14155550100"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 20 7946 0018", "US", "+442079460018"),
        ("0044 20 7946 0018", "GB", "+442079460018"),
        ("call Joe", "US", "call Joe"),
        ("12", "US", "12"),
        ("", "US", None),
        ("n/a", "US", None),
    ],
)
def test_phones_become_e164_or_stay_as_typed(typed, country, phone):
    assert normalise_phone(typed, country) == phone


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("us", "US"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("UK", "GB"),
        ("The United Kingdom", "GB"),
        ("Deutschland", "DE"),
        ("ÖSTERREICH", "AT"),
        ("Cote d'Ivoire", "CI"),
        ("NA", "NA"),
        ("n/a", None),
        ("", None),
        ("-", None),
        ("unknown", None),
    ],
)
def test_countries_become_two_letters(typed, code):
    assert normalise_country(typed) == code


def test_refuses_a_country_nobody_knows():
    with pytest.raises(InvalidValueError, match="'Atlantis' is not a known country"):
        normalise_country("Atlantis")


def test_cleans_text_of_what_cannot_be_seen():
    assert clean(" Joe\u202e's\x00 \t Ros\u0065\u0301\ud800 ") == "Joe's Rosé"


def test_joins_the_parts_of_an_address():
    row = lead(
        name="Joe", address="1 High St,\nUnit 2", city="Leeds", region="-", postcode="LS1 4AB"
    )
    assert row.address == "1 High St, Unit 2, Leeds, LS1 4AB"


def test_does_not_repeat_what_a_full_address_holds():
    row = lead(name="Joe", address="1 High St, Leeds LS1 4AB", city="leeds", postcode="LS1 4AB")
    assert row.address == "1 High St, Leeds LS1 4AB"


def test_a_street_named_after_its_town_keeps_the_town():
    assert lead(name="Joe", address="5 York Road", city="York").address == "5 York Road, York"


def test_the_name_defaults_to_the_host():
    assert lead(website="https://www.example.com/x", name="n/a").name == "example.com"


def test_the_country_defaults_to_the_given_one():
    assert lead(website="example.com").country == "US"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "neither a website nor a name"),
        ({"phone": "415 555 0100"}, "neither a website nor a name"),
        ({"name": "Joe"}, "a name needs a phone number or an address"),
        ({"name": "Joe", "website": "n/a", "phone": "-"}, "a name needs"),
        ({"name": "Joe", "website": "file:///x", "phone": "415 555 0100"}, "only http and https"),
    ],
)
def test_refuses_what_is_no_lead(values, reason):
    with pytest.raises(InvalidValueError, match=reason):
        lead(**values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"website": "http://www.example.com", "name": "Joe"}, {"website": "example.com/", "name": "JOE"}),
        ({"website": "example.com"}, {"website": "EXAMPLE.com?utm_source=x"}),
        ({"website": "example.com/locations/x"}, {"website": "http://example.com/index.html"}),
        ({"website": "example.com", "name": "Joe"}, {"website": "example.com", "name": "Joe LLC"}),
        ({"name": "Joe", "phone": "415 555 0100"}, {"name": "joe ", "phone": "+1 (415) 555-0100"}),
        ({"name": "Joe", "address": "1 High St"}, {"name": "Joe", "address": "1  HIGH ST"}),
    ],
)  # fmt: skip
def test_the_same_lead_has_the_same_key(one, other):
    assert lead(**one).dedupe_key == lead(**other).dedupe_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"website": "example.com"}, {"website": "shop.example.com"}),
        ({"website": "facebook.com/a"}, {"website": "facebook.com/b"}),
        (
            {"website": "example.com", "phone": "415 555 0100"},
            {"website": "example.com", "phone": "415 555 0101"},
        ),
        ({"name": "Joe", "phone": "415 555 0100"}, {"name": "Joe", "phone": "415 555 0101"}),
    ],
)
def test_different_leads_have_different_keys(one, other):
    assert lead(**one).dedupe_key != lead(**other).dedupe_key


def test_a_long_key_is_hashed_to_fit_an_index():
    key = lead(website="facebook.com/" + "a" * 2_000).dedupe_key
    assert key.startswith("sha256:")
    assert key != lead(website="facebook.com/" + "a" * 2_001).dedupe_key
