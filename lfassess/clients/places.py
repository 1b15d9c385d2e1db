"""Google Places API (New): finds a business's profile and reads what Google shows of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import quote

from lfassess.clients import google_errors
from lfassess.clients.endpoint import Endpoint, find_endpoint
from lfassess.clients.http import provider_session, request
from lfassess.config_files import read_toml
from lfassess.errors import InvalidResponseError
from lfassess.settings import Settings

Json = dict[str, Any]

# The costliest field decides what the whole call costs: ids alone are the cheapest search, and
# reviews make details the most expensive SKU, which includes all other fields.
SEARCH_MASK: Final = "places.id"
DETAILS_FIELDS: Final = (
    "id",
    "displayName",
    "formattedAddress",
    "postalAddress",
    "location",
    "nationalPhoneNumber",
    "internationalPhoneNumber",
    "websiteUri",
    "rating",
    "userRatingCount",
    "reviews",
    "photos",
    "regularOpeningHours",
    "currentOpeningHours",
    "businessStatus",
    "primaryType",
    "primaryTypeDisplayName",
    "types",
    "editorialSummary",
    "googleMapsUri",
    "pureServiceAreaBusiness",
    "movedPlaceId",
    "consumerAlert",
)
NEIGHBOUR_FIELDS: Final = ("id", "displayName", "websiteUri", "rating", "userRatingCount")
_NEARBY_SKU: Final = "nearby_search_enterprise"  # for the website and the rating
_SEARCH_SKU: Final = "text_search_ids_only"
_DETAILS_SKU: Final = "details_enterprise_atmosphere"
_DONE_BELOW: Final = 300


@dataclass(frozen=True, slots=True)
class PlacesRequest:
    """One request to Places, without the key."""

    method: str
    path: str
    mask: str
    sku: str  # what Google bills it as: a key of providers.toml's usd_per_1000
    body: Json | None = None

    @property
    def canonical(self) -> str:
        """What identifies the request: same text, same answer."""
        body = json.dumps(self.body, sort_keys=True, ensure_ascii=False) if self.body else ""
        return f"{self.method} {self.path} {self.mask} {body}".rstrip()


def search_request(text: str, *, region: str | None = None, limit: int = 5) -> PlacesRequest:
    """Return the request for the ids of the places that the text speaks of, best first.

    Service-area businesses (plumbers and the like, without an address) are included.

    Args:
        text: name and address as people write them.
        region: ISO 3166 alpha-2, to prefer places there.
        limit: most places, 1-20.
    """
    body: Json = {"textQuery": text, "pageSize": limit, "includePureServiceAreaBusinesses": True}
    if region:
        body["regionCode"] = region
    return PlacesRequest("POST", "/v1/places:searchText", SEARCH_MASK, _SEARCH_SKU, body)


def details_request(place_id: str) -> PlacesRequest:
    """Return the request for all that an audit needs to know of one place."""
    path = "/v1/places/" + quote(place_id, safe="")
    return PlacesRequest("GET", path, ",".join(DETAILS_FIELDS), _DETAILS_SKU)


def nearby_request(
    latitude: float, longitude: float, category: str, *, radius_m: float, limit: int
) -> PlacesRequest:
    """Return the request for places of a category around a point, nearest first.

    Args:
        latitude: in degrees.
        longitude: in degrees.
        category: Google's own name of it, as in "bakery".
        radius_m: how far away at most, in meters, up to 50,000.
        limit: most places, 1-20.
    """
    circle = {"center": {"latitude": latitude, "longitude": longitude}, "radius": radius_m}
    body: Json = {
        "includedPrimaryTypes": [category],
        "maxResultCount": limit,
        "rankPreference": "DISTANCE",
        "locationRestriction": {"circle": circle},
    }
    mask = ",".join(f"places.{field}" for field in NEIGHBOUR_FIELDS)
    return PlacesRequest("POST", "/v1/places:searchNearby", mask, _NEARBY_SKU, body)


def price_usd(request: PlacesRequest) -> float:
    """Return what one such request costs, by providers.toml."""
    return float(read_toml("providers.toml")["places"]["usd_per_1000"][request.sku]) / 1000


def ids_in(answer: Json) -> list[str]:
    """Return the place ids in a search's answer; [] for none found."""
    places = answer.get("places")
    found = places if isinstance(places, list) else []
    return [p["id"] for p in found if isinstance(p, dict) and isinstance(p.get("id"), str)]


def endpoint(settings: Settings) -> Endpoint | None:
    """Return where Places is reached, or None when it isn't configured."""
    return find_endpoint(
        settings,
        own_base=settings.places_base_url,
        public_base="https://places.googleapis.com",
        sandbox_path="/places",
        key=settings.google_api_key,
    )


class PlacesClient:
    """Asks Places; use it as a context manager."""

    def __init__(self, at: Endpoint) -> None:
        self.at = at
        self._read_timeout = read_toml("providers.toml")["places"]["read_timeout_s"]
        self._session = provider_session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def send(self, asked: PlacesRequest, *, deadline: float | None = None) -> Json:
        """Return Google's answer; what Google doesn't know has no key.

        Raises:
            CheckError: as `lfassess.clients.google_errors` classifies it;
                InvalidResponseError for what is no answer to the request.
        """
        response = request(
            self._session,
            asked.method,
            self.at.base_url + asked.path,
            provider="places",
            read_timeout=self._read_timeout,
            deadline=deadline,
            allow_redirects=False,  # the key goes nowhere else
            headers={"X-Goog-Api-Key": self.at.key, "X-Goog-FieldMask": asked.mask},
            json=asked.body,
        )
        answer = google_errors.body_of(response, provider="places", who="Places")
        if response.status >= _DONE_BELOW or "error" in answer:
            raise google_errors.classify(
                response.status,
                answer,
                self.at,
                provider="places",
                retry_after=response.retry_after(),
            )
        return _checked(asked, answer)


def _checked(asked: PlacesRequest, answer: Json) -> Json:
    if asked.sku in {_SEARCH_SKU, _NEARBY_SKU} and not isinstance(answer.get("places", []), list):
        raise InvalidResponseError("Places answered a search without a list.", provider="places")
    if asked.sku == _DETAILS_SKU and not isinstance(answer.get("id"), str):
        raise InvalidResponseError("Places' answer names no place.", provider="places")
    return answer
