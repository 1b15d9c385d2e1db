"""What real visitors measured, by the emulated Chrome UX Report."""

from __future__ import annotations

from random import Random
from typing import Any, Final

Json = dict[str, Any]

# key: bounds of good and poor, in the report's own units (layout shift times a hundred)
_BOUNDS: Final = {
    "LARGEST_CONTENTFUL_PAINT_MS": (2500, 4000),
    "INTERACTION_TO_NEXT_PAINT": (200, 500),
    "CUMULATIVE_LAYOUT_SHIFT_SCORE": (10, 25),
    "FIRST_CONTENTFUL_PAINT_MS": (1800, 3000),
    "EXPERIMENTAL_TIME_TO_FIRST_BYTE": (800, 1800),
}
_VITALS: Final = tuple(_BOUNDS)[:3]
_WORDS: Final = ("FAST", "AVERAGE", "SLOW")
_SCOPES: Final = ("page", "origin", "none")
_COMMONNESS: Final = (15, 25, 60)  # of a hundred small businesses


def scope_for(host: str, seed: int) -> str:
    """Return whose visitors the report knows: page, origin or none; the same for the same host."""
    rng = Random(f"crux:{seed}:{host}")  # noqa: S311 - repeatable, not secret
    return rng.choices(_SCOPES, _COMMONNESS)[0]


def experiences(url: str, origin: str, scope: str, lab: dict[str, float], ttfb: float) -> Json:
    """Return {loadingExperience, originLoadingExperience}, the latter only with data.

    Args:
        url: the page.
        origin: its scheme and host.
        scope: page, origin or none.
        lab: what the phone measured; visitors have it a little better.
        ttfb: milliseconds until the server answers.
    """
    if scope == "none":
        return {"loadingExperience": {"initial_url": url}}
    figures = {
        "LARGEST_CONTENTFUL_PAINT_MS": lab["largest-contentful-paint"] * 0.8,
        "INTERACTION_TO_NEXT_PAINT": 60 + lab["total-blocking-time"] * 0.5,
        "CUMULATIVE_LAYOUT_SHIFT_SCORE": lab["cumulative-layout-shift"] * 100,
        "FIRST_CONTENTFUL_PAINT_MS": lab["first-contentful-paint"] * 0.8,
        "EXPERIMENTAL_TIME_TO_FIRST_BYTE": ttfb,
    }
    metrics = {key: _metric(key, value) for key, value in figures.items()}
    worst = max((metrics[key]["category"] for key in _VITALS), key=_WORDS.index)
    whole: Json = {"metrics": metrics, "overall_category": worst, "initial_url": url}
    page = {"id": url, **whole} if scope == "page" else {
        "id": origin, **whole, "origin_fallback": True
    }  # fmt: skip
    return {"loadingExperience": page, "originLoadingExperience": {"id": origin, **whole}}


def _metric(key: str, value: float) -> Json:
    good, poor = _BOUNDS[key]
    category = _WORDS[0] if value <= good else _WORDS[1] if value <= poor else _WORDS[2]
    shares = {"FAST": (0.82, 0.12), "AVERAGE": (0.61, 0.3), "SLOW": (0.34, 0.27)}[category]
    return {
        "percentile": round(value),
        "distributions": [
            {"min": 0, "max": good, "proportion": shares[0]},
            {"min": good, "max": poor, "proportion": shares[1]},
            {"min": poor, "proportion": round(1 - sum(shares), 4)},
        ],
        "category": category,
    }
