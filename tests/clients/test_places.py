"""Places: what is asked, what is made of answers and of errors."""

from __future__ import annotations

import json

import pytest

from lfassess.clients import google_errors
from lfassess.clients.endpoint import Endpoint
from lfassess.clients.places import (
    PlacesClient,
    details_request,
    endpoint,
    ids_in,
    price_usd,
    search_request,
)
from lfassess.errors import (
    CredentialError,
    DeadlineExceededError,
    InvalidResponseError,
    ProviderRejectedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    QuotaExhaustedError,
    RateLimitedError,
)
from lfassess.settings import Settings
from tests.provider_servers import ScriptedServer, recorded, scripted_server

KEY = "AIzaSyVerySecretKey"


@pytest.fixture
def result():
    with scripted_server() as server:
        yield server


@pytest.fixture
def client(result: ScriptedServer):
    settings = Settings(google_api_key=KEY, places_base_url=result.url)
    with PlacesClient(endpoint(settings)) as client:
        yield client


def test_real_keys_never_go_to_the_sandbox():
    at = endpoint(Settings(google_api_key=KEY, sandbox_url="http://127.0.0.1:1/"))
    assert (at.base_url, at.key, at.sandbox) == (
        "http://127.0.0.1:1/places",
        "sandbox-key",
        True,
    )


def test_its_own_base_url_wins_over_the_sandbox():
    at = endpoint(
        Settings(google_api_key=KEY, sandbox_url="http://s.test", places_base_url="http://p.test/")
    )
    assert (at.base_url, at.key, at.sandbox) == ("http://p.test", KEY, False)


def test_is_nowhere_without_key_and_sandbox():
    assert endpoint(Settings()) is None


def test_search_asks_for_ids_alone_and_costs_nothing(result: ScriptedServer, client: PlacesClient):
    result.says({"places": [{"id": "a"}, {"id": "b"}]})
    request = search_request("Don's Garage, Toledo", region="US")
    assert ids_in(client.send(request)) == ["a", "b"]
    assert price_usd(request) == 0
    (asked,) = result.requests
    assert asked["path"] == "/v1/places:searchText"
    assert asked["headers"]["x-goog-fieldmask"] == "places.id"
    assert asked["headers"]["x-goog-api-key"] == KEY
    assert json.loads(asked["body"]) == {
        "textQuery": "Don's Garage, Toledo",
        "pageSize": 5,
        "regionCode": "US",
        "includePureServiceAreaBusinesses": True,
    }


def test_search_without_a_match_finds_nothing(result: ScriptedServer, client: PlacesClient):
    result.says(recorded("places", "200_searchText_no_match_RECONSTRUCTED.json"))
    assert ids_in(client.send(search_request("Nobody"))) == []


def test_reads_a_recorded_search(result: ScriptedServer, client: PlacesClient):
    result.says(recorded("places", "200_searchText_page1_20places_nextPageToken.json"))
    found = ids_in(client.send(search_request("bars in Chicago")))
    assert len(found) == 20
    assert found[0] == "ChIJ-6dlubMsDogRavEceBs79j0"


def test_details_cost_what_the_price_list_says(result: ScriptedServer, client: PlacesClient):
    result.says(recorded("places", "200_details_full_googleplex.json"))
    request = details_request("ChIJj61dQgK6j4AR4GeTYWZsKWw")
    assert client.send(request)["displayName"]["text"] == "Googleplex"
    assert price_usd(request) == pytest.approx(0.025)
    assert result.requests[0]["path"] == "/v1/places/ChIJj61dQgK6j4AR4GeTYWZsKWw"
    assert "places." not in result.requests[0]["headers"]["x-goog-fieldmask"]


def test_equal_requests_are_told_by_equal_texts_without_the_key():
    one = search_request("Café, Köln", region="DE")
    assert one.canonical == search_request("Café, Köln", region="DE").canonical
    others = [
        search_request("Café, Bonn", region="DE"),
        search_request("Café, Köln"),
        details_request("a"),
    ]
    assert one.canonical not in {other.canonical for other in others}
    assert KEY not in one.canonical


def test_details_without_an_id_may_be_whole_next_time(result: ScriptedServer, client: PlacesClient):
    result.says({})
    with pytest.raises(InvalidResponseError):
        client.send(details_request("a"))


def test_a_place_id_stays_in_its_place(result: ScriptedServer, client: PlacesClient):
    result.says({"id": "x"})
    client.send(details_request("../../other?x=1"))
    assert result.requests[0]["path"] == "/v1/places/..%2F..%2Fother%3Fx%3D1"


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("400_api_key_invalid_RECONSTRUCTED.json", 400, CredentialError),
        ("400_field_mask_missing_TRANSCRIBED.json", 400, ProviderRejectedError),
        ("403_service_disabled_RECONSTRUCTED.json", 403, CredentialError),
    ],
)
def test_classifies_recorded_errors(
    result: ScriptedServer, client: PlacesClient, name, status, error
):
    result.says(recorded("places", name), status)
    with pytest.raises(error) as caught:
        client.send(search_request("x"))
    assert type(caught.value) is error
    assert caught.value.status == status
    assert caught.value.provider == "places"


def _error(code: int, *details: dict, message: str = "no") -> dict:
    return {"error": {"code": code, "message": message, "status": "X", "details": list(details)}}


@pytest.mark.parametrize(
    ("code", "details", "error"),
    [
        (403, [], CredentialError),
        (403, [{"reason": "BILLING_DISABLED"}], CredentialError),
        (400, [{"reason": "API_KEY_IP_ADDRESS_BLOCKED"}], CredentialError),
        (404, [], ProviderRejectedError),
        (429, [], RateLimitedError),
        (429, [{"metadata": {"quota_unit": "1/min/{project}"}}], RateLimitedError),
        (429, [{"metadata": {"quota_unit": "1/d/{project}"}}], QuotaExhaustedError),
        (429, [{"metadata": {"quota_limit_value": "0"}}], QuotaExhaustedError),
        (500, [], ProviderUnavailableError),
        (503, [], ProviderUnavailableError),
        (504, [], ProviderUnavailableError),
    ],
)
def test_classifies_by_reason_and_code(code, details, error):
    at = Endpoint("http://x", KEY)
    found = google_errors.classify(code, _error(code, *details), at, provider="places")
    assert type(found) is error


def test_finds_the_error_inside_a_list(result: ScriptedServer, client: PlacesClient):
    result.says([_error(403, {"reason": "SERVICE_DISABLED"})], 403)
    with pytest.raises(CredentialError, match="SERVICE_DISABLED"):
        client.send(search_request("x"))


def test_an_error_with_a_good_status_is_an_error(result: ScriptedServer, client: PlacesClient):
    result.says([_error(400)], 200)
    with pytest.raises(ProviderRejectedError):
        client.send(search_request("x"))


def test_waits_as_long_as_google_says(result: ScriptedServer, client: PlacesClient):
    result.says(_error(429, {"retryDelay": "3.5s"}), 429)
    with pytest.raises(RateLimitedError) as caught:
        client.send(search_request("x"))
    assert caught.value.retry_after == 3.5
    result.says(_error(429, {"retryDelay": "3.5s"}), 429, Retry_After="9")
    with pytest.raises(RateLimitedError) as caught:
        client.send(search_request("x"))
    assert caught.value.retry_after == 9


def test_the_key_is_in_no_message(result: ScriptedServer, client: PlacesClient):
    result.says(_error(400, message=f"API key {KEY} is not valid, key={KEY}"), 400)
    with pytest.raises(ProviderRejectedError) as caught:
        client.send(search_request("x"))
    assert KEY not in str(caught.value)
    assert KEY not in repr(client.at)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"places": [', b"[]", b'"x"', b'{"places": 7}'])
def test_a_senseless_answer_may_be_better_next_time(
    result: ScriptedServer, client: PlacesClient, body
):
    result.says(body)
    with pytest.raises(InvalidResponseError):
        client.send(search_request("x"))


def test_a_gateways_error_page_is_an_outage(result: ScriptedServer, client: PlacesClient):
    result.says(b"<html>Bad Gateway</html>", 502)
    with pytest.raises(ProviderUnavailableError):
        client.send(search_request("x"))


def test_follows_no_redirect_with_the_key(result: ScriptedServer, client: PlacesClient):
    result.says(b"", 302, Location=f"{result.url}/elsewhere")
    with pytest.raises(ProviderRejectedError):
        client.send(search_request("x"))
    assert len(result.requests) == 1


def test_a_slow_answer_ends_at_the_deadline(result: ScriptedServer, client: PlacesClient):
    import time

    result.drip_s = 0.05
    result.says({"places": []})
    with pytest.raises(ProviderTimeoutError):
        client.send(search_request("x"), deadline=time.monotonic() + 0.3)
    with pytest.raises(DeadlineExceededError):
        client.send(search_request("x"), deadline=time.monotonic() - 1)
