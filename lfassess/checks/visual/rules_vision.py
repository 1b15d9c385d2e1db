"""The model's ratings as findings, figures and marks: opinions, so none weighs more than low."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Finding, Source
from lfassess.checks.visual.catalogue import finding
from lfassess.checks.visual.evidence import ASPECTS, SCREENS, Box, Rating, Screen, Vision

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
_MAX_FINDINGS: Final = 3
_THOUSANDTHS: Final = 1_000  # of the picture, across or down
_MAX_REASON: Final = 200  # characters


def ratings(vision: Vision | None) -> list[Rating]:
    """Return the ratings in the rubric's order, with whole stars; the first of an aspect counts.

    Stars beyond the scale count as its ends; what names no aspect or no stars is left out.
    """
    first: dict[str, Rating] = {}
    for row in vision.ratings if vision else ():
        if row.aspect in CODES and row.stars is not None:
            stars = round(min(_BEST, max(_WORST, row.stars)))
            first.setdefault(row.aspect, replace(row, stars=stars))
    return [first[aspect] for aspect in ASPECTS if aspect in first]


def findings(vision: Vision | None) -> Iterator[Finding]:
    """Yield findings of the poorest aspects, and praise where all the rubric's are good."""
    rated = ratings(vision)
    for row in poorest(rated):
        said = f"a language model that saw the first screen gives {row.stars} of 5: {reason(row)}"
        yield finding(CODES[row.aspect], said, source=Source.API)
    least = min((row.stars or 0 for row in rated), default=0)
    if len(rated) == len(ASPECTS) and least >= _GOOD:
        said = f"{least} of 5 or better in all {len(rated)} aspects"
        yield finding("visual-good-impression", said, source=Source.API)


def poorest(rated: list[Rating]) -> list[Rating]:
    """Return the aspects that make findings: three at most, or opinions would outweigh facts."""
    poor = [row for row in rated if (row.stars or 0) <= _POOR]
    return sorted(poor, key=lambda row: row.stars or 0)[:_MAX_FINDINGS]


def reason(row: Rating) -> str:
    """Return what a rating rests on, in the model's words."""
    return " ".join((row.because.strip() or "no reason given").split())[:_MAX_REASON]


def boxes(vision: Vision | None) -> Iterator[tuple[str, Screen, Box]]:
    """Yield (finding code, device, place) of poor aspects; those outside the picture are left out.

    Places are CSS pixels of the first screen.
    """
    for row in poorest(ratings(vision)):
        screen = next((name for name in SCREENS if name == row.picture), None)
        sides = (row.x, row.y, row.width, row.height)
        x, y, width, height = (-1 if side is None else side for side in sides)
        if screen is None or min(x, y) < 0 or min(width, height) <= 0:
            continue
        if max(x + width, y + height) > _THOUSANDTHS:
            continue
        across, down = (side / _THOUSANDTHS for side in SCREENS[screen])
        place = (x * across, y * down, width * across, height * down)
        yield CODES[row.aspect], screen, Box(*map(round, place))
