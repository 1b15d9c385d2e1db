"""The model's ratings as findings, figures and marks: opinions, so none weighs more than low."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lfassess.checks.base import Finding, Source
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.checks.visual.catalogue import REASONS, finding
from lfassess.checks.visual.evidence import ASPECTS, DEVICES

Json = dict[str, Any]

CODES: Final = {
    "offer": "visual-unclear-offer",
    "hierarchy": "visual-no-visual-order",
    "readability": "visual-hard-to-read",
    "trust": "visual-little-trust",
    "action": "visual-weak-invitation",
    "imagery": "visual-poor-pictures",
    "age": "visual-dated-look",
}
_WORST, _BEST = 1, 5
_POOR, _GOOD = 2, 4  # stars: at most, at least
_MOST_FINDINGS: Final = 3
_WHOLE: Final = 1_000
_MOST_WORDS: Final = 200


def ratings(evidence: Json) -> list[Json]:
    """Return [{aspect, stars, because}] in the rubric's order; the first word on an aspect counts.

    Stars beyond the scale count as its ends; what names no aspect or no stars is left out.
    """
    said = get_objects(get_object(evidence, "vision"), "ratings")
    first: dict[str, Json] = {}
    for row in said:
        aspect, stars = get_text(row, "aspect"), get_number(row, "stars")
        if aspect in CODES and stars is not None:
            first.setdefault(aspect, row | {"stars": round(min(_BEST, max(_WORST, stars)))})
    return [first[aspect] for aspect in ASPECTS if aspect in first]


def findings(evidence: Json) -> Iterator[Finding]:
    """Yield findings of the poorest aspects, and praise where all the rubric's are good."""
    rated = ratings(evidence)
    for row in poorest(rated):
        yield finding(CODES[row["aspect"]], _evidence(row), source=Source.API)
    if len(rated) == len(ASPECTS) and all(row["stars"] >= _GOOD for row in rated):
        least = min(row["stars"] for row in rated)
        said = f"{least} of 5 or better in all {len(rated)} aspects"
        yield finding("visual-good-impression", said, source=Source.API)


def poorest(rated: list[Json]) -> list[Json]:
    """Return the aspects that make findings: three at most, or opinions would outweigh facts."""
    poor = sorted((row for row in rated if row["stars"] <= _POOR), key=lambda row: row["stars"])
    return poor[:_MOST_FINDINGS]


def _evidence(row: Json) -> str:
    return f"a language model that saw the first screen gives {row['stars']} of 5: {_because(row)}"


def _because(row: Json) -> str:
    return " ".join((get_text(row, "because") or "no reason given").split())[:_MOST_WORDS]


def metrics(evidence: Json) -> Json:
    """Return {model, ratings: [{aspect, stars, because}]}, or {reason} why there is none."""
    vision, rated = get_object(evidence, "vision"), ratings(evidence)
    if not vision:
        return {}
    if not rated:
        code = get_text(vision, "reason") or "vision.unreadable"
        known = code if code in REASONS else "vision.unreadable"
        return {"reason": as_json(known, REASONS) | {"wording": REASONS[known].wording}}
    kept = [{"aspect": r["aspect"], "stars": r["stars"], "because": _because(r)} for r in rated]
    return {"model": get_text(vision, "model"), "ratings": kept}


def boxes(
    evidence: Json, screens: Mapping[str, tuple[int, int]]
) -> Iterator[tuple[str, str, Json]]:
    """Yield (finding code, device, box) of poor aspects; places outside the picture are left out.

    ``screens`` are the first screens' sizes in CSS pixels; so are the boxes.
    """
    for row in poorest(ratings(evidence)):
        device = get_text(row, "picture")
        if device not in DEVICES:
            continue
        sides = [get_number(row, key) for key in ("x", "y", "width", "height")]
        x, y, width, height = (-1 if side is None else side for side in sides)
        if min(x, y) < 0 or min(width, height) <= 0 or max(x + width, y + height) > _WHOLE:
            continue
        across, down = screens[device]
        box = {"x": x * across, "width": width * across, "y": y * down, "height": height * down}
        yield CODES[row["aspect"]], device, {k: round(v / _WHOLE) for k, v in box.items()}
