"""Reads the figures out of one device's Lighthouse result and Google's field data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.pagespeed.formatting import clipped, in_words
from lfassess.checks.shared.json_access import get_number, get_object, get_text

CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A measure is good up to ``good``, poor above ``poor``; milliseconds but for layout shift."""

    good: float
    poor: float


# https://web.dev/articles/vitals; TBT and Speed Index: Lighthouse's scoring for phones
BOUNDS: Final = {
    "fcp": Bounds(1800, 3000),
    "lcp": Bounds(2500, 4000),
    "tbt": Bounds(200, 600),
    "cls": Bounds(0.1, 0.25),
    "si": Bounds(3400, 5800),
    "inp": Bounds(200, 500),
    "ttfb": Bounds(800, 1800),
}
_LAB: Final = {
    "fcp": "first-contentful-paint",
    "lcp": "largest-contentful-paint",
    "tbt": "total-blocking-time",
    "cls": "cumulative-layout-shift",
    "si": "speed-index",
    "ttfb": "server-response-time",
}
_FIELD: Final = {
    "lcp": ("LARGEST_CONTENTFUL_PAINT_MS", 1),
    "inp": ("INTERACTION_TO_NEXT_PAINT", 1),
    "cls": ("CUMULATIVE_LAYOUT_SHIFT_SCORE", 100),  # 16 means 0.16
    "fcp": ("FIRST_CONTENTFUL_PAINT_MS", 1),
    "ttfb": ("EXPERIMENTAL_TIME_TO_FIRST_BYTE", 1),
}
# Lighthouse 12's opportunities: their figure is a saving in milliseconds. Version 13 has dropped
# them or tells their savings as those of its insights, apart by metric.
OPPORTUNITIES_12: Final = frozenset(
    {
        "duplicated-javascript",
        "efficient-animated-content",
        "legacy-javascript",
        "modern-image-formats",
        "offscreen-images",
        "prioritize-lcp-image",
        "redirects",
        "render-blocking-resources",
        "unminified-css",
        "unminified-javascript",
        "unused-css-rules",
        "unused-javascript",
        "uses-http2",
        "uses-optimized-images",
        "uses-responsive-images",
        "uses-text-compression",
    }
)
VITALS: Final = ("lcp", "inp", "cls")
_FAILS_BELOW: Final = 0.9  # Lighthouse's own line between green and the rest
_MOST_OPPORTUNITIES: Final = 5


def device(result: Json) -> Json:
    """Return {categories, lab, field, field_scope, core_web_vitals, opportunities} of one device.

    Scores are 0-100 or None; times are milliseconds; layout shift has no unit. ``field`` is empty
    where Google knows too few visitors, which is usual for small businesses; ``field_scope`` says
    whether it is of the page or of the whole site; ``core_web_vitals`` is passed, failed or None.
    """
    field, scope = field_data(result)
    return {
        "categories": scores(result),
        "lab": {name: measured(result, audit) for name, audit in _LAB.items()},
        "field": field,
        "field_scope": scope,
        "core_web_vitals": core_web_vitals(field),
        "opportunities": opportunities(result),
    }


def scores(result: Json) -> dict[str, int | None]:
    """Return each category's score, 0-100; None is "not measured" and never 0."""
    categories = get_object(result, "categories")
    return {name: _percent(get_object(categories, name)) for name in CATEGORIES}


def _percent(category: Json) -> int | None:
    score = get_number(category, "score")
    return round(score * 100) if score is not None and 0 <= score <= 1 else None


def audit(result: Json, name: str) -> Json:
    """Return one audit, or {}."""
    return get_object(get_object(result, "audits"), name)


def measured(result: Json, name: str) -> float | None:
    """Return an audit's figure where there is one that makes sense."""
    value = get_number(audit(result, name), "numericValue")
    return round(value, 3) if value is not None and value >= 0 else None


def fails(entry: Json) -> bool:
    """Whether an audit applied and was not passed."""
    score = get_number(entry, "score")
    return score is not None and score < _FAILS_BELOW


def saving_ms(name: str, entry: Json) -> float | None:
    """Return the most that fixing would save of FCP, LCP or TBT, or None if that's not told.

    Lighthouse 12's opportunities tell it as the audit's own figure.
    """
    savings = get_object(entry, "metricSavings")
    told = [s for key in ("FCP", "LCP", "TBT") if (s := get_number(savings, key)) is not None]
    if told:
        return max(told)
    return get_number(entry, "numericValue") if name in OPPORTUNITIES_12 else None


def opportunities(result: Json) -> list[Json]:
    """Return the failed audits that would save most time: audit, title, said, saving_ms."""
    entries = get_object(result, "audits")
    worth = [
        (saving, name)
        for name in entries
        if fails(entry := get_object(entries, name)) and (saving := saving_ms(name, entry) or 0) > 0
    ]
    return [
        {
            "audit": name,
            "title": (get_text(entries[name], "title") or name)[:200],
            "said": clipped(in_words(get_text(entries[name], "displayValue") or "") or ""),
            "saving_ms": round(saving),
        }
        for saving, name in sorted(worth, reverse=True)[:_MOST_OPPORTUNITIES]
    ]


def core_web_vitals(field: Mapping[str, float]) -> str | None:
    """Return "passed", "failed", or None where Google has too little to say.

    A page passes if all it has of LCP, INP and CLS are good at the 75th percentile; INP may be
    missing, the other two may not (https://web.dev/articles/vitals).
    """
    judged = vital(field)
    if any(value > bounds_for(name).good for name, value in judged.items()):
        return "failed"
    return "passed" if {"lcp", "cls"} <= judged.keys() else None


def vital(field: Mapping[str, float]) -> dict[str, float]:
    """Return LCP, INP and CLS where there are any; for a missing LCP a late FCP stands in.

    A page's main content never comes before its first, so that FCP is the least that LCP can be:
    an FCP above LCP's bound says that LCP is above it, too, while a good one says nothing.
    """
    first = field.get("fcp")
    stands_in = "lcp" not in field and first is not None and first > BOUNDS["lcp"].good
    names = ("fcp", *VITALS) if stands_in else VITALS
    return {name: field[name] for name in names if name in field}


def bounds_for(name: str) -> Bounds:
    """Return the bounds of one of vital()'s measures."""
    return BOUNDS["lcp" if name == "fcp" else name]


def field_data(result: Json) -> tuple[dict[str, float], str | None]:
    """Return what three of four real visitors had at worst, and whether of "page" or "site"."""
    page = get_object(result, "loadingExperience")
    if found := _percentiles(page):
        return found, "site" if page.get("origin_fallback") is True else "page"
    if found := _percentiles(get_object(result, "originLoadingExperience")):
        return found, "site"
    return {}, None


def _percentiles(experience: Json) -> dict[str, float]:
    metrics = get_object(experience, "metrics")
    found = {}
    for name, (key, scale) in _FIELD.items():
        value = get_number(get_object(metrics, key), "percentile")
        if value is not None and value >= 0:
            found[name] = value / scale
    return found
