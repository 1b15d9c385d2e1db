"""Provider calls are logged, delayed and spoilt; demo sites are left alone."""

from __future__ import annotations

import contextlib
import time
from random import Random

import pytest
import requests

from lfassess.errors import UsageError
from lfassess.sandbox.profiles import FAULTS, PROFILES, profile_named, with_faults
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import SANDBOX_KEY


def ask_semrush(
    sandbox, *, fault=None, key=SANDBOX_KEY, domain="harbour-bakery.demo.test", timeout=60
):
    return requests.get(
        f"{sandbox.url}/semrush/",
        params={
            "type": "domain_rank",
            "domain": domain,
            "database": "us",
            "display_limit": 1,
            "export_columns": "Dn,Rk,Or",
            "key": key,
        },
        headers={"X-Sandbox-Fault": fault} if fault else {},
        timeout=timeout,
    )


def ask_places(sandbox, *, fault=None, text="Harbour Bakery, 18 Quay Street"):
    return requests.post(
        f"{sandbox.url}/places/v1/places:searchText",
        json={"textQuery": text, "pageSize": 5},
        headers={
            "X-Goog-Api-Key": SANDBOX_KEY,
            "X-Goog-FieldMask": "places.id",
            **({"X-Sandbox-Fault": fault} if fault else {}),
        },
        timeout=60,
    )


def logged(sandbox):
    return requests.get(f"{sandbox.url}/_sandbox/requests", timeout=60).json()


def test_logs_who_was_asked_about_whom(sandbox):
    assert ask_places(sandbox).ok
    assert ask_semrush(sandbox).ok
    places, semrush = logged(sandbox)
    assert (places["provider"], places["method"], places["status"]) == ("places", "POST", 200)
    assert places["lead_hint"] == "Harbour Bakery, 18 Quay Street"
    assert semrush["path"] == "/semrush/?type=domain_rank"
    assert semrush["lead_hint"] == "harbour-bakery.demo.test"
    assert {places["key_used"], semrush["key_used"]} == {SANDBOX_KEY}


def test_a_real_key_that_strays_here_stays_secret(sandbox):
    ask_semrush(sandbox, key="AIzaSyVerySecret")
    answer = requests.get(f"{sandbox.url}/_sandbox/requests", timeout=60)
    assert "VerySecret" not in answer.text
    assert answer.json()[0]["key_used"] == "AIza***"


def test_sums_up_by_provider_and_status_and_forgets_on_reset(sandbox):
    ask_semrush(sandbox)
    ask_semrush(sandbox, fault="429")
    ask_places(sandbox)
    summary = requests.get(f"{sandbox.url}/_sandbox/summary", timeout=60).json()
    assert summary["total"] == 3
    assert summary["providers"]["semrush"]["by_status"] == {"200": 1, "429": 1}
    assert summary["providers"]["semrush"]["faults"] == {"429": 1}
    assert requests.post(f"{sandbox.url}/_sandbox/reset", timeout=60).status_code == 204
    assert logged(sandbox) == []


def test_site_pages_are_not_logged(sandbox):
    requests.get(f"{sandbox.url}/site/dons-garage/", timeout=60)
    requests.get(f"{sandbox.url}/semrush/", headers={"Host": "dons-garage.demo.test"}, timeout=60)
    assert logged(sandbox) == []


@pytest.mark.parametrize("fault", ["429", "500", "503"])
@pytest.mark.parametrize("ask", [ask_places, ask_semrush])
def test_fault_header_makes_the_provider_refuse(sandbox, ask, fault):
    answer = ask(sandbox, fault=fault)
    assert answer.status_code == int(fault)
    assert fault in answer.text
    assert logged(sandbox)[0]["fault"] == fault


def test_cut_body_ends_before_it_was_promised(sandbox):
    with pytest.raises(
        (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)
    ):
        ask_places(sandbox, fault="cut")
    assert logged(sandbox)[0]["fault"] == "cut"


def test_malformed_body_is_complete_but_no_json(sandbox):
    answer = ask_places(sandbox, fault="malformed")
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_timeout_never_answers(sandbox):
    with pytest.raises(requests.exceptions.ReadTimeout):
        ask_semrush(sandbox, fault="timeout", timeout=0.3)
    deadline = time.monotonic() + 60
    while not logged(sandbox) and time.monotonic() < deadline:
        pass
    assert logged(sandbox)[0]["status"] is None


def test_unknown_fault_is_refused(sandbox):
    answer = ask_semrush(sandbox, fault="flood")
    assert answer.status_code == 400
    assert "malformed" in answer.text


def test_chaos_spoils_its_share_of_calls_the_same_way_for_the_same_seed():
    def fates(seed):
        with SandboxServer(profile="chaos", seed=seed) as server:
            for n in range(120):
                with contextlib.suppress(requests.exceptions.RequestException):
                    ask_semrush(server, domain=f"s{n}.example", timeout=0.5)
            deadline = time.monotonic() + 60
            while server.log.summary()["total"] < 120:  # a call that hangs ends when it is left
                assert time.monotonic() < deadline
            return {call["lead_hint"]: call["fault"] for call in server.log.requests()}

    first = fates(3)
    assert first == fates(3)
    assert {"429", "503", "cut"} <= set(first.values())


def test_repeated_call_draws_its_fate_anew():
    profile = PROFILES["chaos"]
    drawn = [profile.draw_fault(Random(n)) for n in range(2000)]
    for fault, share in profile.faults.items():
        assert share / 2 < drawn.count(fault) / 2000 < share * 2


def test_realistic_answers_take_as_long_as_the_real_ones():
    profile = PROFILES["realistic"]
    for provider, (low, high) in {
        "places": (0.2, 0.8),
        "semrush": (0.3, 1.2),
        "openai": (5, 15),
    }.items():
        drawn = [profile.draw_latency(provider, Random(n)) for n in range(100)]
        assert low <= min(drawn) < max(drawn) <= high
    assert profile.draw_latency("unheard-of", Random(1)) == 0


def test_unknown_profile_is_a_usage_error():
    with pytest.raises(UsageError, match="brisk"):
        profile_named("brisk")


def test_drip_never_falls_silent_and_never_ends(sandbox):
    with requests.get(
        f"{sandbox.url}/semrush/",
        params={"type": "domain_rank", "domain": "x.example", "database": "us"}
        | {"display_limit": 1, "export_columns": "Dn,Rk,Or", "key": SANDBOX_KEY},
        headers={"X-Sandbox-Fault": "drip"},
        stream=True,
        timeout=60,
    ) as answer:
        pieces = answer.raw.stream(1)
        assert [len(next(pieces)) for _ in range(3)] == [1, 1, 1]


def test_calls_are_billed_as_the_providers_do(sandbox):
    ask_semrush(sandbox)
    ask_places(sandbox)
    units = [(c["cost_units"], c["cost_usd"]) for c in logged(sandbox)]
    assert units == [(10, pytest.approx(0.0005)), (1, 0)]
    summary = requests.get(f"{sandbox.url}/_sandbox/summary", timeout=60).json()
    assert summary["cost_usd"] == pytest.approx(0.0005)


def test_refused_call_costs_nothing(sandbox):
    ask_semrush(sandbox, fault="500")
    assert logged(sandbox)[0]["cost_usd"] == 0


def test_rate_is_spread_over_every_kind_of_fault():
    profile = with_faults(PROFILES["realistic"], 0.07, ["429=0.2"])
    assert profile.faults == {kind: pytest.approx(0.01) for kind in FAULTS} | {"429": 0.2}
    assert profile.latency == PROFILES["realistic"].latency


def test_without_a_rate_the_profile_keeps_its_faults():
    assert with_faults(PROFILES["chaos"], None, ["cut=0"]).faults["429"] == 0.05


@pytest.mark.parametrize("share", ["flood=0.1", "429", "429=lots", "429=1.5", "429=-1", "=0.1"])
def test_share_that_makes_no_sense_is_a_usage_error(share):
    with pytest.raises(UsageError):
        with_faults(PROFILES["fast"], None, [share])
