"""Lighthouse 13's arithmetic: from what was measured to scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_TENTH: Final = 1.2815515655446004  # standard deviations from the median to the tenth percentile


@dataclass(frozen=True, slots=True)
class Curve:
    """A measure of ``p10`` scores 0.9, one of ``median`` 0.5."""

    p10: float
    median: float

    def score(self, value: float) -> float:
        """Return 0-1, on the log-normal curve."""
        if value <= 0:
            return 1.0
        sigma = (math.log(self.median) - math.log(self.p10)) / _TENTH
        z = (math.log(value) - math.log(self.median)) / (sigma * math.sqrt(2))
        return round(0.5 * math.erfc(z), 2)


# https://github.com/GoogleChrome/lighthouse/tree/main/core/audits/metrics
CURVES: Final[Mapping[str, Mapping[str, Curve]]] = {
    "mobile": {
        "first-contentful-paint": Curve(1800, 3000),
        "largest-contentful-paint": Curve(2500, 4000),
        "total-blocking-time": Curve(200, 600),
        "cumulative-layout-shift": Curve(0.1, 0.25),
        "speed-index": Curve(3387, 5800),
    },
    "desktop": {
        "first-contentful-paint": Curve(934, 1600),
        "largest-contentful-paint": Curve(1200, 2400),
        "total-blocking-time": Curve(150, 350),
        "cumulative-layout-shift": Curve(0.1, 0.25),
        "speed-index": Curve(1311, 2300),
    },
}
# https://github.com/GoogleChrome/lighthouse/blob/main/core/config/default-config.js
WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {
    "performance": {
        "first-contentful-paint": 10,
        "largest-contentful-paint": 25,
        "total-blocking-time": 30,
        "cumulative-layout-shift": 25,
        "speed-index": 10,
    },
    "accessibility": {
        "color-contrast": 7,
        "html-has-lang": 7,
        "image-alt": 10,
        "label": 7,
        "link-name": 7,
        "meta-viewport": 10,
        "button-name": 10,
        "heading-order": 3,
        "document-title": 7,
        "target-size": 7,
    },
    "best-practices": {
        "is-on-https": 5,
        "errors-in-console": 1,
        "deprecations": 5,
        "third-party-cookies": 5,
        "image-aspect-ratio": 1,
        "image-size-responsive": 1,
        "doctype": 1,
        "charset": 1,
        "inspector-issues": 1,
        "paste-preventing-inputs": 3,
    },
    "seo": {
        "is-crawlable": 4.04,
        "document-title": 1,
        "meta-description": 1,
        "http-status-code": 1,
        "link-text": 1,
        "crawlable-anchors": 1,
        "image-alt": 1,
        "canonical": 1,
        "robots-txt": 1,
    },
}


def category_score(category: str, audits: Mapping[str, float]) -> float:
    """Return a category's score, 0-1, from its audits' scores; an audit not given passes."""
    weights = WEIGHTS[category]
    reached = sum(weight * audits.get(name, 1.0) for name, weight in weights.items())
    return round(reached / sum(weights.values()), 2)
