"""Field masks as Places (New) reads them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

Json = dict[str, Any]

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
