"""One invented business as Places (New) would show it."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import phonenumbers

from lfassess.sandbox.business import Business, Hours, Review
from lfassess.sandbox.businesses import business_for

Json = dict[str, Any]

_PREFIX: Final = "ChIJ"
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST_ID_TEXT: Final = 200


def place_id(business: Business, query: str, seed: int) -> str:
    """Return an id that names the business it stands for, so that nothing need be stored."""
    again = business_for(business.host, seed=seed)
    text = business.host if again == business else query.partition(",")[0]
    return _PREFIX + base64.urlsafe_b64encode(text[:_LONGEST_ID_TEXT].encode()).decode().rstrip("=")


def business_of(identifier: str, seed: int) -> Business | None:
    """Return the business of an id, or None where it was never one of ours."""
    coded = identifier.removeprefix(_PREFIX)
    try:
        text = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    found = business_for(text, seed=seed) if identifier.startswith(_PREFIX) else None
    return found if found and found.has_profile else None


def place_json(business: Business, identifier: str, now: datetime) -> Json:
    """Return all fields the sandbox knows; as with Google, what isn't there has no key."""
    shown: Json = {
        "name": f"places/{identifier}",
        "id": identifier,
        "types": [business.category, "point_of_interest", "establishment"],
        "primaryType": business.category,
        "primaryTypeDisplayName": _text(business.category.replace("_", " ").title()),
        "displayName": _text(business.name),
        "businessStatus": "OPERATIONAL",
        "formattedAddress": business.full_address,
        "location": {"latitude": business.lat, "longitude": business.lng},
        "postalAddress": {
            "regionCode": business.country,
            "postalCode": business.postcode,
            "administrativeArea": business.region,
            "locality": business.city,
            "addressLines": [business.address],
        },
        "googleMapsUri": f"https://maps.google.com/?cid={abs(hash_of(identifier))}",
        "pureServiceAreaBusiness": False,
        "websiteUri": business.profile_website,
        "rating": business.rating,
        "userRatingCount": business.review_count or None,
        "reviews": [
            _review(identifier, n, review, now) for n, review in enumerate(business.reviews[:5])
        ],
        "photos": [_photo(identifier, n) for n in range(min(business.photos, 10))],
        "regularOpeningHours": _hours(business.hours),
        **_phones(business.profile_phone),
    }
    return {key: value for key, value in shown.items() if value not in (None, [], {})}


def hash_of(text: str) -> int:
    return binascii.crc32(text.encode())


def _text(text: str) -> Json:
    return {"text": text, "languageCode": "en"}


def _phones(e164: str | None) -> Json:
    if not e164:
        return {}
    number = phonenumbers.parse(e164)
    form = phonenumbers.PhoneNumberFormat
    return {
        "nationalPhoneNumber": phonenumbers.format_number(number, form.NATIONAL),
        "internationalPhoneNumber": phonenumbers.format_number(number, form.INTERNATIONAL),
    }


def _review(identifier: str, n: int, review: Review, now: datetime) -> Json:
    published = (now - timedelta(days=review.published_days_ago)).astimezone(UTC)
    return {
        "name": f"places/{identifier}/reviews/{n}",
        "relativePublishTimeDescription": f"{review.published_days_ago} days ago",
        "rating": review.rating,
        "text": _text(review.text),
        "originalText": _text(review.text),
        "authorAttribution": {"displayName": review.author},
        "publishTime": published.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z",
    }


def _photo(identifier: str, n: int) -> Json:
    return {"name": f"places/{identifier}/photos/{n}", "widthPx": 1600, "heightPx": 1200}


def _hours(week: tuple[Hours | None, ...]) -> Json:
    if not week:
        return {}
    periods = [
        {"open": _point(day, hours.opens), "close": _point(day, hours.closes)}
        for day, hours in enumerate(week)
        if hours
    ]
    descriptions = [
        f"{name}: {hours.opens} – {hours.closes}" if hours else f"{name}: Closed"  # noqa: RUF001 - Google's dash
        for name, hours in zip(_DAYS, week, strict=True)
    ]
    return {"periods": periods, "weekdayDescriptions": descriptions}


def _point(day: int, at: str) -> Json:
    """Return a point of the week; Google counts days from Sunday = 0, the manifest from Monday."""
    hour, _, minute = at.partition(":")
    return {"day": (day + 1) % 7, "hour": int(hour), "minute": int(minute)}
