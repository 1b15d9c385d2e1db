"""Where on the screenshots findings are, for the report to mark."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.shared.record import write_record
from lfassess.checks.visual import rules_vision
from lfassess.checks.visual.catalogue import KINDS
from lfassess.checks.visual.evidence import (
    SCREENS,
    Box,
    Device,
    Evidence,
    Images,
    Screen,
    Text,
    Width,
)
from lfassess.checks.visual.rules_accessibility import violations
from lfassess.checks.visual.rules_overlays import Cover, layers

_LAYERS: Final = {
    Cover.POPUP: "visual-popup",
    Cover.CHAT: "visual-popup",
    Cover.COOKIES: "visual-cookie-wall",
    Cover.AGE: "visual-age-gate",
}
_MAX_MARKS: Final = 3  # for one finding


def regions(evidence: Evidence, codes: Collection[str]) -> list[Json]:
    """Return [{code, label, x, y, width, height, viewport}] of the findings that have a place.

    Pixels are those of the screenshot at its natural size in CSS pixels, from the page's top left.
    """
    found: list[Json] = []
    rated = list(rules_vision.boxes(evidence.vision))
    for screen in SCREENS:
        device = evidence.devices.get(screen) or Device()
        for code, boxes in _boxes(screen, device):
            if code in codes:
                found += [_region(code, box, screen) for box in boxes[:_MAX_MARKS] if box.visible]
        found += [_region(code, box, screen) for code, where, box in rated if where == screen]
    return found


def _boxes(screen: Screen, device: Device) -> Iterator[tuple[str, list[Box]]]:
    images, text = device.images or Images(), device.text or Text()
    wide = list((device.width or Width()).wide_boxes)
    if screen == "desktop":
        yield "visual-desktop-overflow", wide
        yield "visual-low-contrast", [example.box for example in text.contrast.examples]
        yield "visual-broken-images", list(images.broken_boxes)
        yield "visual-oversized-images", [image.box for image in images.oversized]
        yield "visual-dead-links", [link.box for link in device.dead_links.examples]
        for code, found in violations(device).items():
            yield code, [box for violation in found for box in violation.boxes]
        return
    taps = device.targets.taps.examples if device.targets else ()
    yield "visual-tiny-tap-targets", [tap.box for tap in taps]
    yield "visual-mobile-overflow", wide
    yield "visual-overlapping-text", [clash.box for clash in device.clash]
    for kind, layer in layers(device):
        if kind in _LAYERS:
            yield _LAYERS[kind], [layer.box]


def _region(code: str, box: Box, screen: Screen) -> Json:
    place: Json = write_record(box)
    return {"code": code, "label": KINDS[code].title, **place, "viewport": screen}
