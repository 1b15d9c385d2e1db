"""The gbp check, from search to score."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.base import Severity, Target
from lfassess.checks.gbp import CHECK
from lfassess.checks.gbp.catalogue import KINDS, REASONS
from lfassess.checks.gbp.judge import judge
from lfassess.settings import Settings
from tests.checks.gbp.bakery import LEAD, NOW, PLACE, SITE, evidence

_UNHURRIED = hypothesis_settings(deadline=None)


def test_a_perfect_profile_scores_full_marks():
    judged = judge({**evidence(), "site": SITE})
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
        (
            {"reviews": [{"rating": 5, "publishTime": (NOW - timedelta(days=91)).isoformat()}]},
            "gbp-ageing-reviews",
        ),
        ({"businessStatus": "FUTURE_OPENING"}, "gbp-not-yet-open"),
        ({"primaryType": "store"}, "gbp-generic-category"),
        ({"websiteUri": "https://www.facebook.com/harbourbakery"}, "gbp-website-is-platform"),
        (
            {"regularOpeningHours": {"periods": [{"open": {"day": 6}, "close": {"day": 6}}]}},
            "gbp-few-days-open",
        ),
    ],
)
def test_each_weakness_is_found(changes, code):
    judged = judge(evidence(**changes))
    assert code in {f.code for f in judged.findings}
    assert judged.score is not None


def test_a_closed_business_scores_next_to_nothing():
    assert judge(evidence(businessStatus="CLOSED_PERMANENTLY")).score == 10


def test_fewer_facts_about_the_lead_change_no_scale():
    """Agreement that can't be tested must not cost points."""
    lead = {"name": "Harbour Bakery", "phone": LEAD["phone"], "country": "CA"}
    assert judge(evidence(lead=lead)).score == 100


def test_a_place_open_round_the_clock_has_hours():
    hours = {"periods": [{"open": {"day": 0, "hour": 0, "minute": 0}}]}
    judged = judge(evidence(regularOpeningHours=hours))
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
    judged = judge(evidence(lead=lead))
    assert [f.code for f in judged.findings] == ["gbp-weak-match"]
    assert judged.score is None
    assert judged.inconclusive
    assert "Harbour Bakery" in judged.findings[0].evidence


def test_the_best_of_several_places_is_judged():
    other = {"id": "ChIJ2", "displayName": {"text": "Harbour Books"}}
    judged = judge({"lead": LEAD, "places": [other, PLACE], "fetched_at": NOW.isoformat()})
    assert judged.metrics["place_id"] == "ChIJ1"


def test_what_outsiders_cannot_see_is_named():
    assert "replies to reviews" in judge(evidence()).metrics["not_measurable"]


@pytest.mark.parametrize(
    "changes",
    [
        {"websiteUri": None},
        {"internationalPhoneNumber": "+1 902-555-0199"},
        {"regularOpeningHours": None},
        {"photos": None},
        {"rating": 3.9},
        {"userRatingCount": 19},
    ],
)
def test_what_is_missing_or_wrong_costs_points(changes):
    assert judge(evidence(**changes)).score < 100


def test_a_service_area_business_needs_no_address():
    judged = judge(evidence(formattedAddress=None, pureServiceAreaBusiness=True, location=None))
    assert judged.score == 100
    assert judged.metrics["service_area"] is True


def test_special_days_and_further_categories_are_counted():
    judged = judge(
        evidence(
            currentOpeningHours={"specialDays": [{"date": {"year": 2026, "month": 12, "day": 25}}]},
            types=["bakery", "cafe", "store"],
        )
    )
    assert judged.metrics["special_days"] == 1
    assert judged.metrics["other_categories"] == 2


def test_several_sure_profiles_are_reported():
    twin = {**PLACE, "id": "ChIJ2", "rating": 3}
    judged = judge({"lead": LEAD, "places": [PLACE, twin], "fetched_at": NOW.isoformat()})
    assert judged.metrics["place_id"] == "ChIJ1"
    assert judged.score is not None
    (seen,) = [f for f in judged.findings if f.code == "gbp-several-profiles"]
    assert seen.evidence.startswith("2 profiles: 18 Quay St")


def test_the_same_place_twice_is_one_profile():
    judged = judge({"lead": LEAD, "places": [PLACE, PLACE], "fetched_at": NOW.isoformat()})
    assert "gbp-several-profiles" not in {f.code for f in judged.findings}


def test_branches_that_nothing_tells_apart_are_not_scored():
    """A chain's lead without phone and address must not be judged by another branch."""
    lead = {"name": "Harbour Bakery", "url": LEAD["url"], "country": "CA"}
    other = {**PLACE, "id": "ChIJ2", "formattedAddress": "44 Water St, Dartmouth, NS B2Y 2A1"}
    judged = judge({"lead": lead, "places": [PLACE, other], "fetched_at": NOW.isoformat()})
    assert [f.code for f in judged.findings] == ["gbp-ambiguous"]
    assert judged.score is None
    assert judged.metrics["reason"] == {"code": "gbp.ambiguous", "permanent": False, "actor": "us"}


def test_the_websites_address_tells_branches_apart():
    lead = {"name": "Harbour Bakery", "url": LEAD["url"], "country": "CA"}
    other = {
        **PLACE,
        "id": "ChIJ2",
        "formattedAddress": "44 Water St, Dartmouth, NS B2Y 2A1",
        "internationalPhoneNumber": "+1 902-555-0177",
        "location": {"latitude": 44.66, "longitude": -63.56},
    }
    places = [other, PLACE]
    judged = judge({"lead": lead, "site": SITE, "places": places, "fetched_at": NOW.isoformat()})
    assert judged.metrics["place_id"] == "ChIJ1"
    assert judged.score is not None


def test_each_reason_says_who_must_act_and_keeps_our_insides_to_itself():
    for code, reason in REASONS.items():
        assert code.startswith("gbp.")
        assert reason.actor in {"us", "provider", "site"}
        assert not {"API", "key", "lead"} & set(reason.wording.split())


def test_every_finding_to_mend_has_advice():
    fixable = {code for code, kind in KINDS.items() if kind.severity is not Severity.PASSED}
    assert fixable <= catalogue().keys()


def test_every_finding_and_reason_is_documented():
    text = (Path(__file__).parents[3] / "docs/reference/checks/gbp.md").read_text()
    rows = {f"| `{code}` | {kind.severity.value} |" for code, kind in KINDS.items()}
    rows |= {reason.wording for reason in REASONS.values()}
    assert [row for row in sorted(rows) if row not in text] == []


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
            "site": st.dictionaries(st.sampled_from(sorted(SITE)), _ANY) | _ANY,
            "lead": st.dictionaries(st.sampled_from(sorted(LEAD)), _ANY) | _ANY,
            "places": st.lists(_ANY | st.just(PLACE), max_size=3) | _ANY,
            "fetched_at": _ANY,
        },
    )
)
def test_wrongly_typed_evidence_never_crashes(stored):
    judge(stored)


@_UNHURRIED
@given(
    st.fixed_dictionaries(
        {"rating": _ANY, "publishTime": _ANY | st.datetimes().map(lambda d: d.isoformat())}
    )
)
def test_wrongly_typed_reviews_never_crash(review):
    judge(evidence(reviews=[review, review]))
