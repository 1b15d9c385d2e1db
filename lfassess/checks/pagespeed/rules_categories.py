"""What the scores for accessibility, good practice and SEO mean, with the audits behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Finding, Json, Severity
from lfassess.checks.pagespeed.catalogue import finding
from lfassess.checks.pagespeed.evidence_result import audit, fails
from lfassess.checks.shared.json_access import get_number, get_object, get_text
from lfassess.plain_text import cut

GOOD, FAIR = 90, 50  # Lighthouse's colours: 90 and more, 50 to 89, below
# Whether the connection is encrypted is reported by the security check.
_ENCRYPTION: Final = ("is-on-https", "redirects-http")
_HTTPS_POINTS: Final = 25  # what Lighthouse 13 takes off best practices for these two, at most
_NAMED: Final = 3

# The main audits of each category, by what they mean to a visitor.
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


# Failed audits of search basics that have a finding of their own, or one of another category.
_SEO_REPORTED: Final = frozenset(
    {"document-title", "meta-description", "is-crawlable", "robots-txt", "canonical", "image-alt"}
)


def findings(result: Json, scores: dict[str, int | None]) -> Iterator[Finding]:
    """Yield the findings on what is not loading speed, each with the first failed audits.

    Praise needs more than a good score: no audit that counts may have failed. One that did is a
    finding of low severity, unless it has a finding of its own.
    """
    if (accessibility := scores["accessibility"]) is not None:
        yield from _accessibility(accessibility, result)
    if (practices := _practices(result, scores["best-practices"])) is not None:
        yield _scored("poor-practices", practices, _failed(result, "best-practices", _PRACTICES))
    if (seo := scores["seo"]) is not None:
        yield from _seo(seo, result)


def _accessibility(score: int, result: Json) -> Iterator[Finding]:
    failed = _failed(result, "accessibility", _ACCESSIBILITY)
    code = graded(score, "poor-accessibility", "fair-accessibility", "accessible-page")
    if score < GOOD or not failed:
        yield _scored(code, score, failed)
    else:
        yield replace(_scored("fair-accessibility", score, failed), severity=Severity.LOW)


def _seo(score: int, result: Json) -> Iterator[Finding]:
    failed = _failed(result, "seo", _SEO)
    unreported = {name: entry for name, entry in failed.items() if name not in _SEO_REPORTED}
    if score < GOOD and (unreported or not failed):
        yield _scored("poor-seo-basics", score, unreported)
    elif not failed:
        yield _scored("good-seo-basics", score, failed)
    elif unreported:
        yield replace(_scored("poor-seo-basics", score, unreported), severity=Severity.LOW)


def _practices(result: Json, score: int | None) -> int | None:
    """Return the score of best practices without encryption where it is not good, else None.

    Stored results without the audits' weights are allowed for what encryption takes off at most.
    """
    if score is None:
        return None
    others = {
        name: (weight, points)
        for name, weight in _weights(result, "best-practices").items()
        if name not in _ENCRYPTION
        and (points := get_number(audit(result, name), "score")) is not None
    }
    if not others:
        return score if score < GOOD - _allowance(result) else None
    whole = sum(weight for weight, _ in others.values())
    part = round(100 * sum(weight * points for weight, points in others.values()) / whole)
    return part if part < GOOD else None


def _allowance(result: Json) -> int:
    """Return the points that a plain address may have cost: the lead's, or the site's own."""
    start = get_text(result, "requestedUrl") or ""
    plain_site = any(fails(audit(result, name)) for name in _ENCRYPTION)
    return _HTTPS_POINTS if plain_site or start.startswith("http:") else 0


def _weights(result: Json, category: str) -> dict[str, float]:
    """Return the weights of the audits that count for a category; none in older evidence."""
    scored = get_object(get_object(get_object(result, "categories"), category), "scored")
    weights = {name: get_number(scored, name) or 0 for name in scored}
    return {name: weight for name, weight in weights.items() if weight > 0}


def _failed(result: Json, category: str, names: tuple[str, ...]) -> dict[str, Json]:
    """Return a category's failed audits but those of encryption, the weightiest names first."""
    counting = _weights(result, category)
    ordered = [*(n for n in names if not counting or n in counting), *counting]
    return {
        name: entry
        for name in ordered
        if name not in _ENCRYPTION and fails(entry := audit(result, name))
    }


def graded(score: int, poor: str, fair: str, good: str) -> str:
    """Return the code that stands for the score's colour."""
    return good if score >= GOOD else fair if score >= FAIR else poor


def plain(text: str) -> str:
    """Return one of Lighthouse's texts in one line, without the marks of its markdown."""
    return " ".join(text.replace("`", "").split())


def _scored(code: str, score: int, failed: dict[str, Json]) -> Finding:
    titles = [plain(get_text(entry, "title") or name).rstrip(".") for name, entry in failed.items()]
    more = len(titles) - _NAMED
    listed = "; ".join(titles[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
    evidence = f"{score} of 100" + (f": {listed}" if listed else "")
    return finding(code, cut(evidence, 300))
