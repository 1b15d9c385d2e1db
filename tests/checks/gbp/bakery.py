"""A bakery: our record of it, its Google profile and its website; all agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 23, tzinfo=UTC)
LEAD = {
    "name": "Harbour Bakery",
    "url": "https://www.harbourbakery.com/",
    "phone": "902-555-0114",
    "address": "18 Quay Street, Halifax, NS B3J 1S9",
    "country": "CA",
}
PLACE = {
    "id": "ChIJ1",
    "displayName": {"text": "Harbour Bakery"},
    "formattedAddress": "18 Quay St, Halifax, NS B3J 1S9, Canada",
    "internationalPhoneNumber": "+1 902-555-0114",
    "websiteUri": "https://harbourbakery.com/",
    "businessStatus": "OPERATIONAL",
    "primaryType": "bakery",
    "rating": 4.8,
    "userRatingCount": 326,
    "reviews": [{"rating": 5, "publishTime": (NOW - timedelta(days=4)).isoformat()}],
    "photos": [{"widthPx": 1}] * 10,
    "regularOpeningHours": {
        "periods": [
            {"open": {"day": n, "hour": 7}, "close": {"day": n, "hour": 17}} for n in range(5)
        ]
    },
    "location": {"latitude": 44.6472, "longitude": -63.5704},
}
SITE = {
    "read": True,
    "url": "https://www.harbourbakery.com/",
    "types": ["Bakery"],
    "names": ["Harbour Bakery"],
    "phones": ["+19025550114"],
    "addresses": ["18 Quay Street, Halifax, NS, B3J 1S9, CA"],
    "geo": [44.6471, -63.5703],
    "round_the_clock": None,
}


def evidence(place: dict | None = None, lead: dict | None = None, **changes) -> dict:
    shown = {**(PLACE if place is None else place), **changes}
    shown = {k: v for k, v in shown.items() if v is not None}
    return {"lead": lead or LEAD, "places": [shown], "fetched_at": NOW.isoformat()}
