"""What a page's loading means for a business."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from lfassess.checks.base import Finding, Json
from lfassess.checks.pagespeed import catalogue
from lfassess.checks.pagespeed.evidence_result import (
    BOUNDS,
    Device,
    audit,
    clipped,
    fails,
    in_words,
    measured,
    poor,
    saving_ms,
    shown,
)
from lfassess.checks.pagespeed.rules_categories import FAIR, graded, plain
from lfassess.checks.shared.json_access import get_number, get_object, get_text, get_texts
from lfassess.quantities import apart, data_size, number, plural

_ENORMOUS_BYTES: Final = (
    5_000 * 1024
)  # https://developer.chrome.com/docs/lighthouse/performance/total-byte-weight

_POOR_LAB: Final = {
    "fcp": "late-first-paint",
    "lcp": "slow-largest-paint",
    "tbt": "blocked-page",
    "cls": "jumping-layout",
    "ttfb": "slow-server",
}
_LOADING: Final = ("fcp", "lcp", "tbt", "si", "ttfb")
# Failed audits of Lighthouse 13 and 12 by finding.
_AUDITS: Final = {
    "no-title": ("document-title",),
    "no-description": ("meta-description",),
    "not-indexable": ("is-crawlable",),
    "no-caching": ("cache-insight", "uses-long-cache-ttl"),
    "bad-robots-file": ("robots-txt",),
    "bad-canonical": ("canonical",),
}
# The same, where a failure that would save no time is no finding.
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
    "late-document": ("document-latency-insight", "uses-text-compression", "redirects"),
    "hidden-text": ("font-display-insight", "font-display"),
    "outdated-scripts": (
        "legacy-javascript-insight",
        "duplicated-javascript-insight",
        "legacy-javascript",
        "duplicated-javascript",
    ),
}
# Failures of files, which are named; a saving is a guess beside them.
_UNSIZED: Final = ("unsized-images",)
_OLD_PROTOCOL: Final = ("modern-http-insight", "uses-http2")
_LATE_IMAGE: Final = ("lcp-discovery-insight", "prioritize-lcp-image", "lcp-lazy-loaded")
_MAX_NAME: Final = 60  # characters
_ELEMENTS: Final = ("dom-size-insight", "dom-size")
# https://developer.chrome.com/docs/lighthouse/performance/dom-size: warns above 800
_MANY_ELEMENTS: Final = 1_400


def findings(mobile: Device, desktop: Device | None) -> Iterator[Finding]:
    """Yield the findings on a phone's measures, and a slow desktop."""
    yield from _performance(mobile, desktop)
    yield from _lab(mobile)


def audit_findings(result: Json, lcp: float | None) -> Iterator[Finding]:
    """Yield the findings on the audits that a page failed.

    Args:
        result: the phone's Lighthouse result.
        lcp: its largest contentful paint, ms.
    """
    yield from _audits(result)
    yield from _of_files(result)
    yield from _late_image(result, lcp)
    elements = max(measured(result, name) or 0 for name in _ELEMENTS)
    if elements > _MANY_ELEMENTS:
        parts = f"{plural(elements, 'element')} on the page"
        yield _finding("too-many-elements", f"{parts}; above {number(_MANY_ELEMENTS)} is too many")
    weight = measured(result, "total-byte-weight")
    if weight is not None and weight > _ENORMOUS_BYTES:
        size = apart(weight, _ENORMOUS_BYTES, data_size)
        yield _finding("heavy-page", f"{size}; above {data_size(_ENORMOUS_BYTES)} is too much")


def _finding(code: str, evidence: str) -> Finding:
    return catalogue.finding(code, clipped(evidence))


def _performance(mobile: Device, desktop: Device | None) -> Iterator[Finding]:
    score = mobile.categories["performance"]
    other = desktop.categories["performance"] if desktop else None
    slow_desktop = other is not None and other < FAIR
    if score is not None:
        code = graded(score, "slow-page", "sluggish-page", "fast-page")
        if code != "fast-page" or not (slow_desktop or _any_poor(mobile)):
            yield _finding(code, f"{score} of 100")
    if slow_desktop:
        yield _finding("slow-on-desktop", f"{other} of 100")


def _any_poor(mobile: Device) -> bool:
    """Whether a measure of loading is poor in the lab, or for real visitors.

    Lighthouse's score is a weighted mean: 90 and more is within reach with one poor measure.
    """
    lab = mobile.lab
    late = any((lab[name] or 0) > BOUNDS[name].poor for name in _LOADING)
    return late or mobile.core_web_vitals == "failed"


def _lab(mobile: Device) -> Iterator[Finding]:
    lab = mobile.lab
    for name, code in _POOR_LAB.items():
        value, bounds = lab[name], BOUNDS[name]
        if value is not None and value > bounds.poor:
            yield _finding(code, poor(name, value, bounds.poor))
    cls, good = lab["cls"], BOUNDS["cls"].good
    if cls is not None and cls <= good and mobile.field.get("cls", 0.0) <= good:
        yield _finding("steady-page", f"layout shift {shown('cls', cls)}; up to 0.1 is good")


def _audits(result: Json) -> Iterator[Finding]:
    for code, names in _AUDITS.items():
        failed = [name for name in names if fails(audit(result, name))]
        if failed:
            yield _finding(code, _said(result, failed[0]))
    for code, names in _SAVINGS.items():
        worth = {
            name: saving
            for name in names
            if fails(entry := audit(result, name)) and (saving := _saving(name, entry)) > 0
        }
        if worth:
            yield _finding(code, _said(result, max(worth, key=lambda name: worth[name])))


def _of_files(result: Json) -> Iterator[Finding]:
    for name in _UNSIZED:
        if fails(entry := audit(result, name)):
            yield _finding("unsized-images", _named(entry) or _said(result, name))
    late = [e for n in _OLD_PROTOCOL if fails(e := audit(result, n)) and _saving(n, e) > 0]
    if late:
        files = max(get_number(get_object(entry, "files"), "n") or 0 for entry in late)
        yield _finding(
            "old-protocol", f"{plural(files, 'file')} over HTTP/1.1" if files else "HTTP/1.1"
        )


def _named(entry: Json) -> str | None:
    """Return the names of a failed audit's files: "hero.jpg, team.jpg and 4 more"."""
    files = get_object(entry, "files")
    names = dict.fromkeys(filter(None, map(_file_name, get_texts(files, "urls"))))
    more = round(get_number(files, "n") or 0) - len(names)
    if not names:
        return None
    return ", ".join(names) + (f" and {number(more)} more" if more > 0 else "")


def _file_name(url: str) -> str:
    parts = urlsplit(url)
    return "" if parts.scheme == "data" else unquote(parts.path.rpartition("/")[2])[:_MAX_NAME]


def _saving(name: str, entry: Json) -> float:
    """Return milliseconds; a failed audit without any figure counts as a little."""
    saving = saving_ms(name, entry)
    return 1.0 if saving is None else saving


def _late_image(result: Json, lcp: float | None) -> Iterator[Finding]:
    """Yield it where the main content is not there in good time: else it does no harm."""
    failed = [name for name in _LATE_IMAGE if fails(audit(result, name))]
    if failed and lcp is not None and lcp > BOUNDS["lcp"].good:
        yield _finding("late-main-image", f"main content after {shown('lcp', lcp)}")


def _said(result: Json, name: str) -> str:
    """Return what Lighthouse says of an audit, in plain words: its figure, else its title."""
    entry = audit(result, name)
    figure = get_text(entry, "displayValue")
    return (figure and in_words(figure)) or plain(get_text(entry, "title") or name)
