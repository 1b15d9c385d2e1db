"""What the API and the report read of a judgement: figures of both devices, ratings, marks."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from lfassess.checks.base import Json
from lfassess.checks.reasons import as_json
from lfassess.checks.visual.catalogue import REASONS
from lfassess.checks.visual.evidence import Device, Evidence, Images, Text, Vision, Width
from lfassess.checks.visual.rules_vision import ratings, reason


@dataclass(frozen=True, slots=True)
class Figures:
    """A device's figures; names say the unit, None is unknown."""

    status: int | None
    first_paint_ms: int | None
    load_ms: int | None
    layout_shift: float | None
    requests: int | None
    received_bytes: int | None
    page_height_px: int | None
    sideways_scroll_px: int | None
    usual_text_size_px: float | None
    pictures: int | None
    broken_pictures: int | None
    script_errors: int
    telephone_numbers: int

    @classmethod
    def of(cls, device: Device) -> Figures:
        vitals, width, images = device.vitals, device.width or Width(), device.images
        return cls(
            device.status,
            _whole(vitals.first_paint_ms),
            _whole(vitals.load_ms),
            vitals.layout_shift,
            device.requests,
            device.received_bytes,
            _whole(width.page_height),
            _whole(width.sideways_px),
            (device.text or Text()).common_px,
            _whole((images or Images()).count),
            _whole(images.broken_count) if images else None,
            len(device.script_errors or ()),
            len(device.phone_numbers),
        )


@dataclass(frozen=True, slots=True)
class Metrics:
    """The facts beside the findings."""

    evidence: Evidence

    def to_json(self) -> Json:
        """Return {url, desktop: {...}, mobile: {...}, vision: {...}} without unknowns."""
        seen = self.evidence
        stored: Json = {"url": seen.url or None}
        for name, device in seen.devices.items():
            figures = asdict(Figures.of(device))
            stored[name] = {key: value for key, value in figures.items() if value is not None}
        if seen.vision:
            stored["vision"] = ratings_json(seen.vision)
        return stored


def ratings_json(vision: Vision) -> Json:
    """Return {model, language, ratings: [{aspect, stars, because}]}, or {reason} why not."""
    rated = ratings(vision)
    if not rated:
        code = vision.reason if vision.reason in REASONS else None
        known = code or "vision.unreadable"
        return {"reason": as_json(known, REASONS) | {"wording": REASONS[known].wording}}
    rows = [{"aspect": r.aspect, "stars": r.stars, "because": reason(r)} for r in rated]
    return {"model": vision.model, "language": vision.language, "ratings": rows}


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)
