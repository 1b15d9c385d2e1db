"""Where on the screenshots the findings' matters are, for the report to mark."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_object, get_objects
from lfassess.checks.visual import rules_vision
from lfassess.checks.visual.catalogue import KINDS
from lfassess.checks.visual.evidence import SCREENS
from lfassess.checks.visual.rules_accessibility import violations
from lfassess.checks.visual.rules_overlays import Layer, layers

Json = dict[str, Any]

_LAYERS: Final = {
    Layer.POPUP: "visual-popup",
    Layer.CHAT: "visual-popup",
    Layer.COOKIES: "visual-cookie-wall",
    Layer.AGE: "visual-age-gate",
}
_MOST: Final = 3  # marks for one finding


def regions(evidence: Json, codes: Collection[str]) -> list[Json]:
    """Return [{code, label, x, y, width, height, viewport}] of the findings that have a place.

    Pixels are those of the screenshot at its natural size in CSS pixels, from the page's top left.
    """
    found: list[Json] = []
    rated = list(rules_vision.boxes(evidence, SCREENS))
    for viewport in ("desktop", "mobile"):
        for code, boxes in _boxes(viewport, get_object(evidence, viewport)):
            if code in codes:
                found += [_region(code, box, viewport) for box in boxes[:_MOST] if _is_box(box)]
        found += [_region(code, box, viewport) for code, where, box in rated if where == viewport]
    return found


def _boxes(viewport: str, device: Json) -> Iterator[tuple[str, list[Json]]]:
    images, text = get_object(device, "images"), get_object(device, "text")
    if viewport == "desktop":
        yield "visual-desktop-overflow", get_objects(get_object(device, "width"), "wide_boxes")
        yield "visual-low-contrast", _of(get_objects(get_object(text, "contrast"), "examples"))
        yield "visual-broken-images", get_objects(images, "broken_boxes")
        yield "visual-oversized-images", _of(get_objects(images, "oversized"))
        yield "visual-dead-links", _of(get_objects(get_object(device, "dead_links"), "examples"))
        for code, found in violations(device).items():
            yield code, [box for v in found for box in get_objects(v, "boxes")]
        return
    taps = get_object(get_object(device, "targets"), "taps")
    yield "visual-tiny-tap-targets", _of(get_objects(taps, "examples"))
    yield "visual-mobile-overflow", get_objects(get_object(device, "width"), "wide_boxes")
    yield "visual-overlapping-text", _of(get_objects(device, "clash"))
    for kind, layer in layers(device):
        if kind in _LAYERS:
            yield _LAYERS[kind], _of([layer])


def _of(examples: list[Json]) -> list[Json]:
    return [get_object(example, "box") for example in examples]


def _is_box(box: Json) -> bool:
    sides = [get_number(box, key) for key in ("x", "y", "width", "height")]
    return None not in sides and (sides[2] or 0) > 0 and (sides[3] or 0) > 0


def _region(code: str, box: Json, viewport: str) -> Json:
    place = {key: box[key] for key in ("x", "y", "width", "height")}
    return {"code": code, "label": KINDS[code].title, **place, "viewport": viewport}
