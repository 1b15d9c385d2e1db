"""The emulated Places API keeps to Google's rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from lfassess.sandbox.providers import places
from lfassess.sandbox.providers.places import PLACE_FIELDS
from tests.provider_servers import emulator, recorded

SCHEMA = Path(__file__).parents[2].parent / "shared" / "schemas" / "places.v1.json"
KEY = {"X-Goog-Api-Key": "sandbox-key"}


@pytest.fixture(scope="module")
def base():
    with emulator(places=places.router) as url:
        yield f"{url}/places/v1"


def _search(base: str, mask: str | None, key=KEY, **body):
    headers = {**key, **({"X-Goog-FieldMask": mask} if mask else {})}
    body = {"textQuery": "Harbour Bakery, 18 Quay Street"} | body
    return requests.post(f"{base}/places:searchText", json=body, headers=headers, timeout=60)


def _details(base: str, place_id: str, mask: str):
    headers = {**KEY, "X-Goog-FieldMask": mask}
    return requests.get(f"{base}/places/{place_id}", headers=headers, timeout=60)


def _id(base: str, text: str = "Harbour Bakery") -> str:
    return _search(base, "places.id", textQuery=text).json()["places"][0]["id"]


def test_a_missing_mask_is_answered_as_recorded(base):
    answer = _search(base, None)
    assert answer.status_code == 400
    assert answer.json() == json.loads(
        recorded("places", "400_field_mask_missing_TRANSCRIBED.json")
    )


def test_a_wrong_key_is_answered_as_recorded(base):
    answer = _search(base, "places.id", key={"X-Goog-Api-Key": "wrong"})
    assert answer.status_code == 400
    assert answer.json() == json.loads(recorded("places", "400_api_key_invalid_RECONSTRUCTED.json"))


def test_no_key_is_refused(base):
    answer = _search(base, "places.id", key={})
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"


@pytest.mark.parametrize("mask", ["id", "places.nonsense", "places.id, places.rating", "nonsense"])
def test_masks_that_name_no_field_are_refused(base, mask):
    assert _search(base, mask).status_code == 400


def test_the_mask_is_honoured(base):
    (place,) = _search(base, "places.id,places.displayName.text").json()["places"]
    assert place.keys() == {"id", "displayName"}
    assert place["displayName"] == {"text": "Harbour Bakery"}
    assert _details(base, place["id"], "rating").json() == {"rating": 4.8}


def test_a_star_shows_everything_the_schema_knows(base):
    shown = _details(base, _id(base), "*").json()
    assert {"reviews", "photos", "regularOpeningHours"} <= shown.keys() <= PLACE_FIELDS


def test_the_fields_are_those_of_googles_schema():
    if not SCHEMA.exists():
        pytest.skip("no discovery document here")
    schema = json.loads(SCHEMA.read_text())
    assert schema["schemas"]["GoogleMapsPlacesV1Place"]["properties"].keys() == PLACE_FIELDS


def test_what_is_not_known_has_no_key(base):
    shown = _details(base, _id(base, "Don's Garage"), "*").json()
    assert not {"websiteUri", "regularOpeningHours"} & shown.keys()


def test_nothing_found_is_an_empty_object(base):
    assert _search(base, "places.id", textQuery="Marlow & Finch Attorneys").json() == {}


def test_hours_count_days_from_sunday(base):
    hours = _details(base, _id(base), "regularOpeningHours").json()["regularOpeningHours"]
    assert {p["open"]["day"] for p in hours["periods"]} == {0, 2, 3, 4, 5, 6}  # closed on Monday
    assert hours["weekdayDescriptions"][0] == "Monday: Closed"


def test_the_same_question_has_the_same_answer(base):
    mask = "id,displayName,rating,userRatingCount,websiteUri,formattedAddress"
    place_id = _id(base, "Blue Door Inn, Main Street")
    assert place_id == _id(base, "Blue Door Inn, Main Street")
    assert _details(base, place_id, mask).json() == _details(base, place_id, mask).json()


def test_a_demo_business_has_one_id(base):
    assert _id(base, "Harbour Bakery") == _id(base, "harbour bakery, Halifax")


@pytest.mark.parametrize("place_id", ["nonsense", "ChIJ%%%", "ChIJ_w", "ChIJ"])
def test_an_id_of_nobody_is_refused(base, place_id):
    assert _details(base, place_id, "id").status_code in {400, 404}


@pytest.mark.parametrize("body", [{"textQuery": ""}, {"textQuery": 3}, {"pageSize": 21}])
def test_wrong_bodies_are_refused(base, body):
    assert _search(base, "places.id", **body).status_code == 400
