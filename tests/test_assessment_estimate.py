"""What a batch will take, before anything is bought."""

from __future__ import annotations

import pytest

from lfassess.assessment.execution.rate_limits import Limits
from lfassess.assessment.intake.estimate import estimate
from lfassess.checks import all_checks
from lfassess.errors import UsageError
from lfassess.settings import Settings


def paid(**values):
    keys = {"google_api_key": "g", "semrush_api_key": "s", "openai_api_key": "o"}
    return Settings(**(keys | values))


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


def test_only_wanted_checks_count():
    found = estimate(paid(vision=False), all_checks(), 10, only=["gbp"])
    assert set(by_check(found)) == {"gbp"}


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
