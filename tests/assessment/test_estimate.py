"""What a batch will take, before anything is bought."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfassess.assessment.execution.rate_limits import Limits
from lfassess.assessment.intake import estimate as estimates
from lfassess.assessment.intake.estimate import Purchase
from lfassess.assessment.intake.workload import Workload, count
from lfassess.checks import all_checks
from lfassess.checks.base import UsualCost
from lfassess.db.commands.batches import LeadsOfSite
from lfassess.errors import UsageError
from lfassess.settings import Settings


def paid(**values):
    keys = {"google_api_key": "g", "semrush_api_key": "s", "openai_api_key": "o"}
    return Settings(**(keys | values))


def estimate(settings, checks, leads, **options):
    """Estimate so many leads, or a workload."""
    workload = leads if isinstance(leads, Workload) else Workload.separate(leads)
    return estimates.estimate(settings, checks, workload, **options)


def by_check(found):
    return {p.check: p for p in found.purchases}


def test_money_grows_with_the_leads():
    one, many = (estimate(paid(), all_checks(), n) for n in (1, 5_000))
    assert many.usd == pytest.approx(5_000 * one.usd)
    assert 0.03 < one.usd < 1


def test_semrush_units_follow_the_lines_that_are_bought():
    assert by_check(estimate(paid(), all_checks(), 1))["semrush"].units == 10 + 100 + 200 + 40


def test_pace_of_the_slowest_provider_bounds_the_time(monkeypatch):
    slow = Limits(requests_per_minute=6)
    monkeypatch.setattr("lfassess.assessment.intake.estimate.limits_of", lambda _provider: slow)
    found = estimate(paid(), all_checks(), 60, only=["gbp", "semrush"])
    assert by_check(found)["semrush"].at_least_s == 60 * 4 * 10
    assert found.seconds == 60 * 4 * 10


def test_what_is_not_configured_costs_nothing_and_is_named():
    found = estimate(Settings(), all_checks(), 10)
    assert (found.purchases, found.usd) == ((), 0)
    assert {"gbp", "semrush", "llm_analysis"} <= found.skipped.keys()


def test_checks_that_ask_no_provider_are_named_too():
    found = estimate(paid(), all_checks(), 10, only=["onpage", "security", "gbp"])
    assert set(found.free) == {"onpage", "security"}
    free = set(estimate(Settings(), all_checks(), 1).as_json()["free"])
    assert {"pagespeed", "security", "visual", "onpage"} <= free
    assert free.isdisjoint({"gbp", "semrush", "llm_analysis"})


def test_only_selected_checks_count():
    found = estimate(paid(vision=False), all_checks(), 10, only=["gbp"])
    assert set(by_check(found)) == {"gbp"}


def test_a_check_of_another_package_is_estimated_by_what_it_says():
    def cost(settings):
        return UsualCost("maps", 3, 0.25, units=7) if settings.google_api_key else None

    checks = {"mine": replace(all_checks()["security"], name="mine", usual_cost=cost)}
    found = estimate(paid(), checks, 4)
    assert found.purchases == (Purchase("mine", "maps", 12, 28, 1.0, 0.0),)
    assert estimate(Settings(), checks, 4).purchases == ()


def test_no_leads_take_nothing():
    assert (estimate(paid(), all_checks(), 0).usd, estimate(paid(), all_checks(), 0).seconds) == (
        0,
        0,
    )


def test_unknown_check_is_refused():
    with pytest.raises(UsageError):
        estimate(paid(), all_checks(), 1, only=["nonsense"])


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        (Settings(), 26 * 25),
        (Settings(lighthouse_runs=1), 26 * 25),
        (Settings(lighthouse_runs=3), 26 * (25 + 2 * 8)),
        (paid(), 45),
    ],
)
def test_lighthouse_here_takes_one_lead_at_a_time(settings, seconds):
    assert estimate(settings, all_checks(), 26, only=["pagespeed"]).seconds == seconds


def of(*sites):
    return count([LeadsOfSite(*site) for site in sites])


@pytest.mark.parametrize(
    ("sites", "workload"),
    [
        ([], Workload(0, 0, 0, 0)),
        ([("https://joes.com/", "US", 200)], Workload(200, 200, 1, 1)),
        (
            [("https://joes.com/", "US", 1), ("http://www.joes.com/", "US", 1)],
            Workload(2, 2, 1, 1),
        ),
        (
            [("https://joes.com/a", "US", 1), ("https://shop.joes.com/", "US", 1)],
            Workload(2, 2, 2, 1),
        ),
        ([("https://joes.com/", "US", 1), ("https://joes.com/", "CA", 1)], Workload(2, 2, 2, 2)),
        (
            [("https://joes.com/", "US", 1), ("https://anns.com/", "US", 1)],
            Workload(2, 2, 2, 2),
        ),
        (
            [("https://a.wixsite.com/x", "US", 2), ("https://b.wixsite.com/x", "US", 1)],
            Workload(3, 3, 2, 2),
        ),
        ([("http://203.0.113.7/", "US", 3)], Workload(3, 3, 1, 3)),
        ([("https://joes.com/", "US", 1), (None, "US", 4)], Workload(5, 1, 1, 1)),
    ],
)
def test_branches_are_looked_at_once(sites, workload):
    assert of(*sites) == workload


def test_a_chain_pays_once_for_what_its_branches_share():
    chain = estimate(paid(), all_checks(), Workload(200, 200, 1, 1))
    alone = estimate(paid(), all_checks(), 1)
    many = estimate(paid(), all_checks(), 200)
    for check in ("pagespeed", "semrush"):
        assert by_check(chain)[check].calls == by_check(alone)[check].calls
    for check in ("gbp", "llm_analysis"):
        assert by_check(chain)[check].calls == by_check(many)[check].calls
    assert alone.usd < chain.usd < many.usd
    assert chain.seconds < many.seconds


def test_lighthouse_here_measures_a_chain_once():
    found = estimate(Settings(), all_checks(), Workload(200, 200, 1, 1), only=["pagespeed"])
    assert found.seconds < 200 * 25


def test_leads_without_a_website_buy_nothing_for_it():
    found = by_check(estimate(paid(), all_checks(), Workload(10, 0, 0, 0)))
    assert not {"semrush", "pagespeed"} & found.keys()
    assert found["gbp"].calls == 20


def test_competitors_take_visits_and_a_search_for_neighbours():
    alone, beside = (estimate(paid(), all_checks(), 60, rivals=n) for n in (0, 2))
    calls = {p.check: p.calls for p in beside.purchases}
    before = {p.check: p.calls for p in alone.purchases}
    assert calls["pagespeed"] == 3 * before["pagespeed"]
    assert calls["gbp"] == 60  # the search for neighbours, which is counted after the profile's
    bought = [p for p in beside.purchases if p.check == "gbp"]
    assert (len(bought), bought[1].usd) == (2, pytest.approx(60 * 0.035))
    assert beside.usd == pytest.approx(alone.usd + 60 * 0.035)
    assert beside.rivals == 120
    assert beside.as_json()["rivals"] == 120
    here, with_rivals = (estimate(Settings(), all_checks(), 60, rivals=n).seconds for n in (0, 2))
    assert with_rivals == pytest.approx(3 * here)
