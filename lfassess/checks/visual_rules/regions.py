"""Where on the screenshots the findings' matters are, for the report to mark."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from lfassess.checks.loose import dict_in, dicts_in, number_in
from lfassess.checks.visual_rules import impression
from lfassess.checks.visual_rules.accessibility import violations
from lfassess.checks.visual_rules.kinds import KINDS
from lfassess.checks.visual_rules.overlays import Layer, layers

Json = dict[str, Any]

SCREENS: Final = {"desktop": (1366, 768), "mobile": (390, 844)}  # in CSS pixels

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
    rated = list(impression.boxes(evidence, SCREENS))
    for viewport in ("desktop", "mobile"):
        for code, boxes in _boxes(viewport, dict_in(evidence, viewport)):
            if code in codes:
                found += [_region(code, box, viewport) for box in boxes[:_MOST] if _is_box(box)]
        found += [_region(code, box, viewport) for code, where, box in rated if where == viewport]
    return found


def _boxes(viewport: str, device: Json) -> Iterator[tuple[str, list[Json]]]:
    images, text = dict_in(device, "images"), dict_in(device, "text")
    if viewport == "desktop":
        yield "visual-desktop-overflow", dicts_in(dict_in(device, "width"), "wide_boxes")
        yield "visual-low-contrast", _of(dicts_in(dict_in(text, "contrast"), "examples"))
        yield "visual-broken-images", dicts_in(images, "broken_boxes")
        yield "visual-oversized-images", _of(dicts_in(images, "oversized"))
        yield "visual-dead-links", _of(dicts_in(dict_in(device, "dead_links"), "examples"))
        for code, found in violations(device).items():
            yield code, [box for v in found for box in dicts_in(v, "boxes")]
        return
    taps = dict_in(dict_in(device, "targets"), "taps")
    yield "visual-tiny-tap-targets", _of(dicts_in(taps, "examples"))
    yield "visual-mobile-overflow", dicts_in(dict_in(device, "width"), "wide_boxes")
    yield "visual-overlapping-text", _of(dicts_in(device, "clash"))
    for kind, layer in layers(device):
        if kind in _LAYERS:
            yield _LAYERS[kind], _of([layer])


def _of(examples: list[Json]) -> list[Json]:
    return [dict_in(example, "box") for example in examples]


def _is_box(box: Json) -> bool:
    sides = [number_in(box, key) for key in ("x", "y", "width", "height")]
    return None not in sides and (sides[2] or 0) > 0 and (sides[3] or 0) > 0


def _region(code: str, box: Json, viewport: str) -> Json:
    place = {key: box[key] for key in ("x", "y", "width", "height")}
    return {"code": code, "label": KINDS[code].title, **place, "viewport": viewport}
