"""The figures of both devices that a report shows beside the findings."""

from __future__ import annotations

from typing import Any

from lfassess.checks.loose import dict_in, number_in, text_in, texts_in
from lfassess.checks.visual_rules import impression

Json = dict[str, Any]


def metrics(evidence: Json) -> Json:
    """Return {url, desktop: {...}, mobile: {...}, vision: {...}}.

    Names say the unit, unknowns are left out.
    """
    found: Json = {"url": text_in(evidence, "url")}
    for name in ("desktop", "mobile"):
        if device := dict_in(evidence, name):
            found[name] = {k: v for k, v in _figures(device).items() if v is not None}
    if rated := impression.metrics(evidence):
        found["vision"] = rated
    return found


def _figures(device: Json) -> Json:
    vitals, width = dict_in(device, "vitals"), dict_in(device, "width")
    text, images = dict_in(device, "text"), dict_in(device, "images")
    return {
        "status": _whole(device, "status"),
        "first_paint_ms": _whole(vitals, "first_paint_ms"),
        "load_ms": _whole(vitals, "load_ms"),
        "layout_shift": number_in(vitals, "layout_shift"),
        "requests": _whole(device, "requests"),
        "received_bytes": _whole(device, "received_bytes"),
        "page_height_px": _whole(width, "page_height"),
        "sideways_scroll_px": _whole(width, "sideways_px"),
        "usual_text_size_px": number_in(text, "common_px"),
        "pictures": _whole(images, "count"),
        "broken_pictures": _whole(images, "broken_count"),
        "script_errors": len(texts_in(device, "script_errors")),
        "telephone_numbers": len(texts_in(device, "phone_numbers")),
    }


def _whole(value: object, key: str) -> int | None:
    number = number_in(value, key)
    return None if number is None else round(number)
