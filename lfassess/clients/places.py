"""Google Places API (New): finds a business's profile and reads what Google shows of it."""

from __future__ import annotations

from typing import Any, Final, Self
from urllib.parse import quote

import requests

from lfassess.clients import google_errors
from lfassess.clients.endpoint import Endpoint, find_endpoint
from lfassess.clients.http import provider_session, request, retry_after
from lfassess.configs import read_toml
from lfassess.errors import BadAnswerError
from lfassess.settings import Settings

Json = dict[str, Any]

# The costliest field decides what the whole call costs: ids alone are the cheapest search.
SEARCH_MASK: Final = "places.id"
DETAILS_FIELDS: Final = (
    "id",
    "displayName",
    "formattedAddress",
    "postalAddress",
    "nationalPhoneNumber",
    "internationalPhoneNumber",
    "websiteUri",
    "rating",
    "userRatingCount",
    "reviews",
    "photos",
    "regularOpeningHours",
    "businessStatus",
    "primaryType",
    "primaryTypeDisplayName",
    "types",
    "googleMapsUri",
    "pureServiceAreaBusiness",
    "movedPlaceId",
    "consumerAlert",
)
_DONE_BELOW: Final = 300


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
    """Asks Places and counts what that costs; use it as a context manager."""

    def __init__(self, at: Endpoint, settings: Settings) -> None:
        self.at = at
        self.calls = 0
        self.cost_usd = 0.0
        self._config: Json = read_toml("providers.toml")["places"]
        self._session = provider_session(settings, provider="places")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def search(
        self, text: str, *, region: str | None = None, limit: int = 5, deadline: float | None = None
    ) -> list[str]:
        """Return the ids of the places Google finds for the text, best first; [] for none.

        Service-area businesses (plumbers and the like, without an address) are included.

        Raises:
            CheckError: as `lfassess.clients.google_errors` classifies it.
        """
        body: Json = {
            "textQuery": text,
            "pageSize": limit,
            "includePureServiceAreaBusinesses": True,
        }
        if region:
            body["regionCode"] = region
        answer = self._call(
            "POST",
            "/v1/places:searchText",
            SEARCH_MASK,
            deadline,
            "text_search_ids_only",
            json=body,
        )
        places = answer.get("places", [])
        if not isinstance(places, list):
            raise BadAnswerError("Places answered a search without a list.", provider="places")
        return [p["id"] for p in places if isinstance(p, dict) and isinstance(p.get("id"), str)]

    def details(self, place_id: str, *, deadline: float | None = None) -> Json:
        """Return the place as Google's JSON; what Google doesn't know has no key.

        Raises:
            CheckError: as `lfassess.clients.google_errors` classifies it.
        """
        path = "/v1/places/" + quote(place_id, safe="")
        mask = ",".join(DETAILS_FIELDS)
        return self._call("GET", path, mask, deadline, "details_enterprise_atmosphere")

    def _call(
        self, method: str, path: str, mask: str, deadline: float | None, sku: str, **body: Any
    ) -> Json:
        response = request(
            self._session,
            method,
            self.at.base_url + path,
            provider="places",
            read_timeout=self._config["read_timeout_s"],
            deadline=deadline,
            allow_redirects=False,  # the key goes nowhere else
            headers={"X-Goog-Api-Key": self.at.key, "X-Goog-FieldMask": mask},
            **body,
        )
        self.calls += 1
        answer = _json(response)
        if response.status_code >= _DONE_BELOW or "error" in answer:
            raise google_errors.classify(
                response.status_code,
                answer,
                self.at,
                provider="places",
                retry_after=retry_after(response),
            )
        self.cost_usd += self._config["usd_per_1000"][sku] / 1000
        return answer


def _json(response: requests.Response) -> Json:
    """Return the body's object; some of Google's methods wrap it in a list."""
    try:
        body = response.json()
    except requests.exceptions.JSONDecodeError as e:
        if response.status_code >= _DONE_BELOW:
            return {}  # a gateway's error page: the status says enough
        raise BadAnswerError("Places' answer is no JSON.", provider="places") from e
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    if not isinstance(body, dict):
        raise BadAnswerError("Places' answer is no JSON object.", provider="places")
    return body
