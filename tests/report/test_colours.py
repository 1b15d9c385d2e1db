"""The colours of ratings, seen by people who tell some colours apart badly."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from lfassess.report.branding import contrast

CSS = (Path(__file__).parents[2] / "lfassess/report/static/screen.css").read_text(encoding="utf-8")
# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SEEN = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
APART = 30  # CIE76; 2.3 is a just noticeable difference


def colours(*names):
    return {n: re.search(rf"--{n}: (#[0-9a-f]{{6}});", CSS)[1] for n in names}


def linear(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def lab(rgb):
    r, g, b = (min(1, max(0, part)) for part in rgb)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("matrix", SEEN.values(), ids=SEEN)
def test_good_fair_and_poor_are_told_apart(matrix):
    seen = {
        name: lab(
            sum(m * part for m, part in zip(row, linear(colour), strict=True)) for row in matrix
        )
        for name, colour in colours("good", "fair", "poor").items()
    }
    for (a, one), (b, other) in combinations(seen.items(), 2):
        apart = sum((p - q) ** 2 for p, q in zip(one, other, strict=True)) ** 0.5
        assert apart >= APART, (a, b, apart)


def test_text_in_these_colours_reads_well_on_white():
    tones = re.findall(r"--tone: (#[0-9a-f]{6})", CSS)
    assert len(tones) == 6
    for colour in (*tones, *colours("good", "fair", "poor", "accent", "soft").values()):
        assert contrast(colour) >= 4.5, colour


def test_an_agency_s_colour_is_no_severity_and_no_grade():
    rules = re.findall(r"([^{}]+)\{([^}]*)\}", CSS)
    accented = [selector for selector, body in rules if "--accent)" in body]
    assert accented
    for selector in accented:
        assert not re.search(r"severity|rating|tone-|answer|finding-|zone-|points", selector), (
            selector
        )
