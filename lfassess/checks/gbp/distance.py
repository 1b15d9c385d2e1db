"""How far apart two points on the globe are."""

from __future__ import annotations

import math
from typing import Final

_EARTH_KM: Final = 6371.0
_DEGREES: Final = (90.0, 180.0)

Point = tuple[float, float]  # latitude, longitude in degrees


def point(latitude: float | None, longitude: float | None) -> Point | None:
    """Return the point, or None where there is none on the globe."""
    if latitude is None or longitude is None:
        return None
    inside = abs(latitude) <= _DEGREES[0] and abs(longitude) <= _DEGREES[1]
    return (latitude, longitude) if inside else None


def distance_km(one: Point | None, other: Point | None) -> float | None:
    """Return the kilometres between two points as the crow flies (haversine), or None."""
    if one is None or other is None:
        return None
    a, b = (tuple(map(math.radians, p)) for p in (one, other))
    half = (
        math.sin((b[0] - a[0]) / 2) ** 2
        + math.cos(a[0]) * math.cos(b[0]) * math.sin((b[1] - a[1]) / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))
