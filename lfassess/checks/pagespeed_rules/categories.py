"""What the scores for accessibility, good practice and SEO mean, with the audits behind them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding, Json, Source
from lfassess.checks.loose import text_in
from lfassess.checks.pagespeed_rules.kinds import finding
from lfassess.checks.pagespeed_rules.measures import audit, fails

GOOD, FAIR = 90, 50  # Lighthouse's colours: 90 and more, 50 to 89, below
_HTTPS_POINTS: Final = 20  # what Lighthouse 13 takes off best practices for one plain request
_NAMED: Final = 3

# The weightiest audits of each category, in the order of what they mean to a visitor.
_ACCESSIBILITY: Final = (
    "color-contrast",
    "image-alt",
    "label",
    "select-name",
    "link-name",
    "button-name",
    "input-image-alt",
    "target-size",
    "meta-viewport",
    "html-has-lang",
    "frame-title",
    "heading-order",
    "list",
    "listitem",
    "tabindex",
    "video-caption",
    "aria-required-attr",
    "aria-valid-attr-value",
    "aria-hidden-focus",
)
_PRACTICES: Final = (
    "is-on-https",
    "redirects-http",
    "errors-in-console",
    "third-party-cookies",
    "inspector-issues",
    "image-aspect-ratio",
    "image-size-responsive",
    "deprecations",
    "geolocation-on-start",
    "notification-on-start",
    "paste-preventing-inputs",
    "doctype",
    "charset",
    "valid-source-maps",
)
_SEO: Final = (
    "is-crawlable",
    "document-title",
    "meta-description",
    "crawlable-anchors",
    "link-text",
    "image-alt",
    "robots-txt",
    "canonical",
    "hreflang",
    "font-size",
    "tap-targets",
)


def find(result: Json, scores: dict[str, int | None]) -> Iterator[Finding]:
    """Yield the findings on what is not loading speed, each with the first failed audits."""
    accessibility, practices = scores["accessibility"], scores["best-practices"]
    if accessibility is not None:
        code = graded(accessibility, "poor-accessibility", "fair-accessibility", "accessible-page")
        yield _told(code, accessibility, result, _ACCESSIBILITY)
    if practices is not None and practices < _enough(result):
        yield _told("poor-practices", practices, result, _PRACTICES)
    if (seo := scores["seo"]) is not None:
        code = "good-seo-basics" if seo >= GOOD else "poor-seo-basics"
        yield _told(code, seo, result, _SEO)


def graded(score: int, poor: str, fair: str, good: str) -> str:
    """Return the code that stands for the score's colour."""
    return good if score >= GOOD else fair if score >= FAIR else poor


def plain(text: str) -> str:
    """Return one of Lighthouse's texts in one line, without the marks of its markdown."""
    return " ".join(text.replace("`", "").split())


def _told(code: str, score: int, result: Json, names: tuple[str, ...]) -> Finding:
    failed = [entry for name in names if fails(entry := audit(result, name))]
    titles = [plain(title).rstrip(".") for entry in failed if (title := text_in(entry, "title"))]
    more = len(titles) - _NAMED
    listed = "; ".join(titles[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
    evidence = f"{score} of 100" + (f": {listed}" if listed else "")
    return finding(code, evidence[:300], source=Source.API)


def _enough(result: Json) -> int:
    """Return the least good score; less where the site led the visit from http to https.

    Lighthouse counts that first step, and an old address in a lead list is not the page's fault.
    """
    start, end = text_in(result, "requestedUrl") or "", text_in(result, "finalDisplayedUrl") or ""
    begun_plain = start.startswith("http:") and end.startswith("https:")
    return GOOD - _HTTPS_POINTS if begun_plain else GOOD
