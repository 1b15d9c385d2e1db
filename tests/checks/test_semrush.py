"""The semrush check, from the domain to the score."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.advice import catalogue
from lfassess.checks.base import CheckContext, Severity, Target
from lfassess.checks.semrush import CHECK, database_for, judge
from lfassess.checks.semrush_rules.kinds import KINDS
from lfassess.clients.semrush_csv import number, rows_of
from lfassess.errors import InvalidTargetError
from lfassess.sandbox.providers import semrush as emulated
from lfassess.settings import Settings
from tests.provider_servers import emulator, recorded, told_server

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
    "competitors": [{"domain": "rival.com", "common_keywords": 9, "organic_traffic": 3000}],
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
    assert judged.inconclusive


def test_a_report_cut_short_by_the_balance_is_marked():
    assert judge({**GOOD, "balance": 5}).metrics["cut_short"] is True
    assert judge({**GOOD, "balance": 5000}).metrics["cut_short"] is False
    assert judge(GOOD).metrics["cut_short"] is False


@pytest.mark.parametrize(("country", "database"), [("US", "us"), ("GB", "uk"), ("DE", "de")])
def test_the_database_follows_the_country(country, database):
    assert database_for(country) == database


def test_judges_recorded_reports():
    rank = rows_of(recorded("semrush", "domain_rank_apple_LIVE_crlf.csv").decode(), ["rank"])
    words = rows_of(recorded("semrush", "domain_organic_pistonheads.csv").decode(), ["keyword"])
    rivals = rows_of(
        recorded("semrush", "domain_organic_organic_seobook_DOCS.csv").decode(), ["domain"]
    )
    links = rows_of(recorded("semrush", "backlinks_overview_sej_DOCS.csv").decode(), ["ascore"])
    texts = {"keyword", "url", "domain"}

    def typed(row):
        return {k: v if k in texts else number(v) for k, v in row.items()}

    judged = judge(
        {
            "domain": "apple.com",
            "database": "us",
            "rank": typed(rank[0]),
            "keywords": [typed(row) for row in words],
            "competitors": [typed(row) for row in rivals],
            "backlinks": typed(links[0]),
        }
    )
    assert judged.score == 100
    assert judged.metrics["organic_keywords"] == 47395376
    assert judged.metrics["top_keywords"][0]["keyword"] == "pistonheads"
    assert judged.metrics["authority"] == 74
    assert {f.code for f in judged.findings} == {"semrush-visible", "semrush-well-linked"}


def test_every_finding_to_mend_has_advice():
    mend = {code for code, kind in KINDS.items() if kind.severity is not Severity.PASSED}
    assert mend <= catalogue().keys()


@pytest.fixture(scope="module")
def sandbox():
    with emulator(semrush=emulated.router) as url:
        yield Settings(sandbox_url=url)


def _fetch(settings: Settings, url: str, country: str = "US"):
    return CHECK.fetch(
        Target("x", url, country=country), CheckContext(settings, time.monotonic() + 20)
    )


def test_buys_and_judges_a_demo_site(sandbox: Settings):
    fetched = _fetch(sandbox, "https://dons-garage.demo.test/")
    assert fetched.sandbox
    assert fetched.usage.units == 10 + 3 * 10 + 2 * 40 + 40
    assert fetched.usage.cost_usd == pytest.approx(160 * 0.00005)
    judged = judge(json.loads(json.dumps(fetched.evidence)))
    assert {"semrush-few-keywords", "semrush-few-backlinks"} <= {f.code for f in judged.findings}


def test_buys_no_details_of_a_site_without_rankings(sandbox: Settings):
    fetched = _fetch(sandbox, "https://wildflower-studio.demo.test/")
    assert fetched.usage.units == 0
    assert fetched.usage.calls == 2
    assert "semrush-no-rankings" in {f.code for f in judge(fetched.evidence).findings}


def test_buys_nothing_for_a_page_on_a_platform():
    with told_server() as told:
        settings = Settings(semrush_api_key="k", semrush_base_url=told.url)
        fetched = _fetch(settings, "https://www.facebook.com/joes")
        assert told.requests == []
    assert fetched.usage.calls == 0


def test_an_address_without_a_domain_can_not_be_looked_up(sandbox: Settings):
    with pytest.raises(InvalidTargetError):
        _fetch(sandbox, "http://127.0.0.1:8000/")


def test_asks_the_british_database(sandbox: Settings):
    assert _fetch(sandbox, "https://brightwater-plumbing.demo.test/", "GB").evidence["rank"]


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
@given(st.dictionaries(st.sampled_from([*GOOD, "shared_host", "balance"]), _ANY))
def test_wrongly_typed_evidence_never_crashes(changes):
    judge({**GOOD, **changes})
    judge(changes)


@_UNHURRIED
@given(st.dictionaries(st.sampled_from(sorted(_keyword(1))), _ANY))
def test_wrongly_typed_keywords_never_crash(row):
    judge({**GOOD, "keywords": [{**_keyword(1), **row}, row]})
