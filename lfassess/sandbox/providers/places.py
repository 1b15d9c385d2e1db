"""Places API (New), emulated: text search and details, with their field masks and errors."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from lfassess.sandbox.businesses import business_for, demo_businesses
from lfassess.sandbox.pricing import places_bill
from lfassess.sandbox.providers.place_json import business_of, place_id, place_json
from lfassess.settings import SANDBOX_KEY

Json = dict[str, Any]

router = APIRouter()

_NO_MASK = (
    "FieldMask is a required parameter. See "
    "https://cloud.google.com/apis/docs/system-parameters on how to provide it."
)

# The fields of a place in Google's discovery document (places v1).
_NAMES: Final = """
accessibilityOptions addressComponents addressDescriptor adrFormatAddress allowsDogs
attributions businessStatus consumerAlert containingPlaces curbsidePickup currentOpeningHours
currentSecondaryOpeningHours delivery dineIn displayName editorialSummary entrances
evChargeAmenitySummary evChargeOptions formattedAddress fuelOptions generativeSummary
goodForChildren goodForGroups goodForWatchingSports googleMapsLinks googleMapsTypeLabel
googleMapsUri iconBackgroundColor iconMaskBaseUri id internationalPhoneNumber liveMusic location
menuForChildren movedPlace movedPlaceId name nationalPhoneNumber navigationPoints
neighborhoodSummary openingDate outdoorSeating parkingOptions paymentOptions photos plusCode
postalAddress priceLevel priceRange primaryType primaryTypeDisplayName pureServiceAreaBusiness
rating regularOpeningHours regularSecondaryOpeningHours reservable restroom reviewSummary
reviews servesBeer servesBreakfast servesBrunch servesCocktails servesCoffee servesDessert
servesDinner servesLunch servesVegetarianFood servesWine shortFormattedAddress subDestinations
takeout timeZone transitStation types userRatingCount utcOffsetMinutes viewport websiteUri
"""
PLACE_FIELDS: Final = frozenset(_NAMES.split())
SEARCH_FIELDS: Final = frozenset(
    {"places", "nextPageToken", "routingSummaries", "contextualContents", "searchUri"}
)


class _RefusedError(Exception):
    """The request ends with an error in google.rpc.Status's form."""

    def __init__(self, code: int, status: str, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        error: Json = {"code": code, "message": message, "status": status}
        if reason:
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": reason,
                    "domain": "googleapis.com",
                    "metadata": {"service": "places.googleapis.com"},
                }
            ]
        self.response = JSONResponse({"error": error}, status_code=code)


@router.post("/v1/places:searchText")
async def search_text(request: Request) -> JSONResponse:
    """Find the one business the text speaks of, or none."""
    try:
        _check_key(request)
        paths = _mask(request, search=True)
        text = await _text_query(request)
    except _RefusedError as e:
        return e.response
    request.state.bill = places_bill(paths, search=True)
    seed = _seed(request)
    found = business_for(text, seed=seed)
    if found is None or not found.has_profile:
        return JSONResponse({})
    place = place_json(found, place_id(found, text, seed), datetime.now(UTC))
    return JSONResponse(masked({"places": [place]}, paths))


@router.post("/v1/places:searchNearby")
async def search_nearby(request: Request) -> JSONResponse:
    """Find the demo businesses of a category within a circle, nearest first."""
    try:
        _check_key(request)
        paths = _mask(request, search=True)
        kinds, center, radius_m, most = await _nearby_query(request)
    except _RefusedError as e:
        return e.response
    request.state.bill = places_bill(paths, search=True, nearby=True)
    away = [(_meters(center, (b.lat, b.lng)), b.host, b) for b in demo_businesses()]
    near = sorted(
        (meters, host, b)
        for meters, host, b in away
        if b.has_profile and meters <= radius_m and b.category in kinds
    )
    now, seed = datetime.now(UTC), _seed(request)
    shown = [place_json(b, place_id(b, host, seed), now) for _, host, b in near[:most]]
    return JSONResponse(masked({"places": shown}, paths) if shown else {})


async def _nearby_query(request: Request) -> tuple[set[str], tuple[float, float], float, int]:
    """Return (categories, center in degrees, radius in meters, how many)."""
    try:
        body = await request.json()
        circle = body["locationRestriction"]["circle"]
        center = (float(circle["center"]["latitude"]), float(circle["center"]["longitude"]))
        radius_m, most = float(circle["radius"]), int(body.get("maxResultCount", 20))
        kinds = set(body.get("includedPrimaryTypes", []))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _RefusedError(400, "INVALID_ARGUMENT", "Invalid location_restriction.") from None
    if not (0 < radius_m <= 50_000 and 1 <= most <= 20):  # noqa: PLR2004 - as documented
        raise _RefusedError(400, "INVALID_ARGUMENT", "Radius or max_result_count out of range.")
    return kinds, center, radius_m, most


def _meters(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points in degrees, well enough within a city."""
    north = (one[0] - other[0]) * 111_320
    east = (one[1] - other[1]) * 111_320 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


@router.get("/v1/places/{identifier}")
async def details(request: Request, identifier: str) -> JSONResponse:
    """Show one place."""
    try:
        _check_key(request)
        paths = _mask(request, search=False)
    except _RefusedError as e:
        return e.response
    found = business_of(identifier, _seed(request))
    if found is None:
        message = f"Not a valid Place ID: {identifier}"
        return _RefusedError(400, "INVALID_ARGUMENT", message).response
    request.state.bill = places_bill(paths, search=False)
    return JSONResponse(masked(place_json(found, identifier, datetime.now(UTC)), paths))


def _seed(request: Request) -> int:
    return int(getattr(request.app.state, "seed", 1))


def _check_key(request: Request) -> None:
    key = request.headers.get("X-Goog-Api-Key") or request.query_params.get("key")
    if not key:
        raise _RefusedError(
            403,
            "PERMISSION_DENIED",
            "Method doesn't allow unregistered callers. Please use API Key or other form of API "
            "consumer identity to call this API.",
        )
    if key != SANDBOX_KEY:
        message = "API key not valid. Please pass a valid API key."
        raise _RefusedError(400, "INVALID_ARGUMENT", message, reason="API_KEY_INVALID")


def _mask(request: Request, *, search: bool) -> list[str]:
    query = request.query_params
    text = (
        request.headers.get("X-Goog-FieldMask") or query.get("fields") or query.get("$fields") or ""
    )
    if not text:
        raise _RefusedError(400, "INVALID_ARGUMENT", _NO_MASK)
    paths = text.split(",")
    unknown = unknown_paths(paths, search=search)
    if unknown:
        raise _RefusedError(
            400,
            "INVALID_ARGUMENT",
            "Error expanding 'fields' parameter. Cannot find matching fields for path "
            f"'{unknown[0]}'.",
        )
    return paths


async def _text_query(request: Request) -> str:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _RefusedError(400, "INVALID_ARGUMENT", "Invalid JSON payload received.")
    text = body.get("textQuery")
    if not isinstance(text, str) or not text.strip():
        raise _RefusedError(400, "INVALID_ARGUMENT", "Empty text_query.")
    if not 0 <= _int(body.get("pageSize")) <= 20:  # noqa: PLR2004 - the documented most
        raise _RefusedError(400, "INVALID_ARGUMENT", "page_size must be between 0 and 20.")
    return text


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def unknown_paths(paths: Iterable[str], *, search: bool) -> list[str]:
    """Return the paths that name no field; of nested paths only the beginning is looked at."""
    return [path for path in paths if path != "*" and not _known(path.split("."), search=search)]


def _known(names: list[str], *, search: bool) -> bool:
    if search:
        if names[0] not in SEARCH_FIELDS:
            return False
        names = names[1:] if names[0] == "places" else []
    return not names or names[0] in PLACE_FIELDS or names == ["*"]


def masked(message: Json, paths: Iterable[str]) -> Json:
    """Return what the paths leave of a message; ``*`` leaves everything."""
    selected: Json = {}
    for path in paths:
        _copy(message, selected, path.split("."))
    return selected


def _copy(source: Json, selected: Json, names: list[str]) -> None:
    if names[0] == "*":
        selected.update(source)
    elif names[0] in source:
        name, rest, value = names[0], names[1:], source[names[0]]
        if not rest:
            selected[name] = value
        elif isinstance(value, list):
            items = selected.setdefault(name, [{} for _ in value])
            for item, into in zip(value, items, strict=True):
                _copy(item, into, rest)
        elif isinstance(value, dict):
            _copy(value, selected.setdefault(name, {}), rest)
