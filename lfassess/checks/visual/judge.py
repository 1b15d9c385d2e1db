"""From stored evidence to findings, metrics and the marks on the screenshots."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from lfassess.checks.base import Finding, Json, Judgement
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.record import write_record
from lfassess.checks.shared.visit import NOT_SEEN, Kind
from lfassess.checks.visual import (
    rules_accessibility,
    rules_contact,
    rules_mobile_layout,
    rules_page_errors,
    rules_page_quality,
    rules_vision,
)
from lfassess.checks.visual.catalogue import KINDS, REASONS, finding
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
from lfassess.checks.visual.metrics import Metrics
from lfassess.checks.visual.rules_accessibility import violations
from lfassess.checks.visual.rules_overlays import Cover, layers

_NOT_JUDGED: Final = {
    Kind.NO_SITE: "visual.no_site",
    Kind.PLATFORM: "visual.platform_page",
    Kind.WALL: "visual.bot_wall",
    Kind.REFUSED: "visual.turned_away",
    Kind.UNREAD: "visual.unread",
}
_FINDINGS: Final = {
    "parked": "visual-parked-page",
    "for_sale": "visual-parked-page",
    "default_page": "visual-default-page",
    "directory_listing": "visual-default-page",
    "installer": "visual-default-page",
    "error_page": "visual-error-page",
    "soft_404": "visual-error-page",
    "coming_soon": "visual-coming-soon",
    "maintenance": "visual-coming-soon",
    "not_published": "visual-coming-soon",
    "suspended": "visual-suspended-site",
    "expired": "visual-suspended-site",
    "login": "visual-login-page",
    "empty": "visual-empty-page",
    "template": "visual-template-page",
    "platform_page": "visual-platform-page",
}


def judge(evidence: Json) -> Judgement:
    """Judge both devices together; where there is no website, or none was seen, nothing.

    ``metrics`` are `metrics.Metrics` with ``visit`` (what stands at the address) and ``regions``
    (the marks on the screenshots), or ``reason`` where nothing was judged.
    """
    seen = Evidence.from_json(evidence)
    if judgement := _not_judged(seen):
        return judgement
    met, url = seen.met()
    found = tuple(findings(seen))
    marked = regions(seen, {f.code for f in found})
    metrics = {**Metrics(seen).to_json(), "visit": met.as_json(url), "regions": marked}
    return Judgement(found, metrics=metrics, score_from_findings=True)


def _not_judged(evidence: Evidence) -> Judgement | None:
    """Return the judgement where there is no website to judge, or None where there is one."""
    devices = evidence.devices.values()
    if not devices:
        return _unjudged("visual.nothing", evidence)
    met, url = evidence.met()
    shown = {"visit": met.as_json(url)}
    if met.kind not in NOT_SEEN and any(d.is_blank(d.met(evidence.url)) for d in devices):
        return _unjudged("visual.blank", evidence)
    code = _NOT_JUDGED.get(met.kind)
    if code is None:
        return None
    if found := _FINDINGS.get(met.code):
        return _unjudged(code, evidence, shown, said=finding(found, met.shown or met.code))
    return _unjudged(code, evidence, shown, seen=f" ({met.shown})" if met.shown else "")


def _unjudged(
    code: str,
    evidence: Evidence,
    shown: Json | None = None,
    *,
    said: Finding | None = None,
    seen: str = "",
) -> Judgement:
    """Return a judgement without a score, for a reason."""
    metrics = {**Metrics(evidence).to_json(), **(shown or {}), "reason": as_json(code, REASONS)}
    return Judgement(
        (said,) if said else (), metrics=metrics, inconclusive=REASONS[code].wording + seen
    )


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield them in the order of the closed list."""
    desktop, mobile = evidence.desktop or Device(), evidence.mobile or Device()
    first = evidence.desktop or mobile
    found = [
        *rules_mobile_layout.findings(mobile),
        *rules_contact.findings(desktop, mobile),
        *rules_page_errors.in_the_way(desktop, mobile),
        *rules_page_errors.broken(desktop, mobile),
        *rules_page_quality.findings(first, evidence.year),
        *rules_accessibility.findings(desktop),
    ]
    yield from found
    yield from rules_accessibility.praise(desktop, found)
    yield from rules_vision.findings(evidence.vision)


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
