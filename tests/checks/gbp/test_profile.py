"""What a profile scores, and where each of its rules begins to speak."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lfassess.checks.base import Area
from lfassess.checks.gbp.judge import judge
from tests.checks.gbp.bakery import LEAD, NOW, PLACE, SITE, evidence

OTHER = "+1 902-555-0199"


def _reviewed(days, stars=5):
    return {"rating": stars, "publishTime": (NOW - timedelta(days=days)).isoformat()}


def _open_on(days):
    return {
        "periods": [{"open": {"day": n, "hour": 7}, "close": {"day": n, "hour": 9}} for n in days]
    }


def found(**changes):
    return {f.code: f.evidence for f in judge(evidence(**changes)).findings}


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 100),
        # filled in
        ({"websiteUri": None}, 90),
        ({"internationalPhoneNumber": None}, 90),
        ({"regularOpeningHours": None}, 90),
        ({"primaryType": None}, 95),
        ({"photos": None}, 90),
        ({"photos": [{}] * 9}, 99),
        ({"photos": [{}] * 11}, 100),
        # how many reviews
        ({"userRatingCount": 99}, 100),
        ({"userRatingCount": 31}, 96),
        ({"userRatingCount": 9}, 92),
        ({"userRatingCount": 0}, 85),
        # their average
        ({"rating": 4.5}, 100),
        ({"rating": 3.9}, 94),
        ({"rating": 3.0}, 85),
        ({"rating": 1.0}, 85),
        ({"rating": None}, 85),
        # the newest one
        ({"reviews": [_reviewed(90)]}, 100),
        ({"reviews": [_reviewed(91)]}, 96),
        ({"reviews": [_reviewed(180)]}, 96),
        ({"reviews": [_reviewed(181)]}, 93),
        ({"reviews": [_reviewed(365)]}, 93),
        ({"reviews": [_reviewed(366)]}, 90),
        ({"reviews": None}, 90),
        # agreement
        ({"internationalPhoneNumber": OTHER}, 95),
        ({"displayName": {"text": "Quay Cafe"}}, 100),
        # closed
        ({"businessStatus": "CLOSED_TEMPORARILY"}, 40),
        ({"businessStatus": "CLOSED_PERMANENTLY"}, 10),
        ({"businessStatus": "FUTURE_OPENING"}, 100),
    ],
)
def test_each_part_of_a_profile_has_its_points(changes, score):
    judged = judge(evidence(**changes))
    assert judged.score == score
    assert judged.measures == {Area.GOOGLE_PROFILE: score}


def test_a_closed_business_with_an_empty_profile_scores_what_it_has():
    bare = {key: PLACE[key] for key in ("id", "displayName", "formattedAddress")}
    judged = judge(evidence(place=bare, businessStatus="CLOSED_TEMPORARILY"))
    assert judged.score == 15  # its address agrees


def test_without_anything_to_compare_the_rest_is_the_whole():
    place = {**PLACE, "formattedAddress": None, "internationalPhoneNumber": None}
    lead = {"name": "Harbour Bakery", "country": "CA"}
    near = {"read": True, "geo": [44.6471, -63.5703]}
    judged = judge({**evidence(place=place, lead=lead), "site": near})
    assert judged.score == 88  # 75 of 85


@pytest.mark.parametrize(
    ("changes", "code", "present"),
    [
        ({"userRatingCount": 19}, "gbp-few-reviews", True),
        ({"userRatingCount": 20}, "gbp-few-reviews", False),
        ({"userRatingCount": 0}, "gbp-few-reviews", False),
        ({"userRatingCount": 1}, "gbp-no-reviews", False),
        ({"rating": 3.9}, "gbp-low-rating", True),
        ({"rating": 4.0}, "gbp-low-rating", False),
        ({"rating": None}, "gbp-low-rating", False),
        ({"rating": 4.4}, "gbp-well-reviewed", False),
        ({"rating": 4.5}, "gbp-well-reviewed", True),
        ({"rating": None}, "gbp-well-reviewed", False),
        ({"userRatingCount": 19}, "gbp-well-reviewed", False),
        ({"userRatingCount": 20}, "gbp-well-reviewed", True),
        ({"reviews": [_reviewed(90)]}, "gbp-ageing-reviews", False),
        ({"reviews": [_reviewed(91)]}, "gbp-ageing-reviews", True),
        ({"reviews": [_reviewed(180)]}, "gbp-ageing-reviews", True),
        ({"reviews": [_reviewed(180)]}, "gbp-stale-reviews", False),
        ({"reviews": [_reviewed(181)]}, "gbp-stale-reviews", True),
        ({"reviews": [_reviewed(181)]}, "gbp-ageing-reviews", False),
        ({"reviews": [{"rating": n} for n in (1, 2, 3, 4, 5)]}, "gbp-bad-reviews-shown", True),
        ({"reviews": [{"rating": n} for n in (1, 3, 3, 4, 5)]}, "gbp-bad-reviews-shown", False),
        ({"photos": [{}]}, "gbp-few-photos", True),
        ({"photos": [{}] * 9}, "gbp-few-photos", True),
        ({"photos": [{}] * 10}, "gbp-few-photos", False),
        ({"photos": None}, "gbp-few-photos", False),
        ({"regularOpeningHours": _open_on([1])}, "gbp-few-days-open", True),
        ({"regularOpeningHours": _open_on([1, 2, 3])}, "gbp-few-days-open", True),
        ({"regularOpeningHours": _open_on([1, 2, 3, 4])}, "gbp-few-days-open", False),
        ({"regularOpeningHours": None}, "gbp-few-days-open", False),
        ({"websiteUri": "HTTP://harbourbakery.com/"}, "gbp-website-http", True),
        ({"websiteUri": "https://harbourbakery.com/"}, "gbp-website-http", False),
        ({"primaryType": "store"}, "gbp-complete", True),
        ({"photos": [{}]}, "gbp-complete", True),
        ({"photos": None}, "gbp-complete", False),
    ],
)
def test_each_rule_s_bound(changes, code, present):
    assert (code in found(**changes)) is present


def test_findings_on_reviews_name_their_figures():
    reviews = [_reviewed(200, 1), _reviewed(190, 2), _reviewed(300, 5)]
    said = found(reviews=reviews, rating=3.9, userRatingCount=7)
    for code, figures in {
        "gbp-few-reviews": ["7 reviews"],
        "gbp-low-rating": ["3.9 of 5", "7 reviews"],
        "gbp-stale-reviews": ["3 reviews", "190 days"],
        "gbp-bad-reviews-shown": ["2 of the 3 reviews"],
    }.items():
        assert [figure for figure in figures if figure not in said[code]] == []
    assert "gbp-complete" in said
    assert "4.8 of 5 from 326 reviews" in found()["gbp-well-reviewed"]


def test_findings_on_the_profile_name_what_it_shows():
    hours = _open_on([1, 2])
    said = found(
        photos=[{}] * 4, websiteUri="http://harbourbakery.com/", primaryType="store",
        regularOpeningHours=hours,
    )  # fmt: skip
    assert "4 photos" in said["gbp-few-photos"]
    assert "http://harbourbakery.com/" in said["gbp-website-http"]
    assert "“store”" in said["gbp-generic-category"]
    assert "2 days" in said["gbp-few-days-open"]


@pytest.mark.parametrize(
    ("google", "ours", "present"),
    [
        ("https://www.facebook.com/harbourbakery", LEAD["url"], True),
        ("https://www.facebook.com/harbourbakery", "https://facebook.com/harbourbakery", False),
        ("https://www.facebook.com/harbourbakery", None, False),
        ("https://harbourbakery.com/", LEAD["url"], False),
        (None, LEAD["url"], False),
    ],
)
def test_link_to_a_platform_is_a_fault_where_there_is_a_website(google, ours, present):
    said = found(lead={**LEAD, "url": ours}, websiteUri=google)
    assert said.get("gbp-website-is-platform") == (google if present else None)


def test_a_profile_without_address_is_named_among_several():
    twin = {**PLACE, "id": "ChIJ2", "formattedAddress": None}
    judged = judge({**evidence(), "places": [PLACE, twin], "site": SITE})
    said = {f.code: f.evidence for f in judged.findings}
    assert said["gbp-several-profiles"].endswith("Canada; no address")
