"""The semrush check, from the domain to the score."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.base import Area, Severity, Target
from lfassess.checks.semrush import CHECK
from lfassess.checks.semrush.catalogue import KINDS, REASONS
from lfassess.checks.semrush.fetch import database_for
from lfassess.checks.semrush.judge import judge
from lfassess.checks.semrush.rules_visibility import names_the_business
from lfassess.settings import Settings

_UNHURRIED = hypothesis_settings(deadline=None)


def _keyword(position: int, previous: int | None = None, volume: int = 100) -> dict:
    return {
        "keyword": f"plumber {position}",
        "position": position,
        "previous_position": position if previous is None else previous,
        "search_volume": volume,
    }


GOOD = {
    "domain": "example.com",
    "database": "us",
    "rank": {"organic_keywords": 600, "organic_traffic": 2500},
    "keywords": [_keyword(1), _keyword(3)],
    "competitors": [
        {
            "domain": "rival.com",
            "common_keywords": 9,
            "organic_keywords": 70,
            "organic_traffic": 3000,
        }
    ],
    "backlinks": {"ascore": 55, "total": 900, "domains_num": 220},
}


def _codes(**changes) -> set[str]:
    return {f.code for f in judge({**GOOD, **changes}).findings}


def test_a_visible_site_scores_full_marks():
    judged = judge(GOOD)
    assert judged.score == 100
    assert {f.code for f in judged.findings} == {"semrush-visible", "semrush-well-linked"}
    assert judged.metrics["competitors"][0]["domain"] == "rival.com"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rank": {"organic_keywords": 49, "organic_traffic": 2500}}, "semrush-few-keywords"),
        ({"rank": {"organic_keywords": 600, "organic_traffic": 99}}, "semrush-little-traffic"),
        ({"keywords": [_keyword(11), _keyword(40)]}, "semrush-no-first-page"),
        ({"keywords": [_keyword(1), _keyword(11)]}, "semrush-near-first-page"),
        ({"keywords": [_keyword(5, previous=2)] * 3}, "semrush-positions-lost"),
        (
            {"competitors": [{"domain": "r.com", "organic_traffic": 9000}]},
            "semrush-competitor-ahead",
        ),
        ({"backlinks": None}, "semrush-no-backlinks"),
        ({"backlinks": {"ascore": 55, "domains_num": 19}}, "semrush-few-backlinks"),
        ({"backlinks": {"ascore": 19, "domains_num": 220}}, "semrush-low-authority"),
    ],
)
def test_each_weakness_is_found(changes, code):
    assert code in _codes(**changes)


def _rank(keywords: int, traffic: int) -> dict:
    return {"rank": {"organic_keywords": keywords, "organic_traffic": traffic}}


def _links(domains: int, authority: int = 55) -> dict:
    return {"backlinks": {"ascore": authority, "domains_num": domains}}


def _top(*places: tuple[int, int | None]) -> dict:
    return {"keywords": [_keyword(at, before) for at, before in places]}


def _ahead(traffic: int, ours: int = 2500) -> dict:
    return {**_rank(600, ours), "competitors": [{"domain": "r.com", "organic_traffic": traffic}]}


@pytest.mark.parametrize(
    ("changes", "code", "found"),
    [
        (_rank(49, 2500), "semrush-few-keywords", True),
        (_rank(50, 2500), "semrush-few-keywords", False),
        (_rank(600, 99), "semrush-little-traffic", True),
        (_rank(600, 100), "semrush-little-traffic", False),
        (_rank(50, 100), "semrush-visible", True),
        (_rank(50, 99), "semrush-visible", False),
        (_rank(49, 100), "semrush-visible", False),
        (_top((10, 10)), "semrush-no-first-page", False),
        (_top((11, 11)), "semrush-no-first-page", True),
        (_top((10, 10)), "semrush-near-first-page", False),
        (_top((20, 20)), "semrush-near-first-page", True),
        (_top((21, 21)), "semrush-near-first-page", False),
        (_top(*[(5, 2)] * 3, (1, 2), (1, 2)), "semrush-positions-lost", True),
        (_top(*[(5, 2)] * 3, *[(1, 2)] * 3), "semrush-positions-lost", False),
        (_top(*[(5, 2)] * 2), "semrush-positions-lost", False),
        (_top(*[(5, 5)] * 3), "semrush-positions-lost", False),
        (_top(*[(5, 2)] * 3, *[(4, 4)] * 3), "semrush-positions-lost", True),
        (_ahead(7500), "semrush-competitor-ahead", False),
        (_ahead(7501), "semrush-competitor-ahead", True),
        (_ahead(3, ours=0), "semrush-competitor-ahead", False),
        (_ahead(4, ours=0), "semrush-competitor-ahead", True),
        (_ahead(6, ours=1), "semrush-competitor-ahead", True),
        (_ahead(2499), "semrush-leads-competitors", True),
        (_ahead(2500), "semrush-leads-competitors", False),
        (_ahead(2501), "semrush-leads-competitors", False),
        (_links(0), "semrush-no-backlinks", True),
        (_links(1), "semrush-no-backlinks", False),
        (_links(19), "semrush-few-backlinks", True),
        (_links(20), "semrush-few-backlinks", False),
        (_links(99), "semrush-well-linked", False),
        (_links(100), "semrush-well-linked", True),
        (_links(220, authority=19), "semrush-low-authority", True),
        (_links(220, authority=20), "semrush-low-authority", False),
    ],
)
def test_each_threshold_stands_where_it_is_documented(changes, code, found):
    assert (code in _codes(**changes)) is found


@pytest.mark.parametrize(
    ("changes", "code", "evidence"),
    [
        (
            _top((12, 12), (11, 11)),
            "semrush-no-first-page",
            "best: “plumber 11” at 11 (100 searches a month)",
        ),
        (
            _top((12, 12), (3, 3), (11, 11)),
            "semrush-near-first-page",
            (
                "2 of the top 3: “plumber 12” at 12 (100 searches a month), “plumber 11” at 11 (100 "
                "searches a month)"
            ),
        ),
        (
            {"keywords": [{**_keyword(10), "keyword": "roof \n  repair"}], "name": "Roof Repair"},
            "semrush-only-own-name",
            "on the first page: “roof repair” at 10 (100 searches a month)",
        ),
        (
            _ahead(9000),
            "semrush-competitor-ahead",
            (
                "r.com: about 9,000 visitors a month, against 2,500; place 2 of 2 by visitors from "
                "unpaid search"
            ),
        ),
    ],
)
def test_evidence_names_what_was_seen(changes, code, evidence):
    (found,) = [f for f in judge({**GOOD, **changes}).findings if f.code == code]
    assert found.evidence == evidence


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({**_rank(500, 2000), **_links(200, 50)}, 100),
        ({**_rank(50, 2000), **_links(200, 50)}, 89),  # 30 x log 51 / log 501 = 19.0
        ({**_rank(500, 100), **_links(200, 50)}, 86),  # 35 x log 101 / log 2001 = 21.3
        ({**_rank(500, 2000), **_links(20, 50)}, 91),  # 20 x log 21 / log 201 = 11.5
        ({**_rank(500, 2000), **_links(200, 20)}, 91),  # 15 x 20 / 50 = 6
        ({**_rank(500, 2000), **_links(200, 0)}, 85),
        ({**_rank(0, 0), **_links(0, 0)}, 0),
    ],
)
def test_score_is_the_documented_sum(changes, score):
    judged = judge({**GOOD, **changes})
    assert (judged.score, judged.measures) == (score, {Area.SEARCH_VISIBILITY: score})


def test_no_rankings_is_a_finding_with_a_score():
    judged = judge({**GOOD, "rank": None, "keywords": [], "competitors": [], "backlinks": None})
    assert {f.code for f in judged.findings} == {"semrush-no-rankings", "semrush-no-backlinks"}
    assert judged.score == 0
    assert judged.inconclusive is None


def test_links_that_were_not_asked_for_cost_no_points():
    evidence = {k: v for k, v in GOOD.items() if k != "backlinks"}
    assert judge(evidence).score == 100


def test_a_page_on_a_platform_is_a_finding_without_a_score():
    judged = judge({"domain": "facebook.com", "database": "us", "shared_host": True})
    assert [f.code for f in judged.findings] == ["semrush-no-own-domain"]
    assert judged.score is None
    assert judged.metrics["reason"]["actor"] == "site"
    assert judged.inconclusive


def test_a_report_cut_short_by_the_balance_is_marked():
    short = {**GOOD, "keywords_due": 10}
    assert judge({**short, "units": {"after": 5}}).metrics["cut_short"] is True
    assert judge({**short, "units": {"after": 5000}}).metrics["cut_short"] is False
    assert judge({**short, "units": {}}).metrics["cut_short"] is True
    assert judge({**GOOD, "keywords_due": 2}).metrics["cut_short"] is False


def test_the_site_is_held_against_its_nearest_three():
    rivals = [
        {
            "domain": f"rival{n}.com",
            "common_keywords": n,
            "organic_keywords": n,
            "organic_traffic": n * 1000,
        }
        for n in (1, 2, 3, 4)
    ]
    shown = judge({**GOOD, "competitors": rivals}).metrics["contest"]
    assert [site["domain"] for site in shown["sites"]] == [
        "example.com",
        "rival1.com",
        "rival2.com",
        "rival3.com",
    ]
    assert (shown["place"], shown["of"]) == (2, 4)
    assert shown["traffic_share"] == pytest.approx(2500 / 8500, abs=0.001)


def test_directories_are_no_competitors():
    rivals = [
        {"domain": "yelp.com", "organic_traffic": 9_000_000},
        {"domain": "amazon.co.uk", "organic_traffic": 9_000_000},
        {"domain": "rival.com", "organic_traffic": 2000},
    ]
    judged = judge({**GOOD, "competitors": rivals})
    assert [c["domain"] for c in judged.metrics["competitors"]] == ["rival.com"]
    assert "semrush-leads-competitors" in {f.code for f in judged.findings}


def test_a_site_without_competitors_stands_alone():
    shown = judge({**GOOD, "competitors": []}).metrics["contest"]
    assert (shown["place"], shown["of"], shown["traffic_share"]) == (1, 1, 1.0)


def test_found_by_its_own_name_only():
    def codes(*phrases: str) -> set[str]:
        rows = [{**_keyword(1), "keyword": phrase} for phrase in phrases]
        return _codes(name="Don's Garage", domain="donsgarage.example", keywords=rows)

    assert "semrush-only-own-name" in codes("dons garage toledo", "don's garage", "dons gara")
    assert "semrush-only-own-name" not in codes("dons garage", "mechanic toledo")
    assert "semrush-only-own-name" not in codes("garage")


@pytest.mark.parametrize(
    ("phrase", "names", "expected"),
    [
        ("pistonheads", ["Piston Heads"], True),
        ("café zoë opening times", ["Cafe Zoe"], True),
        ("don\u2019s garage", ["Dons Garage"], True),
        ("northfork shop", ["northfork.co.uk"], True),  # a domain stands for its first label
        ("co uk shop", ["northfork.co.uk"], False),
        ("northfork co uk", ["St. North Fork"], False),  # a full stop in a name is no domain
        ("st north fork menu", ["St. North Fork"], True),
        ("roof", ["Roof"], True),  # four letters are enough
        ("spa day", ["Spa"], False),
        ("roof", ["Rooftop Repairs"], True),
        ("roo", ["Rooftop Repairs"], False),
        ("repairs", ["Rooftop Repairs"], False),
    ],
)
def test_search_for_the_business_itself_is_known(phrase, names, expected):
    assert names_the_business(phrase, names) is expected


def test_each_reason_says_who_must_act():
    assert {code: reason.actor for code, reason in REASONS.items()} == {
        "semrush.shared_host": "site",
        "semrush.no_database": "provider",
    }


@pytest.mark.parametrize(("country", "database"), [("US", "us"), ("GB", "uk"), ("DE", "de")])
def test_the_database_follows_the_country(country, database):
    assert database_for(country) == database


def test_every_finding_to_mend_has_advice():
    fixable = {code for code, kind in KINDS.items() if kind.severity is not Severity.PASSED}
    assert fixable <= catalogue().keys()


def test_every_finding_and_reason_is_documented():
    text = (Path(__file__).parents[3] / "docs/reference/checks/semrush.md").read_text()
    rows = {f"| `{code}` | {kind.severity.value} |" for code, kind in KINDS.items()}
    rows |= {reason.wording for reason in REASONS.values()}
    assert [row for row in sorted(rows) if row not in text] == []


def test_is_skipped_without_a_key_or_a_website():
    target = Target("x", "https://x.com")
    assert CHECK.applicable(target, Settings()) == "no SEMRUSH_API_KEY"
    assert CHECK.applicable(target, Settings(semrush_api_key="k")) is None
    assert CHECK.applicable(Target("x"), Settings(semrush_api_key="k")) == "no website"


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["position", "keyword", "organic_keywords"]), inner)
    ),
    max_leaves=6,
)


@_UNHURRIED
@given(
    st.dictionaries(st.sampled_from([*GOOD, "shared_host", "units", "name", "keywords_due"]), _ANY)
)
def test_wrongly_typed_evidence_never_crashes(changes):
    judge({**GOOD, **changes})
    judge(changes)


@_UNHURRIED
@given(st.dictionaries(st.sampled_from(sorted(_keyword(1))), _ANY))
def test_wrongly_typed_keywords_never_crash(row):
    judge({**GOOD, "keywords": [{**_keyword(1), **row}, row]})
