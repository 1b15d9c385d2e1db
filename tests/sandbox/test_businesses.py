"""The demo businesses are complete, and unknown ones are invented repeatably."""

from __future__ import annotations

import csv
import re

import phonenumbers
import pytest

from lfassess.config_files import SHIPPED
from lfassess.sandbox.businesses import business_for, demo_businesses

KNOWN_CHECKS = {"pagespeed", "security", "gbp", "semrush", "visual", "onpage", "llm_analysis"}


@pytest.mark.parametrize("business", demo_businesses(), ids=lambda b: b.host)
def test_demo_business_is_plausible(business):
    assert re.fullmatch(r"\+1\d{3}55501\d\d", business.phone)
    assert phonenumbers.region_code_for_number(phonenumbers.parse(business.phone)) == (
        business.country
    )
    assert business.defects
    assert {d.check for d in business.defects} <= KNOWN_CHECKS
    assert len(business.hours) in {0, 7}
    assert all(1 <= r.rating <= 5 for r in business.reviews)


def test_demo_phone_numbers_are_all_different():
    phones = [b.phone for b in demo_businesses()]
    assert len(set(phones)) == len(phones)


def test_demo_leads_agree_with_the_businesses():
    with (SHIPPED / "demo_leads.csv").open(newline="") as f:
        rows = list(csv.DictReader(f))
    assert len(rows) >= 6
    for row in rows:
        b = business_for(row["website"])
        address = f"{b.address}, {b.city}, {b.region} {b.postcode}"
        assert row == {
            "name": b.name,
            "website": b.url,
            "phone": b.phone,
            "address": address,
            "country": b.country,
        }


@pytest.mark.parametrize(
    "query",
    [
        "dons-garage.demo.test",
        "https://www.Dons-Garage.demo.test/contact?x=1",
        "Don's Garage",
        "don's garage, 4471 Lagrange Street, Toledo",
        "Don's Garage +1 419-555-0187",
        "+1 419 555 0187",
    ],
)
def test_finds_a_demo_business_by_host_name_and_phone(query):
    assert business_for(query).host == "dons-garage.demo.test"


def test_unknown_host_gives_the_same_business_every_time():
    first = business_for("blue-door-inn.example")
    assert first == business_for("https://www.blue-door-inn.example/rooms")
    assert first.name == "Blue Door Inn"


def test_invented_business_is_the_same_by_name_and_by_host():
    by_name, by_host = business_for("Blue Door Inn, 4 High Street"), business_for("bluedoorinn.net")
    assert (by_name.phone, by_name.rating, by_name.seo is None) == (
        by_host.phone,
        by_host.rating,
        by_host.seo is None,
    )


def test_another_seed_invents_another_business_but_keeps_the_demo_ones():
    assert business_for("a-host.example", seed=1) != business_for("a-host.example", seed=2)
    assert business_for("Harbour Bakery", seed=1) == business_for("Harbour Bakery", seed=2)


@pytest.mark.parametrize("query", ["", "  ", "?!", "nobody.invalid"])
def test_knows_nothing_of_nothing(query):
    assert business_for(query) is None


def test_some_invented_businesses_lack_a_profile_or_rankings():
    many = [business_for(f"shop-{n}.example") for n in range(200)]
    assert 5 <= sum(not b.has_profile for b in many) <= 40
    assert 20 <= sum(b.seo is None for b in many) <= 70
