"""What the semrush check buys, and how it counts."""

from __future__ import annotations

import json
import logging
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import APIRouter

from lfassess.checks.base import CheckContext, Ledger, Target
from lfassess.checks.semrush import CHECK
from lfassess.checks.semrush.judge import judge
from lfassess.errors import (
    DeferredError,
    InvalidTargetError,
    ProviderRejectedError,
    ProviderUnavailableError,
    QuotaExhaustedError,
)
from lfassess.sandbox.providers import semrush as emulated
from lfassess.settings import Settings
from tests.checks.caching_ledger import CachingLedger
from tests.provider_servers import emulator, scripted_server


@pytest.fixture(scope="module")
def sandbox():
    with emulator(semrush=emulated.router) as url:
        yield Settings(sandbox_url=url)


@pytest.fixture
def balance(monkeypatch: pytest.MonkeyPatch):
    """Sets the emulated account's units."""

    def says(units: int) -> None:
        monkeypatch.setattr(emulated.account, "units", units)

    return says


def _fetch(settings: Settings, url: str, country: str = "US", ledger: Ledger | None = None):
    more = {"ledger": ledger} if ledger else {}
    ctx = CheckContext(settings, time.monotonic() + 60, **more)
    return CHECK.fetch(Target("x", url, country=country), ctx)


GARAGE = "https://dons-garage.demo.test/"
GARAGE_UNITS = 10 + 3 * 10 + 2 * 40 + 40


def test_buys_and_judges_a_demo_site(sandbox: Settings):
    ledger = CachingLedger()
    fetched = _fetch(sandbox, GARAGE, ledger=ledger)
    assert fetched.sandbox
    assert ledger.usage.calls == 4 + 2  # four reports, two looks at the balance
    assert ledger.usage.units == GARAGE_UNITS
    assert ledger.usage.cost_usd == pytest.approx(GARAGE_UNITS * 0.00005)
    judged = judge(json.loads(json.dumps(fetched.evidence)))
    assert {"semrush-few-keywords", "semrush-few-backlinks"} <= {f.code for f in judged.findings}
    assert judged.metrics["contest"]["place"] == 3


def test_the_units_counted_are_what_the_balance_lost(sandbox: Settings, balance):
    balance(1000)
    ledger = CachingLedger()
    fetched = _fetch(sandbox, GARAGE, ledger=ledger)
    assert ledger.balances == [("semrush", 1000), ("semrush", 1000 - GARAGE_UNITS)]
    assert fetched.evidence["units"] == {
        "counted": GARAGE_UNITS,
        "before": 1000,
        "after": 1000 - GARAGE_UNITS,
        "fits": True,
    }


def test_a_difference_is_noted_and_fails_nothing(sandbox: Settings, balance, caplog):
    """Somebody else may be using the same account."""

    class Shared(CachingLedger):
        def call(self, provider, request, do):
            if "backlinks" in request:
                emulated.account.units -= 70
            return super().call(provider, request, do)

    balance(1000)
    with caplog.at_level(logging.INFO):
        fetched = _fetch(sandbox, GARAGE, ledger=Shared())
    assert fetched.evidence["units"]["fits"] is False
    assert f"fell by {GARAGE_UNITS + 70} units; counted {GARAGE_UNITS}" in caplog.text
    assert judge(fetched.evidence).score is not None


def test_buys_no_report_that_would_be_cut_short(sandbox: Settings, balance):
    balance(15)  # enough for the rank and half a line of keywords
    ledger = CachingLedger()
    with pytest.raises(QuotaExhaustedError, match="5 API units; domain_organic may take 60"):
        _fetch(sandbox, GARAGE, ledger=ledger)
    assert ledger.usage.units == 10
    assert emulated.account.units == 5
    assert ledger.balances[-1] == ("semrush", 5)


def test_a_retry_after_the_third_report_buys_only_the_fourth(sandbox: Settings):
    class FailsOnce(CachingLedger):
        failed = False

        def call(self, provider, request, do):
            if "backlinks" in request and not self.failed:
                self.failed = True
                raise ProviderUnavailableError("down")
            return super().call(provider, request, do)

    ledger = FailsOnce()
    with pytest.raises(ProviderUnavailableError):
        _fetch(sandbox, GARAGE, ledger=ledger)
    bought = len(ledger.bought)
    fetched = _fetch(sandbox, GARAGE, ledger=ledger)
    (report,) = ledger.bought[bought:]
    assert "backlinks_overview" in report
    assert fetched.evidence["units"]["counted"] == 40
    assert ledger.usage.units == GARAGE_UNITS


def test_a_finished_site_costs_nothing_again(sandbox: Settings):
    ledger = CachingLedger()
    first = _fetch(sandbox, GARAGE, ledger=ledger)
    again = _fetch(sandbox, GARAGE, ledger=ledger)
    assert ledger.usage.units == GARAGE_UNITS
    assert again.evidence["units"]["counted"] == 0
    assert judge(first.evidence).score == judge(again.evidence).score


def test_buys_no_details_of_a_site_without_rankings(sandbox: Settings):
    ledger = CachingLedger()
    fetched = _fetch(sandbox, "https://wildflower-studio.demo.test/", ledger=ledger)
    assert ledger.usage.units == 0
    kinds = [parse_qs(urlsplit(r.split()[1]).query).get("type") for r in ledger.bought]
    assert kinds == [["domain_rank"], ["backlinks_overview"]]
    assert "semrush-no-rankings" in {f.code for f in judge(fetched.evidence).findings}


def test_waiting_for_a_quota_is_passed_on(sandbox: Settings):
    class Parking(CachingLedger):
        def call(self, provider, request, do):
            raise DeferredError("not now", wait_s=9)

    with pytest.raises(DeferredError):
        _fetch(sandbox, GARAGE, ledger=Parking())


def test_a_balance_that_can_not_be_read_holds_nothing_up():
    reports = [route for route in emulated.router.routes if "countapi" not in route.path]
    with emulator(semrush=APIRouter(routes=reports)) as url:
        fetched = _fetch(Settings(sandbox_url=url), GARAGE)
    units = {"counted": GARAGE_UNITS, "before": None, "after": None, "fits": None}
    assert fetched.evidence["units"] == units
    assert fetched.evidence["backlinks"]


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://www.facebook.com/joes", "the website is on facebook.com"),
        (
            "https://joes.wixsite.com/home",
            "the website is joes.wixsite.com, a name below wixsite.com",
        ),
        ("https://www.joes.weebly.com", "the website is joes.weebly.com, a name below weebly.com"),
    ],
)
def test_buys_nothing_for_a_site_without_a_domain_of_its_own(url, seen):
    with scripted_server() as server:
        settings = Settings(semrush_api_key="k", semrush_base_url=server.url)
        fetched = _fetch(settings, url)
        assert server.requests == []
    (finding,) = judge(fetched.evidence).findings
    assert finding.code == "semrush-no-own-domain"
    assert finding.evidence == seen


def _refused(text: bytes):
    with scripted_server() as server:
        server.says(text)
        settings = Settings(semrush_api_key="k" * 32, semrush_base_url=server.url)
        return judge(_fetch(settings, "https://a.com", "AQ").evidence)


def test_a_country_without_a_database_is_not_assessed():
    judged = _refused(b"ERROR 10006 :: Wrong parameter: database")
    assert judged.findings == ()
    assert judged.score is None
    assert judged.metrics["reason"]["code"] == "semrush.no_database"
    assert "country" in judged.inconclusive


def test_any_other_refusal_is_a_failure():
    with pytest.raises(ProviderRejectedError):
        _refused(b"ERROR 10001 :: Wrong parameter: export_columns")


def test_an_address_without_a_domain_can_not_be_looked_up(sandbox: Settings):
    with pytest.raises(InvalidTargetError):
        _fetch(sandbox, "http://127.0.0.1:8000/")


def test_asks_the_british_database(sandbox: Settings):
    ledger = CachingLedger()
    assert _fetch(sandbox, "https://brightwater-plumbing.demo.test/", "GB", ledger).evidence["rank"]
    assert "database=uk" in ledger.bought[0]
