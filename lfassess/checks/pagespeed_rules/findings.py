"""What the figures mean for a business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding, Json, Source
from lfassess.checks.loose import text_in
from lfassess.checks.pagespeed_rules import categories
from lfassess.checks.pagespeed_rules.categories import FAIR, graded, plain
from lfassess.checks.pagespeed_rules.kinds import finding
from lfassess.checks.pagespeed_rules.measures import (
    BOUNDS,
    audit,
    core_web_vitals,
    fails,
    measured,
    saving_ms,
)

_ENORMOUS_BYTES: Final = (
    5_000 * 1024
)  # https://developer.chrome.com/docs/lighthouse/performance/total-byte-weight
_LABELS: Final = {"lcp": "LCP", "inp": "INP", "cls": "CLS", "tbt": "TBT", "fcp": "FCP"}
_VITALS: Final = ("lcp", "inp", "cls")

_POOR_LAB: Final = {
    "fcp": "late-first-paint",
    "lcp": "slow-largest-paint",
    "tbt": "blocked-page",
    "cls": "jumping-layout",
    "ttfb": "slow-server",
}
# Failed audits of Lighthouse 13 and 12 by finding.
_AUDITS: Final = {
    "no-title": ("document-title",),
    "no-description": ("meta-description",),
    "not-indexable": ("is-crawlable",),
    "unsized-images": ("unsized-images",),
    "no-caching": ("cache-insight", "uses-long-cache-ttl"),
    "bad-robots-file": ("robots-txt",),
    "bad-canonical": ("canonical",),
}
# The same, where a failure that would save no time is not worth a word.
_SAVINGS: Final = {
    "heavy-images": (
        "image-delivery-insight",
        "uses-responsive-images",
        "modern-image-formats",
        "uses-optimized-images",
        "offscreen-images",
    ),
    "render-blocking": ("render-blocking-insight", "render-blocking-resources"),
    "unused-code": ("unused-javascript", "unused-css-rules"),
    "old-protocol": ("modern-http-insight", "uses-http2"),
    "late-document": ("document-latency-insight", "uses-text-compression", "redirects"),
    "hidden-text": ("font-display-insight", "font-display"),
    "outdated-scripts": (
        "legacy-javascript-insight",
        "duplicated-javascript-insight",
        "legacy-javascript",
        "duplicated-javascript",
    ),
}
_LATE_IMAGE: Final = ("lcp-discovery-insight", "prioritize-lcp-image", "lcp-lazy-loaded")
_ELEMENTS: Final = ("dom-size-insight", "dom-size")
# https://developer.chrome.com/docs/lighthouse/performance/dom-size: warns above 800
_MANY_ELEMENTS: Final = 1_400


def find(result: Json, mobile: Json, desktop: Json | None) -> Iterator[Finding]:
    """Yield the findings.

    Args:
        result: the phone's Lighthouse result.
        mobile: what measures.device made of it.
        desktop: the same of a desktop, or None.
    """
    yield from _real_visitors(mobile["field"], mobile["field_scope"])
    yield from _performance(mobile["categories"], desktop)
    yield from _lab(mobile["lab"])
    yield from categories.find(result, mobile["categories"])
    yield from _audits(result)
    yield from _late_image(result, mobile["lab"]["lcp"])
    elements = max((measured(result, name) or 0 for name in _ELEMENTS), default=0)
    if elements > _MANY_ELEMENTS:
        yield _api("too-many-elements", f"{elements:.0f}; above 1,400 is too many")
    weight = measured(result, "total-byte-weight")
    if weight is not None and weight > _ENORMOUS_BYTES:
        yield _api("heavy-page", f"{weight / 1024 / 1024:.1f} MB; above 4.9 MB is enormous")


def _api(code: str, evidence: str) -> Finding:
    return finding(code, evidence[:200], source=Source.API)


def _real_visitors(field: dict[str, float], scope: str | None) -> Iterator[Finding]:
    seen = [name for name in _VITALS if name in field]
    figures = ", ".join(f"{_LABELS[name]} {shown(name, field[name])}" for name in seen)
    poor = [name for name in seen if field[name] > BOUNDS[name].poor]
    if poor:
        why = "; ".join(
            f"{_LABELS[name]} {shown(name, field[name])}, above "
            f"{shown(name, BOUNDS[name].poor)} is poor"
            for name in poor
        )
        yield _api("slow-for-visitors", f"{why} (visitors of this {scope}, last 28 days)")
        return
    verdict = core_web_vitals(field)
    if verdict is not None:
        code = "fast-for-visitors" if verdict == "passed" else "fair-for-visitors"
        yield _api(code, f"{figures} (visitors of this {scope}, last 28 days)")


def _performance(scores: dict[str, int | None], desktop: Json | None) -> Iterator[Finding]:
    score = scores["performance"]
    if score is not None:
        yield _api(graded(score, "slow-page", "sluggish-page", "fast-page"), f"{score} of 100")
    other = desktop["categories"]["performance"] if desktop else None
    if other is not None and other < FAIR:
        yield _api("slow-on-desktop", f"{other} of 100")


def _lab(lab: dict[str, float | None]) -> Iterator[Finding]:
    for name, code in _POOR_LAB.items():
        value, bounds = lab[name], BOUNDS[name]
        if value is not None and value > bounds.poor:
            yield _api(code, f"{shown(name, value)}; above {shown(name, bounds.poor)} is poor")
    cls = lab["cls"]
    if cls is not None and cls <= BOUNDS["cls"].good:
        yield _api("steady-page", f"layout shift {shown('cls', cls)}; up to 0.1 is good")


def shown(name: str, value: float) -> str:
    """Return a measure for reading: "5.4 s", "740 ms", "0.31"."""
    if name == "cls":
        return f"{value:.2f}"
    return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms"  # noqa: PLR2004 - ms in s


def _audits(result: Json) -> Iterator[Finding]:
    for code, names in _AUDITS.items():
        failed = [name for name in names if fails(audit(result, name))]
        if failed:
            yield _api(code, _said(result, failed[0]))
    for code, names in _SAVINGS.items():
        worth = {
            name: saving
            for name in names
            if fails(entry := audit(result, name)) and (saving := _saving(name, entry)) > 0
        }
        if worth:
            yield _api(code, _said(result, max(worth, key=lambda name: worth[name])))


def _saving(name: str, entry: Json) -> float:
    """Return milliseconds; a failed audit that tells no saving at all counts as a little."""
    told = saving_ms(name, entry)
    return 1.0 if told is None else told


def _late_image(result: Json, lcp: float | None) -> Iterator[Finding]:
    """Yield it where the main content is not there in good time: else it does no harm."""
    failed = [name for name in _LATE_IMAGE if fails(audit(result, name))]
    if failed and lcp is not None and lcp > BOUNDS["lcp"].good:
        yield _api("late-main-image", f"main content after {shown('lcp', lcp)}")


def _said(result: Json, name: str) -> str:
    entry = audit(result, name)
    return plain(text_in(entry, "displayValue") or text_in(entry, "title") or name)
