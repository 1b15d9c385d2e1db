"""Reads JSON whose shape can't be relied on: what is not as expected counts as absent."""

from __future__ import annotations

import math
import re
from typing import Any, Final

Json = dict[str, Any]

_REFUSED: Final = re.compile("[\x00\ud800-\udfff]")


def get_object(value: object, key: str) -> Json:
    """Return the object at key, or {}."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def get_objects(value: object, key: str) -> list[Json]:
    """Return the objects in the list at key, or []."""
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def get_texts(value: object, key: str) -> list[str]:
    """Return the strings in the list at key, or []."""
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def get_text(value: object, key: str) -> str | None:
    """Return the string at key without space around it, or None where it is empty or missing."""
    found = value.get(key) if isinstance(value, dict) else None
    return (found.strip() or None) if isinstance(found, str) else None


def numbers_in(value: object, key: str) -> list[float]:
    """Return the finite numbers in the list at key, or []."""
    found = value.get(key) if isinstance(value, dict) else None
    each = (get_number({"": item}, "") for item in found) if isinstance(found, list) else ()
    return [number for number in each if number is not None]


def get_number(value: object, key: str) -> float | None:
    """Return the finite number at key, or None."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        number = float(found)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def sanitise_for_jsonb(value: Any) -> Any:
    """Return JSON as Postgres takes it: without NUL, lone surrogates, NaN and infinity."""
    if isinstance(value, dict):
        return {
            sanitise_for_jsonb(str(key)): sanitise_for_jsonb(item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [sanitise_for_jsonb(item) for item in value]
    if isinstance(value, str):
        return _REFUSED.sub("", value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
