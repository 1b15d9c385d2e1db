"""The figures of both devices that a report shows beside the findings."""

from __future__ import annotations

from typing import Any

from lfassess.checks.shared.json_access import get_number, get_object, get_text, get_texts
from lfassess.checks.visual import rules_vision

Json = dict[str, Any]


def metrics(evidence: Json) -> Json:
    """Return {url, desktop: {...}, mobile: {...}, vision: {...}}.

    Names say the unit, unknowns are left out.
    """
    found: Json = {"url": get_text(evidence, "url")}
    for name in ("desktop", "mobile"):
        if device := get_object(evidence, name):
            found[name] = {k: v for k, v in _figures(device).items() if v is not None}
    if rated := rules_vision.metrics(evidence):
        found["vision"] = rated
    return found


def _figures(device: Json) -> Json:
    vitals, width = get_object(device, "vitals"), get_object(device, "width")
    text, images = get_object(device, "text"), get_object(device, "images")
    return {
        "status": _whole(device, "status"),
        "first_paint_ms": _whole(vitals, "first_paint_ms"),
        "load_ms": _whole(vitals, "load_ms"),
        "layout_shift": get_number(vitals, "layout_shift"),
        "requests": _whole(device, "requests"),
        "received_bytes": _whole(device, "received_bytes"),
        "page_height_px": _whole(width, "page_height"),
        "sideways_scroll_px": _whole(width, "sideways_px"),
        "usual_text_size_px": get_number(text, "common_px"),
        "pictures": _whole(images, "count"),
        "broken_pictures": _whole(images, "broken_count"),
        "script_errors": len(get_texts(device, "script_errors")),
        "telephone_numbers": len(get_texts(device, "phone_numbers")),
    }


def _whole(value: object, key: str) -> int | None:
    number = get_number(value, key)
    return None if number is None else round(number)
