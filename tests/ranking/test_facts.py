"""What ranking reads of stored rows: every demo business, and rows of any shape."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks import all_checks
from lfassess.ranking import Out, facts_of, load_rules, opportunity

GBP = {"found": True, "reviews": 87, "rating": 4.3, "category": "Plumber", "status": "OPERATIONAL"}
ONPAGE = {
    "trust": {"phone": True, "form": True, "mail": False},
    "technologies": [
        {"name": "WordPress", "category": "cms", "bought": False},
        {"name": "Google Ads", "category": "advertising", "bought": True},
    ],
}
SLOW = {"code": "slow-largest-paint", "severity": "high", "title": "Late", "advice_id": "x"}
WEAK = {"code": "no-csp", "severity": "high", "title": "No CSP"}


def test_each_check_gives_what_it_knows():
    runs = {
        "gbp": ([], GBP),
        "onpage": ([], ONPAGE),
        "semrush": ([], {"traffic_value_usd": 400}),
        "security": ([WEAK], {}),
        "pagespeed": ([SLOW, {"code": "x", "severity": "passed", "title": "Good"}], {}),
    }
    facts = facts_of(None, {"Owner name": "Ann Example", "E-mail": "ann@shop.example"}, runs)
    assert (facts.reviews, facts.rating, facts.trade) == (87, 4.3, "plumber")
    assert (facts.traffic_value, facts.tools) == (400, ("Google Ads",))
    assert facts.technologies == ("WordPress", "Google Ads")
    assert (facts.phone, facts.email, facts.form, facts.owner) == (True, True, True, True)
    assert [f.code for f in facts.findings] == ["slow-largest-paint", "no-csp"]
    assert [f.hardening for f in facts.findings] == [False, True]


def test_the_records_trade_counts_where_google_names_none():
    assert facts_of(None, {}, {}, industry="roofer").trade == "roofer"


def test_what_was_not_looked_at_is_not_known():
    facts = facts_of("+14155550100", {"Owner": " "}, {"security": ([], {})})
    assert (facts.reviews, facts.tools, facts.on_google, facts.traffic_value) == (None,) * 4
    assert (facts.phone, facts.email, facts.owner) == (True, False, False)


def test_a_dismissed_finding_is_gone():
    runs = {"pagespeed": ([SLOW], {})}
    assert facts_of(None, {}, runs, {("pagespeed", "slow-largest-paint")}).findings == ()


def test_a_parked_address_google_does_not_know_is_out():
    visit = {"visit": {"kind": "no_site", "code": "parked", "shown": "Buy it"}}
    runs = {"security": ([SLOW], visit), "gbp": ([], {"found": False})}
    assert opportunity(facts_of(None, {}, runs), load_rules()).out is Out.NO_SIGN_OF_LIFE
    known = {**runs, "gbp": ([], GBP)}
    assert opportunity(facts_of(None, {}, known), load_rules()).out is None


def test_every_finding_that_can_be_fixed_has_points():
    rules = load_rules()
    for name, check in all_checks().items():
        for code, kind in check.kinds.items():
            row = {"code": code, "severity": kind.severity.value, "title": kind.title}
            made = opportunity(facts_of(None, {}, {name: ([row], {})}), rules)
            fixable = kind.severity.value in {"critical", "high", "medium", "low"}
            assert fixable or made.need == 0, code


json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["gbp", "onpage", "semrush", "x"]), st.tuples(json, json)))
def test_rows_of_any_shape_make_an_opportunity(runs):
    made = opportunity(facts_of(None, {"a": 1, "b": None}, runs), load_rules())
    assert 0 <= made.score <= 100
