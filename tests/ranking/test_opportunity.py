"""Who to call first: a neglected shop that has customers, before a dead page and a perfect site."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.base import Area
from lfassess.config_files import SHIPPED
from lfassess.errors import ConfigurationError
from lfassess.ranking import Out, RankingFacts, load_rules, opportunity, rules_from
from lfassess.ranking.facts import Fixable
from lfassess.ranking.rules import REACH, SEVERITIES

RULES = load_rules()
AREAS = [area.value for area in Area]


def fixable(severity="high", area="speed", title="The page is slow", *, hardening=False):
    return Fixable("pagespeed", f"{area}-{severity}", severity, area, title, "", hardening)


NEGLECTED = RankingFacts(
    findings=(fixable("critical", "security", "The site has no HTTPS"), fixable(), fixable("medium")),
    reviews=300, rating=4.6, trade="plumber", tools=("Google Ads",), phone=True, email=True,
    on_google=True,
)  # fmt: skip


def score(facts):
    return opportunity(facts, RULES).score


def test_a_neglected_shop_stands_above_a_dead_page_and_a_perfect_site():
    dead = RankingFacts(findings=(fixable("critical"),), no_site=True, on_google=False, phone=True)
    perfect = replace(NEGLECTED, findings=(fixable("low", hardening=True),))
    assert score(NEGLECTED) > 30
    assert (score(dead), opportunity(dead, RULES).out) == (0, Out.NO_SIGN_OF_LIFE)
    assert (score(perfect), opportunity(perfect, RULES).out) == (0, Out.NOTHING_TO_FIX)


def test_a_closed_business_is_out_however_bad_its_site():
    closed = opportunity(replace(NEGLECTED, closed=True), RULES)
    assert (closed.score, closed.out) == (0, Out.CLOSED)
    assert "permanently closed" in closed.why


def test_a_shop_without_a_website_that_google_knows_stays_in():
    assert score(replace(NEGLECTED, no_site=True)) == score(NEGLECTED)


def test_what_nobody_knows_counts_least_and_is_shown_as_unknown():
    unknown = opportunity(replace(NEGLECTED, reviews=None, rating=None, tools=None), RULES)
    none = opportunity(replace(NEGLECTED, reviews=0, rating=None, tools=()), RULES)
    assert unknown.parts["worth"]["reviews"] is None
    assert none.parts["worth"]["reviews"] == 0
    assert unknown.score == none.score > 0


def test_why_names_what_the_business_has_and_what_is_in_its_way():
    assert opportunity(NEGLECTED, RULES).why == (
        "300 reviews on Google (4.6 stars), pays for Google Ads; but: The site has no HTTPS, and 2 "
        "more to fix."
    )
    assert opportunity(RankingFacts(findings=(fixable(),)), RULES).why == "The page is slow."


def test_hardening_is_no_need():
    harder = replace(NEGLECTED, findings=(*NEGLECTED.findings, fixable("high", hardening=True)))
    assert score(harder) == score(NEGLECTED)


def test_a_trade_whose_customers_are_worth_more_stands_higher():
    assert score(replace(NEGLECTED, trade="roofer")) > score(replace(NEGLECTED, trade="florist"))


known = st.one_of(st.none(), st.floats(0, 1e6))
findings = st.lists(
    st.builds(
        fixable, st.sampled_from(SEVERITIES), st.sampled_from(AREAS), hardening=st.booleans()
    ),
    max_size=30,
).map(tuple)
facts = st.builds(
    RankingFacts,
    findings=findings,
    reviews=known,
    rating=st.one_of(st.none(), st.floats(1, 5)),
    trade=st.one_of(st.none(), st.sampled_from(["plumber", "dentist", "florist"])),
    traffic_value=known,
    tools=st.one_of(st.none(), st.lists(st.text(max_size=5), max_size=9).map(tuple)),
    **{way: st.booleans() for way in REACH},
    on_google=st.one_of(st.none(), st.booleans()),
)


@given(facts, st.sampled_from(SEVERITIES), st.sampled_from(AREAS))
def test_more_need_never_lowers_it(some, severity, area):
    assert score(replace(some, findings=(*some.findings, fixable(severity, area)))) >= score(some)


@given(facts, st.sampled_from(["reviews", "rating", "traffic_value"]), st.floats(0, 1e6))
def test_more_worth_never_lowers_it(some, name, more):
    assert score(replace(some, **{name: (getattr(some, name) or 0) + more})) >= score(some)
    assert score(replace(some, tools=(*(some.tools or ()), "Calendly"))) >= score(some)


@given(facts, st.sampled_from(REACH))
def test_another_way_to_the_owner_never_lowers_it(some, way):
    assert score(replace(some, **{way: True})) >= score(some)


@given(facts)
def test_every_figure_is_a_share_of_100(some):
    made = opportunity(some, RULES)
    assert all(0 <= value <= 100 for value in (made.score, made.need, made.worth, made.reach))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("half = 40\n", "", "missing or no number"),
        ("critical = 40", "critical = -1", "can't be negative"),
        ("roofer = 1.2", "rofer = 1.2", "no trade is called 'rofer'"),
        ("half = 500", "half = 0", "must be above 0"),
        ("least = 0.15", "least = 1", "least must be"),
        ("phone = 50", 'phone = "much"', "missing or no number"),
    ],
)
def test_rules_that_make_no_sense_are_refused(old, new, says):
    text = (SHIPPED / "ranking.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ConfigurationError, match=says):
        rules_from(tomllib.loads(text.replace(old, new, 1)))
