"""The short ways for plain cells give what the long ones would."""

from __future__ import annotations

from unittest.mock import patch

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lfassess.assessment.intake.lead_row import join_address
from lfassess.assessment.intake.lists.cells import blanks, websites
from lfassess.assessment.intake.lists.cells.notes import Notes
from lfassess.assessment.intake.lists.cells.phones import read_phone
from lfassess.assessment.intake.lists.cells.plain_phones import plain_e164
from lfassess.assessment.intake.lists.cells.websites import read_websites
from lfassess.assessment.intake.lists.identity import lead_key, site_in, site_key
from lfassess.checks.shared.domains import (
    is_own_host,
    is_platform,
    known_suffix,
    registrable_domain,
)

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def by_the_library(text, country):
    number = phonenumbers.parse(text, country)
    reason = phonenumbers.is_possible_number_with_reason(number)
    assert reason == phonenumbers.ValidationResult.IS_POSSIBLE
    assert phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@st.composite
def numbers(draw):
    """Draw a region and a number that may be from there, with a few digits and marks changed."""
    country = draw(st.sampled_from(REGIONS))
    kinds = st.sampled_from([0, 1, 2, 3, 6])
    example = phonenumbers.example_number_for_type(country, draw(kinds))
    digits = st.text("0123456789", min_size=4, max_size=15)
    if example is None or draw(st.booleans()):
        number = draw(digits)
    else:
        number = phonenumbers.format_number(example, draw(st.sampled_from([0, 1, 2])))
    before = st.sampled_from(["", "0", "00", "1", "011", "+", "(", "+49 (0)"])
    changed = [draw(st.sampled_from([c, c, c, "0", "7", " ", "-", ")"])) for c in number]
    return country, draw(before) + "".join(changed)


@given(numbers())
def test_a_plain_number_is_read_as_the_library_reads_it(drawn):
    country, text = drawn
    found = plain_e164(text, country)
    assume(found is not None)
    assert found == by_the_library(text, country)


@pytest.mark.parametrize("country", REGIONS)
def test_usual_numbers_of_all_countries_are_read_as_the_library_reads_them(country):
    example = phonenumbers.example_number(country)
    for form in (0, 1, 2):
        text = phonenumbers.format_number(example, form)
        assert plain_e164(text, country) in {None, by_the_library(text, country)}


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("(312) 555-0113", "US", "+13125550113"),
        ("1-312-555-0113", "US", "+13125550113"),
        ("+1 (312) 555.0113", "DE", "+13125550113"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+44 (0)20 7946 0958", "US", "+442079460958"),
        ("030 1234567", "DE", "+49301234567"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("01 23 45 67 89", "FR", "+33123456789"),
    ],
)
def test_usual_numbers_need_no_library(text, country, number):
    assert plain_e164(text, country) == number


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("555-0142", "US"), ("3125550142.0", "US"), ("0049 30 1234567", "DE"), ("49301234567", "DE"),
        ("+999 1234567", "US"), ("312-555-0113 x12", "US"), ("", "US"), ("312 555 0113", "XX"),
        ("312-555-0113+1", "US"),
    ],
)  # fmt: skip
def test_numbers_that_are_not_plain_are_left_to_the_library(text, country):
    assert plain_e164(text, country) is None


def read_closely(text):
    notes = Notes(str.title)
    with patch.object(websites, "_read_plain", return_value=None):
        return read_websites(text, notes), notes.said


@given(
    st.from_regex(
        r"(https?://)?(www\.)?[a-z0-9-]{2,12}(\.[a-z0-9-]{1,6})?\.(com|de|co\.uk|museum|zz|wixsite\.com)"
        r"(/[\w.~+-]{0,5}){0,3}(\?(a|utm_x|gclid)=[\w&=]{0,6}){0,2}",
        fullmatch=True,
    )
    | st.text("wgo.aple/:?=&-1 ", max_size=30)
)
def test_a_plain_address_is_read_as_any_other(text):
    notes = Notes(str.title)
    assert (read_websites(text, notes), notes.said) == read_closely(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://joes.com", "joes.com/a/b/?utm_source=x&id=3", "pineapple.com", "apple.com",
        "goo.gl/maps/x", "facebook.com/joes", "joes.wixsite.com", "wixsite.com", "www.joes.c0m",
        "joes.intranet", "joes.example", f"{'a' * 63}.com", f"{'a' * 64}.com", f"joes.com/{'a' * 300}",
        "joes.com?", "joes.com/?gclid=1", "joes.com/a//b", "-joes.com", "joes-.com", "co.uk",
        "www.com", "wwww.joes.com", "joes.github.io", "github.io", "1.2.3.com", "xn--mller-kva.de",
    ],
)  # fmt: skip
def test_addresses_on_the_edge_of_plain_are_read_as_any_other(text):
    notes = Notes(str.title)
    assert (read_websites(text, notes), notes.said) == read_closely(text)


@given(st.sampled_from(["Main Street", "N/A", "x", "12", "keine"]) | st.text(max_size=30))
def test_a_long_plain_text_says_something(text):
    with patch.object(blanks, "_longest", return_value=10**6):
        expected = blanks.says_nothing(text)
    assert blanks.says_nothing(text) == expected


WORDS = st.sampled_from(["", "Berlin", "12 Main St", "IL 62701", "IL", "62701", "N/A", "a, Berlin"])


@given(
    st.sampled_from(["12 Main St", "Berlin", "IL"]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("street2", "city", "region"), WORDS)),
)
def test_what_follows_a_street_does_not_depend_on_it(street, parts):
    other = join_address({**parts, "address": "Elsewhere 1"}) or ""
    joined = join_address({**parts, "address": street}) or ""
    assert joined.removeprefix(street) == other.removeprefix("Elsewhere 1")


@pytest.mark.parametrize(
    "website",
    [
        "https://joes.com/", "https://www.joes.com:8080/a?b", "https://facebook.com/joes",
        "https://joes.wixsite.com/shop", "http://10.0.0.1/", "https://[::1]:8080/", "https://joes/",
        "https://joes.com/a|b", "https://facebook.com/a|b", "https://xn--mller-kva.de/",
    ],
)  # fmt: skip
def test_a_leads_key_begins_with_its_site(website):
    for place in ((None, None), ("+13125550113", None), (None, "1 Main St")):
        assert site_in(lead_key("Joe", website, *place), website) == site_key(website)


def test_a_hashed_key_does_not_hide_the_site():
    website = f"https://facebook.com/{'a' * 1_500}"
    assert site_in(lead_key("Joe", website, None, None), website) == site_key(website)


@pytest.mark.parametrize("host", ["joes.com", "shop.joes.co.uk", "joes.wixsite.com", "wixsite.com",
    "facebook.com", "co.uk", "joes.intranet", "joes.example", "github.io", "joes.github.io"])  # fmt: skip
def test_a_host_is_ones_own_where_its_domain_is(host):
    domain = registrable_domain(host)
    own = domain is not None and not is_platform(domain) and known_suffix(host)
    assert is_own_host(host) == (own and host != "joes.example")  # which nobody can have


def test_plain_phones_leave_no_note():
    notes = Notes(str.title)
    assert read_phone("(312) 555-0113", "US", notes) == "+13125550113"
    assert notes.said == []
