"""The semrush check, from the domain to the score."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.base import Severity, Target
from lfassess.checks.semrush import CHECK
from lfassess.checks.semrush.catalogue import KINDS, REASONS
from lfassess.checks.semrush.fetch import database_for
from lfassess.checks.semrush.judge import judge
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
    text = (Path(__file__).parents[3] / "docs/checks/semrush.md").read_text()
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
