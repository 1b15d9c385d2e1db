"""The audits of an emulated Lighthouse 13 run, from the facts of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lfassess.sandbox.page_facts import PageFacts
from lfassess.sandbox.providers.psi_scores import CURVES, WEIGHTS

TITLES: Final = {
    "accesskeys": "`[accesskey]` values are unique",
    "button-name": "Buttons have an accessible name",
    "cache-insight": "Use efficient cache lifetimes",
    "canonical": "Document has a valid `rel=canonical`",
    "charset": "Properly defines charset",
    "color-contrast": "Background and foreground colors have a sufficient contrast ratio",
    "crawlable-anchors": "Links are crawlable",
    "cumulative-layout-shift": "Cumulative Layout Shift",
    "deprecations": "Avoids deprecated APIs",
    "doctype": "Page has the HTML doctype",
    "document-latency-insight": "Document request latency",
    "document-title": "Document has a `<title>` element",
    "dom-size-insight": "Optimize DOM size",
    "duplicated-javascript-insight": "Duplicated JavaScript",
    "errors-in-console": "Browser errors in the console",
    "first-contentful-paint": "First Contentful Paint",
    "focus-traps": "User focus is not accidentally trapped in a region",
    "font-display-insight": "Font display",
    "frame-title": "Frames have a title",
    "heading-order": "Heading elements appear in a sequentially-descending order",
    "html-has-lang": "`<html>` element has a `[lang]` attribute",
    "http-status-code": "Page has successful HTTP status code",
    "image-alt": "Image elements have `[alt]` attributes",
    "image-aspect-ratio": "Displays images with correct aspect ratio",
    "image-delivery-insight": "Improve image delivery",
    "image-size-responsive": "Serves images with appropriate resolution",
    "inspector-issues": "No issues in the `Issues` panel in Chrome Devtools",
    "interactive": "Time to Interactive",
    "is-crawlable": "Page isn't blocked from indexing",
    "is-on-https": "Uses HTTPS",
    "label": "Form elements have associated labels",
    "largest-contentful-paint": "Largest Contentful Paint",
    "lcp-discovery-insight": "LCP request discovery",
    "legacy-javascript-insight": "Legacy JavaScript",
    "link-name": "Links have a discernible name",
    "link-text": "Links have descriptive text",
    "logical-tab-order": "The page has a logical tab order",
    "meta-description": "Document has a meta description",
    "meta-viewport": "Zooming is not disabled",
    "paste-preventing-inputs": "Allows users to paste into input fields",
    "render-blocking-insight": "Render-blocking requests",
    "robots-txt": "robots.txt is valid",
    "server-response-time": "Initial server response time",
    "speed-index": "Speed Index",
    "structured-data": "Structured data is valid",
    "target-size": "Touch targets have sufficient size and spacing",
    "third-party-cookies": "Avoids third-party cookies",
    "total-blocking-time": "Total Blocking Time",
    "total-byte-weight": "Avoids enormous network payloads",
    "unsized-images": "Image elements have explicit `width` and `height`",
    "unused-javascript": "Reduce unused JavaScript",
    "video-caption": "Video elements contain captions",
    "viewport-insight": "Optimize viewport for mobile",
}
Json = dict[str, Any]

_NBSP: Final = "\u00a0"
_KIB: Final = 1024
_WASTE_WORTH_TELLING: Final = 4 * _KIB
_HEAVY: Final = 2_700 * _KIB
_MANY_ELEMENTS: Final = 1_400
_LATE_DOCUMENT_MS: Final = 600


@dataclass(frozen=True, slots=True)
class Line:
    """A device's simulated line: milliseconds there and back, bytes a millisecond, slowness."""

    round_trip: float
    rate: float
    slowness: float


LINES: Final = {"mobile": Line(150, 200, 1.0), "desktop": Line(40, 1250, 0.25)}


def lab(facts: PageFacts, strategy: str) -> dict[str, float]:
    """Return the lab measures by audit id, in milliseconds but for layout shift."""
    line = LINES[strategy]
    begin = facts.ttfb + 3 * line.round_trip
    held_up = facts.blocking_files * line.round_trip * 0.5 + facts.blocking / line.rate
    fcp = begin + facts.html / line.rate * 0.5 + held_up
    tbt = facts.tbt * line.slowness
    lcp = fcp + (line.round_trip + facts.largest_image / line.rate if facts.largest_image else 0)
    return {
        "first-contentful-paint": fcp,
        "largest-contentful-paint": lcp + tbt * 0.5,
        "total-blocking-time": tbt,
        "cumulative-layout-shift": facts.cls,
        "speed-index": fcp + 0.4 * (lcp - fcp) + 0.5 * tbt,
        "interactive": lcp + tbt + facts.scripts / line.rate,
    }


def all_audits(facts: PageFacts, strategy: str) -> dict[str, Json]:
    """Return the audits by id, as PageSpeed Insights shows them."""
    measured = lab(facts, strategy)
    audits = {name: _metric(name, value, strategy) for name, value in measured.items()}
    for weights in WEIGHTS.values():
        for name in weights:
            audits.setdefault(name, _binary(name, failed=name in facts.fails))
    audits |= _insights(facts, strategy)
    audits |= _diagnostics(facts)
    return {name: {"id": name, "title": TITLES[name], **audit} for name, audit in audits.items()}


def _metric(name: str, value: float, strategy: str) -> Json:
    curve = CURVES[strategy].get(name, CURVES[strategy]["largest-contentful-paint"])
    audit: Json = {"score": curve.score(value), "scoreDisplayMode": "numeric"}
    if name == "cumulative-layout-shift":
        shown = f"{value:.3f}".rstrip("0").rstrip(".")
        return {**audit, "numericValue": value, "numericUnit": "unitless", "displayValue": shown}
    return {
        **audit,
        "numericValue": value,
        "numericUnit": "millisecond",
        "displayValue": _time(value, seconds=name != "total-blocking-time"),
    }


def _binary(name: str, *, failed: bool) -> Json:
    audit: Json = {"score": 0 if failed else 1, "scoreDisplayMode": "binary"}
    if failed and name == "errors-in-console":
        audit["details"] = {"type": "table", "headings": [], "items": []}
    return audit


def _insights(facts: PageFacts, strategy: str) -> dict[str, Json]:
    line = LINES[strategy]
    held_up = facts.blocking_files * line.round_trip * 0.5 + facts.blocking / line.rate
    late = max(0.0, facts.ttfb - _LATE_DOCUMENT_MS)
    wasted = facts.wasted_image
    cached = "cache-insight" in facts.fails
    cacheable = facts.blocking + facts.scripts + facts.images if cached else 0
    return {
        "render-blocking-insight": _saving(fcp=held_up, lcp=held_up, say=_time(held_up)),
        "image-delivery-insight": _saving(lcp=wasted / line.rate, say=_size(wasted)),
        "cache-insight": _saving(say=_size(cacheable), wasted=cacheable),
        "document-latency-insight": _saving(fcp=late, lcp=late, say=_time(late)),
        "unused-javascript": _saving(
            lcp=facts.scripts / line.rate * 0.3, say=_size(facts.scripts // 2)
        ),
        "unsized-images": {
            "score": 0.5 if "unsized-images" in facts.fails else 1,
            "scoreDisplayMode": "metricSavings",
            "metricSavings": {"CLS": facts.cls},
        },
        "viewport-insight": {
            "score": 0 if "viewport-insight" in facts.fails else 1,
            "scoreDisplayMode": "numeric",
            "metricSavings": {"INP": 300 if "viewport-insight" in facts.fails else 0},
        },
        "font-display-insight": _saving(),
        "legacy-javascript-insight": _saving(),
        "duplicated-javascript-insight": _saving(),
        "lcp-discovery-insight": {
            "score": 1,
            "scoreDisplayMode": "numeric",
            "metricSavings": {"LCP": 0},
        },
    }


def _saving(*, fcp: float = 0, lcp: float = 0, say: str = "", wasted: float = 0) -> Json:
    """Return an insight: passed where it would save nothing, half where little."""
    worth = max(fcp, lcp)
    passed = worth < 1 and wasted < _WASTE_WORTH_TELLING
    audit: Json = {
        "score": 1 if passed else 0 if worth >= 50 else 0.5,  # noqa: PLR2004 - ms, as Lighthouse rounds
        "scoreDisplayMode": "metricSavings",
        "metricSavings": {"FCP": _fifties(fcp), "LCP": _fifties(lcp)},
    }
    return audit if passed else {**audit, "displayValue": f"Est savings of {say}"}


def _diagnostics(facts: PageFacts) -> dict[str, Json]:
    late = facts.ttfb > _LATE_DOCUMENT_MS
    return {
        "server-response-time": {
            "score": 0 if late else 1,
            "scoreDisplayMode": "metricSavings",
            "numericValue": facts.ttfb,
            "numericUnit": "millisecond",
            "displayValue": f"Root document took {_time(facts.ttfb, seconds=False)}",
            "metricSavings": {"FCP": _fifties(facts.ttfb - 100 if late else 0)},
        },
        "total-byte-weight": {
            "score": 0 if facts.total > _HEAVY else 1,
            "scoreDisplayMode": "metricSavings",
            "numericValue": facts.total,
            "numericUnit": "byte",
            "displayValue": f"Total size was {_size(facts.total)}",
        },
        "dom-size-insight": {
            "score": 0 if facts.elements > _MANY_ELEMENTS else 1,
            "scoreDisplayMode": "informative",
            "numericValue": facts.elements,
            "numericUnit": "element",
            "metricSavings": {"INP": 0},
        },
        **{
            name: {"score": None, "scoreDisplayMode": "manual"}
            for name in ("structured-data", "logical-tab-order", "focus-traps")
        },
        **{
            name: {"score": None, "scoreDisplayMode": "notApplicable"}
            for name in ("video-caption", "frame-title", "accesskeys")
        },
    }


def _fifties(ms: float) -> int:
    return round(ms / 50) * 50


def _time(ms: float, *, seconds: bool = True) -> str:
    return f"{ms / 1000:.1f}{_NBSP}s" if seconds else f"{round(ms, -1):,.0f}{_NBSP}ms"


def _size(size: float) -> str:
    return f"{size / _KIB:,.0f}{_NBSP}KiB"


def scores(audits: Mapping[str, Json]) -> dict[str, float]:
    """Return the audits' scores where they have one."""
    return {name: a["score"] for name, a in audits.items() if a["score"] is not None}
