"""Every recorded answer of Places, over HTTP, through client and check."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.gbp import CHECK
from lfassess.checks.gbp.fetch import strip_personal_data
from lfassess.checks.gbp.judge import judge
from lfassess.clients import google_errors
from lfassess.clients.endpoint import Endpoint
from lfassess.clients.places import PlacesClient, details_request, endpoint, ids_in, search_request
from lfassess.errors import CheckError, CredentialError, InvalidResponseError, ProviderRejectedError
from lfassess.settings import Settings
from tests.provider_servers import ScriptedServer, recorded, scripted_server

ANSWERS = Path(__file__).parents[2].parent / "shared" / "fixtures" / "providers" / "places"
KEY = "AIzaSyRecorded"
_UNHURRIED = hypothesis_settings(deadline=None, max_examples=60)
LEADS = {
    "200_details_full_restaurant_la_mar.json": {
        "name": "La Mar Cocina Peruana",
        "url": "https://www.lamarsf.com/menu",
        "phone": "415 397 8880",
        "address": "Pier 1 1/2, The Embarcadero, San Francisco, CA 94111",
        "country": "US",
    },
    "200_details_full_googleplex.json": {
        "name": "Googleplex",
        "phone": "+1 650-253-0000",
        "country": "US",
    },
}
ERRORS = {
    "400_api_key_invalid_RECONSTRUCTED.json": (400, CredentialError, "API_KEY_INVALID"),
    "400_field_mask_missing_TRANSCRIBED.json": (400, ProviderRejectedError, "FieldMask"),
    "403_service_disabled_RECONSTRUCTED.json": (403, CredentialError, "SERVICE_DISABLED"),
}
SEARCHES = {
    "200_searchText_page1_20places_nextPageToken.json": 20,
    "200_searchText_no_match_RECONSTRUCTED.json": 0,
}


@pytest.fixture
def result():
    with scripted_server() as server:
        yield server


@pytest.fixture
def client(result: ScriptedServer):
    settings = Settings(google_api_key=KEY, places_base_url=result.url)
    with PlacesClient(endpoint(settings)) as client:
        yield client


def _place(name: str) -> dict:
    return json.loads(recorded("places", name))


def _judged(name: str, at: str, **changes):
    place = {**_place(name), **changes}
    return judge({"lead": LEADS[name], "places": [place], "fetched_at": at})


def test_no_recorded_answer_is_left_out():
    if not ANSWERS.exists():
        pytest.skip("no recorded answers of places here")
    assert {path.name for path in ANSWERS.iterdir()} == {*LEADS, *ERRORS, *SEARCHES}


@pytest.mark.parametrize("name", LEADS)
def test_recorded_details_go_from_the_wire_to_a_score(result: ScriptedServer, name):
    """The same body answers search and details; a search finds nothing in it."""
    result.says(recorded("places", name))
    place = _place(name)
    lead = LEADS[name]
    settings = Settings(google_api_key=KEY, places_base_url=result.url)
    target = Target(**{**lead, "url": None, "place_id": place["id"]})
    fetched = CHECK.fetch(target, CheckContext(settings, time.monotonic() + 60))
    assert fetched.pins == {"place_id": place["id"]}
    assert "Contributor" not in json.dumps(fetched.evidence)
    judged = judge(json.loads(json.dumps(fetched.evidence)))
    assert judged.metrics["name"] == place["displayName"]["text"]
    assert judged.score is not None


def test_a_restaurant_is_seen_as_it_was():
    judged = _judged("200_details_full_restaurant_la_mar.json", "2026-11-23T00:00:00Z")
    codes = {f.code for f in judged.findings}
    assert {"gbp-complete", "gbp-well-reviewed", "gbp-consistent", "gbp-website-http"} <= codes
    assert "gbp-stale-reviews" in codes  # recorded in 2024
    shown = judged.metrics
    assert (shown["reviews"], shown["reviews_sampled"], shown["photos"]) == (4042, 5, 10)
    assert (shown["days_open"], shown["always_open"], shown["status"]) == (7, False, "OPERATIONAL")
    assert shown["match"]["confidence"] == 100
    assert judged.score == 90


def test_an_office_is_seen_as_it_was():
    judged = _judged("200_details_full_googleplex.json", "2025-11-14T00:00:00Z")
    assert judged.metrics["days_open"] == 5
    assert judged.metrics["rating"] == 4.2
    assert judged.metrics["low_star_share"] is not None
    assert judged.score is not None


@pytest.mark.parametrize(("name", "count"), SEARCHES.items())
def test_recorded_searches_give_their_ids(
    result: ScriptedServer, client: PlacesClient, name, count
):
    result.says(recorded("places", name))
    ids = ids_in(client.send(search_request("bars in Chicago")))
    assert len(set(ids)) == count


def test_no_recorded_search_hit_is_taken_for_another_business():
    body = _place("200_searchText_page1_20places_nextPageToken.json")
    lead = {"name": "Harbour Bakery", "phone": "902-555-0114", "country": "US"}
    for place in body["places"]:
        judged = judge({"lead": lead, "places": [place], "fetched_at": "2026-11-23T00:00:00Z"})
        assert [f.code for f in judged.findings] == ["gbp-weak-match"]


def test_a_recorded_search_hit_is_known_by_name_and_address():
    for place in _place("200_searchText_page1_20places_nextPageToken.json")["places"]:
        address = place.get("formattedAddress")
        if address is None:
            continue
        lead = {"name": place["displayName"]["text"], "address": address, "country": "US"}
        judged = judge({"lead": lead, "places": [place], "fetched_at": "2026-11-23T00:00:00Z"})
        assert judged.score is not None


@pytest.mark.parametrize("name", ERRORS)
def test_recorded_errors_are_told_apart(result: ScriptedServer, client: PlacesClient, name):
    status, error, word = ERRORS[name]
    result.says(recorded("places", name), status)
    with pytest.raises(error, match=word) as caught:
        client.send(details_request("x"))
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.provider) == (status, "places")
    assert not caught.value.transient


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@_UNHURRIED
@given(st.data())
def test_a_place_with_anything_missing_or_wrong_is_judged(data):
    place = _place("200_details_full_restaurant_la_mar.json")
    for key in data.draw(st.lists(st.sampled_from(sorted(place)), max_size=6)):
        place.pop(key, None)
        if data.draw(st.booleans()):
            place[key] = data.draw(_ANY)
    lead = LEADS["200_details_full_restaurant_la_mar.json"]
    stripped = strip_personal_data(place)
    judge({"lead": lead, "places": [stripped, place], "fetched_at": "2026-11-23T00:00:00Z"})


@_UNHURRIED
@given(
    st.integers(200, 599), st.dictionaries(st.sampled_from(["code", "message", "details"]), _ANY)
)
def test_any_error_body_is_classified(status, error):
    at = Endpoint("http://x", KEY)
    for body in ({"error": error}, error):
        assert isinstance(google_errors.classify(status, body, at, provider="places"), CheckError)


@_UNHURRIED
@given(st.binary(max_size=60) | _ANY.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_read_or_refused(lasting_server: ScriptedServer, body):
    lasting_server.says(body)
    settings = Settings(google_api_key=KEY, places_base_url=lasting_server.url)
    with PlacesClient(endpoint(settings)) as client:
        for request in (search_request("x"), details_request("x")):
            try:
                client.send(request)
            except (InvalidResponseError, ProviderRejectedError):
                continue


@pytest.fixture(scope="module")
def lasting_server():
    with scripted_server() as server:
        yield server
