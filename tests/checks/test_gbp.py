"""The gbp check, from search to score."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.advice import catalogue
from lfassess.checks.base import CheckContext, Severity, Target
from lfassess.checks.gbp import CHECK, judge
from lfassess.checks.gbp_rules.kinds import KINDS
from lfassess.sandbox.providers import places as emulated
from lfassess.settings import Settings
from tests.provider_servers import emulator, recorded, told_server

_UNHURRIED = hypothesis_settings(deadline=None)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
LEAD = {
    "name": "Harbour Bakery",
    "url": "https://www.harbourbakery.com/",
    "phone": "902-555-0114",
    "address": "18 Quay Street, Halifax, NS B3J 1S9",
    "country": "CA",
}
PLACE = {
    "id": "ChIJ1",
    "displayName": {"text": "Harbour Bakery"},
    "formattedAddress": "18 Quay St, Halifax, NS B3J 1S9, Canada",
    "internationalPhoneNumber": "+1 902-555-0114",
    "websiteUri": "https://harbourbakery.com/",
    "businessStatus": "OPERATIONAL",
    "primaryType": "bakery",
    "rating": 4.8,
    "userRatingCount": 326,
    "reviews": [{"rating": 5, "publishTime": (NOW - timedelta(days=4)).isoformat()}],
    "photos": [{"widthPx": 1}] * 10,
    "regularOpeningHours": {"periods": [{"open": {"day": 1}, "close": {"day": 1}}]},
}


def _evidence(place: dict | None = None, lead: dict | None = None, **changes) -> dict:
    shown = {**(PLACE if place is None else place), **changes}
    shown = {k: v for k, v in shown.items() if v is not None}
    return {"lead": lead or LEAD, "places": [shown], "fetched_at": NOW.isoformat()}


def _codes(evidence: dict) -> set[str]:
    return {f.code for f in judge(evidence).findings}


def test_a_perfect_profile_scores_full_marks():
    judged = judge(_evidence())
    assert judged.score == 100
    assert {f.code for f in judged.findings} == {
        "gbp-complete",
        "gbp-well-reviewed",
        "gbp-consistent",
    }
    assert judged.metrics["attribution"] == "Google"
    assert judged.metrics["place_id"] == "ChIJ1"
    assert judged.metrics["match"]["confidence"] == 100


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"businessStatus": "CLOSED_PERMANENTLY"}, "gbp-permanently-closed"),
        ({"businessStatus": "CLOSED_TEMPORARILY"}, "gbp-temporarily-closed"),
        ({"movedPlaceId": "ChIJ2"}, "gbp-moved"),
        ({"consumerAlert": {"overview": "x"}}, "gbp-review-warning"),
        ({"websiteUri": None}, "gbp-no-website"),
        ({"internationalPhoneNumber": None}, "gbp-no-phone"),
        ({"regularOpeningHours": None}, "gbp-no-hours"),
        ({"primaryType": None}, "gbp-no-category"),
        ({"photos": None}, "gbp-no-photos"),
        ({"photos": [{}] * 9}, "gbp-few-photos"),
        ({"websiteUri": "http://harbourbakery.com/"}, "gbp-website-http"),
        ({"websiteUri": "https://other.com/"}, "gbp-website-differs"),
        ({"internationalPhoneNumber": "+1 902-555-0199"}, "gbp-phone-differs"),
        ({"formattedAddress": "44 Water St, Dartmouth, NS B2Y 2A1"}, "gbp-address-differs"),
        ({"displayName": {"text": "Quay Cafe"}}, "gbp-name-differs"),
        ({"userRatingCount": None, "rating": None, "reviews": None}, "gbp-no-reviews"),
        ({"userRatingCount": 19}, "gbp-few-reviews"),
        ({"rating": 3.9}, "gbp-low-rating"),
        (
            {"reviews": [{"rating": 5, "publishTime": (NOW - timedelta(days=181)).isoformat()}]},
            "gbp-stale-reviews",
        ),
        ({"reviews": [{"rating": 1}, {"rating": 2}, {"rating": 5}]}, "gbp-bad-reviews-shown"),
    ],
)
def test_each_weakness_is_found_and_costs_points(changes, code):
    judged = judge(_evidence(**changes))
    assert code in {f.code for f in judged.findings}
    unscored = {"gbp-moved", "gbp-review-warning", "gbp-website-http", "gbp-name-differs"}
    if code not in unscored | {"gbp-bad-reviews-shown"}:
        assert judged.score < 100


def test_a_closed_business_scores_next_to_nothing():
    assert judge(_evidence(businessStatus="CLOSED_PERMANENTLY")).score == 10


def test_fewer_facts_about_the_lead_change_no_scale():
    """Agreement that can't be tested must not cost points."""
    lead = {"name": "Harbour Bakery", "phone": LEAD["phone"], "country": "CA"}
    assert judge(_evidence(lead=lead)).score == 100


def test_a_place_open_round_the_clock_has_hours():
    hours = {"periods": [{"open": {"day": 0, "hour": 0, "minute": 0}}]}
    judged = judge(_evidence(regularOpeningHours=hours))
    assert judged.metrics["days_open"] == 7
    assert "gbp-no-hours" not in {f.code for f in judged.findings}


def test_nothing_found_is_a_careful_finding_without_a_score():
    judged = judge({"lead": LEAD, "places": [], "fetched_at": NOW.isoformat()})
    assert [f.code for f in judged.findings] == ["gbp-not-found"]
    assert judged.score is None
    assert judged.inconclusive
    assert "may be listed under another name or area" in judged.findings[0].evidence


def test_a_weak_match_is_reported_and_not_scored():
    lead = {"name": "Harbour Books", "country": "CA", "url": "https://harbourbooks.com"}
    judged = judge(_evidence(lead=lead))
    assert [f.code for f in judged.findings] == ["gbp-weak-match"]
    assert judged.score is None
    assert judged.inconclusive
    assert "Harbour Bakery" in judged.findings[0].evidence


def test_the_best_of_several_places_is_judged():
    other = {"id": "ChIJ2", "displayName": {"text": "Harbour Books"}}
    judged = judge({"lead": LEAD, "places": [other, PLACE], "fetched_at": NOW.isoformat()})
    assert judged.metrics["place_id"] == "ChIJ1"


def test_what_outsiders_cannot_see_is_named():
    assert "replies to reviews" in judge(_evidence()).metrics["not_measurable"]


def test_judges_a_recorded_restaurant():
    place = json.loads(recorded("places", "200_details_full_restaurant_la_mar.json"))
    lead = {
        "name": "La Mar Cocina Peruana",
        "url": "https://www.lamarsf.com/menu",
        "phone": "415 397 8880",
        "address": "Pier 1 1/2, The Embarcadero, San Francisco, CA 94111",
        "country": "US",
    }
    judged = judge({"lead": lead, "places": [place], "fetched_at": NOW.isoformat()})
    codes = {f.code for f in judged.findings}
    assert {"gbp-complete", "gbp-well-reviewed", "gbp-consistent", "gbp-website-http"} <= codes
    assert "gbp-stale-reviews" in codes  # recorded in 2024
    assert judged.metrics["reviews"] == 4042
    assert judged.metrics["days_open"] == 7
    assert judged.score == 90


def test_judges_a_recorded_office():
    place = json.loads(recorded("places", "200_details_full_googleplex.json"))
    lead = {"name": "Googleplex", "phone": "+1 650-253-0000", "country": "US"}
    judged = judge({"lead": lead, "places": [place], "fetched_at": "2025-11-14T00:00:00Z"})
    assert judged.metrics["days_open"] == 5
    assert judged.metrics["rating"] == 4.2
    assert judged.metrics["low_star_share"] is not None
    assert judged.score is not None


def test_every_recorded_place_can_be_judged():
    body = json.loads(recorded("places", "200_searchText_page1_20places_nextPageToken.json"))
    for place in body["places"]:
        judged = judge(_evidence(place, lead={"name": place["displayName"]["text"]}))
        assert [f.code for f in judged.findings] == ["gbp-weak-match"]


def test_every_finding_to_mend_has_advice():
    mend = {code for code, kind in KINDS.items() if kind.severity is not Severity.PASSED}
    assert mend <= catalogue().keys()


@pytest.fixture(scope="module")
def sandbox():
    with emulator(places=emulated.router) as url:
        yield Settings(sandbox_url=url)


def _context(settings: Settings) -> CheckContext:
    return CheckContext(settings, time.monotonic() + 20)


def test_finds_and_judges_a_demo_business(sandbox: Settings):
    target = Target(
        "Cedar Grove Dental",
        "https://cedar-grove-dental.demo.test/",
        "+16085550163",
        "905 Williamson Street, Madison",
    )
    fetched = CHECK.fetch(target, _context(sandbox))
    assert fetched.sandbox
    assert fetched.usage.calls == 2
    assert fetched.usage.cost_usd == pytest.approx(0.025)
    judged = CHECK.judge(json.loads(json.dumps(fetched.evidence)))
    assert "gbp-phone-differs" in {f.code for f in judged.findings}
    assert judged.score is not None


def test_stores_nothing_that_customers_wrote(sandbox: Settings):
    target = Target("Harbour Bakery", "https://harbour-bakery.demo.test/", country="CA")
    text = json.dumps(CHECK.fetch(target, _context(sandbox)).evidence)
    assert "sourdough" not in text
    assert "Morag" not in text
    assert '"rating": 5' in text


def test_a_business_without_a_profile_is_not_found(sandbox: Settings):
    fetched = CHECK.fetch(Target("Marlow & Finch Attorneys", address="Albany"), _context(sandbox))
    assert fetched.usage.cost_usd == 0
    assert [f.code for f in judge(fetched.evidence).findings] == ["gbp-not-found"]


def test_buys_no_more_candidates_than_allowed():
    with told_server() as told:
        told.says({"places": [{"id": f"p{n}"} for n in range(5)], "displayName": {"text": "Other"}})
        settings = Settings(google_api_key="k", places_base_url=told.url)
        fetched = CHECK.fetch(Target("Harbour Bakery"), _context(settings))
    assert fetched.usage.calls == 1 + 3
    assert judge(fetched.evidence).score is None


def test_is_skipped_without_a_key():
    assert CHECK.applicable(Target("x"), Settings()) == "no GOOGLE_API_KEY"
    assert CHECK.applicable(Target("x"), Settings(google_api_key="k")) is None


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@_UNHURRIED
@given(st.dictionaries(st.sampled_from(sorted(PLACE)), _ANY))
def test_wrongly_typed_fields_of_a_place_never_crash(changes):
    judge({"lead": LEAD, "places": [{**PLACE, **changes}], "fetched_at": NOW.isoformat()})


@_UNHURRIED
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "lead": st.dictionaries(st.sampled_from(sorted(LEAD)), _ANY) | _ANY,
            "places": st.lists(_ANY | st.just(PLACE), max_size=3) | _ANY,
            "fetched_at": _ANY,
        },
    )
)
def test_wrongly_typed_evidence_never_crashes(evidence):
    judge(evidence)


@_UNHURRIED
@given(
    st.fixed_dictionaries(
        {"rating": _ANY, "publishTime": _ANY | st.datetimes().map(lambda d: d.isoformat())}
    )
)
def test_wrongly_typed_reviews_never_crash(review):
    judge(_evidence(reviews=[review, review]))
