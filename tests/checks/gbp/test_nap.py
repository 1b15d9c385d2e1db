"""Whether Google, the website and our record agree, and which of them the gbp check believes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lfassess.checks.gbp import rules_match as matching
from lfassess.checks.gbp.evidence import Lead, Site, read_profile
from lfassess.checks.gbp.judge import judge
from lfassess.checks.gbp.rules_match import Match, distance_km
from lfassess.checks.shared.similarity import same_address

NOW = datetime(2026, 11, 23, tzinfo=UTC).isoformat()
LEAD = {
    "name": "Harbour Bakery",
    "url": "https://harbourbakery.com/",
    "phone": "902-555-0114",
    "address": "18 Quay Street, Halifax, NS B3J 1S9",
    "country": "CA",
}
PLACE = {
    "id": "a",
    "displayName": {"text": "Harbour Bakery"},
    "formattedAddress": "18 Quay St, Halifax, NS B3J 1S9, Canada",
    "internationalPhoneNumber": "+1 902-555-0114",
    "websiteUri": "https://harbourbakery.com/",
}
SITE = {
    "read": True,
    "url": "https://harbourbakery.com/",
    "types": ["Bakery"],
    "names": ["Harbour Bakery"],
    "phones": ["+19025550114"],
    "addresses": ["18 Quay Street, Halifax, NS, B3J 1S9"],
}


def match(lead: dict, place: dict, site: dict | None = None) -> Match:
    profile = read_profile(place, datetime.now(UTC))
    return matching.match(Lead.from_json(lead), profile, Site.from_json(site or {}))


def _judged(*, lead=None, place=None, site=None):
    return judge(
        {
            "lead": {**LEAD, **(lead or {})},
            "places": [{**PLACE, **(place or {})}],
            "site": SITE if site is None else site,
            "fetched_at": NOW,
        }
    )


def _found(judged, code: str) -> str | None:
    return next((f.evidence for f in judged.findings if f.code == code), None)


def test_all_three_agree():
    judged = _judged()
    assert _found(judged, "gbp-consistent") == "compared and found equal: phone, website, address"
    assert {row["field"]: row["agrees"] for row in judged.metrics["nap"]} == {
        "phone": True,
        "website": True,
        "address": True,
        "name": True,
    }


def test_google_against_website_and_record():
    judged = _judged(place={"internationalPhoneNumber": "+1 902-555-0119"})
    assert _found(judged, "gbp-phone-differs") == (
        "Google: (902) 555-0119; website: (902) 555-0114; our record: (902) 555-0114"
    )
    assert _found(judged, "gbp-consistent") is None
    assert judged.score < _judged().score


def test_google_against_the_website_alone():
    judged = _judged(lead={"phone": None}, place={"internationalPhoneNumber": "+1 902-555-0119"})
    assert _found(judged, "gbp-phone-differs") == "Google: (902) 555-0119; website: (902) 555-0114"


def test_google_against_our_record_alone():
    judged = _judged(site={"read": False}, place={"internationalPhoneNumber": "+1 902-555-0119"})
    assert _found(judged, "gbp-phone-differs") == (
        "Google: (902) 555-0119; our record: (902) 555-0114"
    )


def test_an_outdated_record_is_not_held_against_the_business():
    judged = _judged(lead={"phone": "902-555-0177", "name": "Quay Loaf"})
    assert _found(judged, "gbp-phone-differs") is None
    assert _found(judged, "gbp-name-differs") is None
    assert _found(judged, "gbp-record-outdated") == (
        "only our record says phone: (902) 555-0177; name: Quay Loaf"
    )
    assert judged.score == _judged().score


def test_a_host_in_the_names_place_is_no_name():
    site = {**SITE, "names": []}
    lead = {"name": "harbourbakery.com", "url": "http://www.harbourbakery.com/"}
    assert _found(_judged(lead=lead, site=site), "gbp-name-differs") is None
    other = {**lead, "name": "Quay Loaf"}
    assert _found(_judged(lead=other, site=site), "gbp-name-differs") is not None


def test_one_of_the_websites_numbers_suffices():
    judged = _judged(
        site={**SITE, "phones": ["+19025550199", "+19025550114"]}, lead={"phone": None}
    )
    assert _found(judged, "gbp-phone-differs") is None


def test_a_website_that_names_only_its_town_contradicts_nobody():
    judged = _judged(site={**SITE, "addresses": ["Halifax, NS"]}, lead={"address": None})
    assert _found(judged, "gbp-address-differs") is None


def test_another_street_is_another_address():
    judged = _judged(place={"formattedAddress": "44 Water St, Dartmouth, NS B2Y 2A1, Canada"})
    assert "website: 18 Quay Street" in _found(judged, "gbp-address-differs")


def test_a_domain_that_redirects_to_the_one_on_google_is_the_same():
    lead = {"url": "http://oldbakery.com/"}
    assert _found(_judged(lead=lead), "gbp-website-differs") is None
    assert _found(_judged(lead=lead, site={"read": False}), "gbp-website-differs") is not None


@pytest.mark.parametrize(
    "website",
    [
        "http://harbourbakery.com",
        "https://www.harbourbakery.com/?utm_source=gmb&utm_medium=organic",
        "http://www.harbourbakery.com/index.html",
        "https://order.harbourbakery.com/",
    ],
)
def test_one_site_in_several_spellings(website):
    judged = _judged(place={"websiteUri": website})
    assert _found(judged, "gbp-website-differs") is None
    assert judged.metrics["match"]["website"] is True


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("https://www.facebook.com/harbourbakery", "https://www.facebook.com/quayloaf"),
        ("https://www.vagaro.com/harbour", "https://www.vagaro.com/quay"),
        ("https://booksy.com/en-us/1_harbour", "https://booksy.com/en-us/2_quay"),
        ("https://linktr.ee/harbour", "https://linktr.ee/quay"),
        ("https://www.toasttab.com/harbour", "https://www.toasttab.com/quay"),
    ],
)
def test_two_businesses_on_one_platform_do_not_match_by_it(ours, theirs):
    lead = {"name": "Harbour Bakery", "url": ours, "country": "CA"}
    place = {"displayName": {"text": "Harbour Loaf"}, "websiteUri": theirs}
    assert match(lead, place, None).domain is not True
    assert not match(lead, place, None).strong


def test_a_name_that_could_not_be_decoded_differs_from_none():
    garbled = {**SITE, "names": ["Harb\ufffdr \ufffd\ufffd"]}  # as stored by earlier versions
    assert _found(_judged(site=garbled), "gbp-name-differs") is None


def test_an_address_on_the_web_alone_is_no_contact_detail():
    bare = {"read": False, "why": "turned away"}
    judged = _judged(lead={"phone": None, "address": None}, site=bare)
    assert {row["field"]: row["agrees"] for row in judged.metrics["nap"]}["website"] is True
    assert _found(judged, "gbp-consistent") is None


def test_without_website_and_record_nothing_is_compared():
    judged = _judged(lead={"url": None, "address": None}, site={"read": False, "why": "no website"})
    assert _found(judged, "gbp-consistent") == "compared and found equal: phone"
    assert judged.metrics["website_read"] is False


_DATA = {"syntaxes": ["JSON-LD"], "types": ["Bakery"], "faults": [], "placeholders": []}


@pytest.mark.parametrize(
    ("types", "structured", "code", "evidence"),
    [
        ([], None, "gbp-no-structured-data", "no JSON-LD"),  # as stored by earlier versions
        ([], {}, "gbp-no-structured-data", "no JSON-LD"),
        ([], {"syntaxes": []}, "gbp-no-structured-data", "microdata"),
        (
            ["Bakery"],
            _DATA | {"described": "Bakery “Quay”", "faults": ["a comma too many"]},
            "gbp-structured-data-broken",
            "JSON-LD with a comma too many",
        ),
        (
            [],
            _DATA | {"types": ["WebSite", "BreadcrumbList"], "described": None},
            "gbp-structured-data-incomplete",
            "it describes WebSite, BreadcrumbList, but no business",
        ),
        (
            [],
            _DATA | {"described": "Organization “Quay”", "missing": ["address", "phone"]},
            "gbp-structured-data-incomplete",
            "Organization “Quay”, but no address and no phone",
        ),
        (
            ["Bakery"],
            _DATA | {"described": "Bakery “Quay”", "placeholders": ["123-456-7890"]},
            "gbp-structured-data-placeholder",
            "“123-456-7890”",
        ),
        (["Bakery"], None, None, None),
        (["Bakery"], _DATA | {"described": "Bakery “Quay”", "missing": ["phone"]}, None, None),
        (["Bakery"], _DATA | {"described": "Bakery “Quay”", "missing": []}, None, None),
    ],
)
def test_what_is_wrong_with_the_structured_data(types, structured, code, evidence):
    judged = _judged(site={**SITE, "types": types, "structured": structured})
    seen = {f.code: f.evidence for f in judged.findings if "structured-data" in f.code}
    assert list(seen) == ([code] if code else [])
    assert all(evidence in said for said in seen.values())


@pytest.mark.parametrize(
    ("hours", "missed"),
    [
        ([{"open": {"day": 1, "hour": 8}, "close": {"day": 1, "hour": 17}}], True),
        ([{"open": {"day": 0, "hour": 0, "minute": 0}}], False),
        (
            [
                {"open": {"day": n, "hour": 0}, "close": {"day": (n + 1) % 7, "hour": 0}}
                for n in range(7)
            ],
            False,
        ),
        ([], False),  # no hours at all is another finding
    ],
)
def test_round_the_clock_service_missing_on_google(hours, missed):
    site = {**SITE, "round_the_clock": "24/7"}
    judged = _judged(site=site, place={"regularOpeningHours": {"periods": hours}})
    assert (_found(judged, "gbp-hours-miss-24h") is not None) is missed


def test_another_branch_named_on_the_website_is_not_the_lead():
    """The chain's website lists both; Google shows the other one."""
    both = {
        **SITE,
        "phones": ["+19025550114", "+19025550177"],
        "addresses": ["18 Quay Street, Halifax, NS, B3J 1S9", "44 Water St, Dartmouth, NS B2Y 2A1"],
    }
    other = {
        **PLACE,
        "formattedAddress": "44 Water St, Dartmouth, NS B2Y 2A1, Canada",
        "internationalPhoneNumber": "+1 902-555-0177",
    }
    assert not match(LEAD, other, both).strong
    assert match(LEAD, PLACE, both).strong


def test_a_website_of_many_branches_vouches_for_none_of_them():
    lead = {"name": "Harbour Bakery", "url": "https://harbourbakery.com/", "country": "CA"}
    many = {**SITE, "phones": ["+19025550114", "+19025550115", "+19025550116"], "addresses": []}
    assert not match(lead, PLACE, many).local
    assert match(lead, PLACE, {**SITE, "addresses": []}).local


def test_the_website_speaks_where_our_record_is_outdated():
    stale = {**LEAD, "phone": "902-555-0100", "address": "1 Old Lane, Truro, NS B2N 1A1"}
    assert not match(stale, PLACE, None).strong
    assert match(stale, PLACE, SITE).strong


def test_the_websites_place_on_the_map_counts_as_the_address():
    place = {
        **PLACE,
        "formattedAddress": "Historic Properties",
        "location": {"latitude": 44.6472, "longitude": -63.5703},
    }
    lead = {"name": "Harbour Bakery", "country": "CA"}
    seen = match(lead, place, {"geo": [44.6471, -63.5703]})
    assert seen.near
    assert seen.strong
    assert not match(lead, place, {"geo": [45.9, -66.6]}).strong


def test_a_namesake_far_away_is_not_the_business():
    assert not Match(1.0, None, True, None, distance_km=200.0).strong
    assert Match(1.0, None, True, None, distance_km=20.0).strong
    assert Match(1.0, True, True, 0.1, distance_km=200.0).strong  # moved


def test_distances_are_those_on_the_globe():
    assert distance_km((51.5074, -0.1278), (48.8566, 2.3522)) == pytest.approx(344, abs=1)
    assert distance_km((0.0, 179.5), (0.0, -179.5)) == pytest.approx(111, abs=1)
    assert distance_km(None, (0.0, 0.0)) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("18 Quay Street, Halifax", "18 Quay St, Halifax, NS B3J 1S9", True),
        ("18 Quay Street, Halifax", "44 Water St, Dartmouth", False),
        ("Halifax", "18 Quay St, Halifax", None),
        (None, "18 Quay St", None),
    ],
)
def test_addresses_are_the_same_different_or_not_comparable(one, other, same):
    assert same_address(one, other) is same


def rows(**changes) -> dict[str, dict]:
    return {row.pop("field"): row for row in _judged(**changes).metrics["nap"]}


def row(google, website, record, *, agrees: bool | None = True, outdated: bool = False) -> dict:
    return {
        "google": google,
        "website": website,
        "record": record,
        "agrees": agrees,
        "record_outdated": outdated,
    }


def test_each_detail_is_shown_as_its_three_places_say_it():
    assert rows() == {
        "phone": row("(902) 555-0114", ["(902) 555-0114"], "(902) 555-0114"),
        "website": row(PLACE["websiteUri"], [], LEAD["url"]),
        "address": row(PLACE["formattedAddress"], SITE["addresses"], LEAD["address"]),
        "name": row("Harbour Bakery", ["Harbour Bakery"], "Harbour Bakery"),
    }


def test_what_a_place_does_not_say_is_compared_with_nothing():
    silent = {"internationalPhoneNumber": None, "websiteUri": None}
    found = rows(place=silent, lead={"phone": None}, site={})
    assert found["phone"] == row(None, [], None, agrees=None)
    assert found["website"] == row(None, [], LEAD["url"], agrees=None)


def test_only_the_record_may_be_outdated():
    found = rows(lead={"phone": "902-555-0119"})
    assert found["phone"] == row(
        "(902) 555-0114", ["(902) 555-0114"], "(902) 555-0119", outdated=True
    )


@pytest.mark.parametrize(
    ("url", "shown", "agrees"),
    [
        ("https://harbourbakery.com/welcome", [], True),
        ("https://www.harbourbakery.com/", [], True),
        ("https://newbakery.com/", ["https://newbakery.com/"], False),
        (None, [], True),
    ],
)
def test_a_website_that_leads_to_another_domain_names_it(url, shown, agrees):
    site = {**SITE, "url": url}
    assert rows(site=site)["website"] == row(PLACE["websiteUri"], shown, LEAD["url"], agrees=agrees)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("harbourbakery.com", None),
        ("www.harbourbakery.com", None),
        ("other.com", "other.com"),
        ("Harbour Bakery", "Harbour Bakery"),
        ("St. James", "St. James"),
        ("harbourbakery", "harbourbakery"),
        (None, None),
    ],
)
def test_a_given_name_is_not_the_websites_host(name, given):
    assert rows(lead={"name": name})["name"]["record"] == given


def test_a_name_without_a_website_is_taken_as_it_is():
    assert rows(lead={"name": "harbourbakery.com", "url": None})["name"]["record"] == (
        "harbourbakery.com"
    )
