"""PageSpeed: how fast and how well built the page is, by Lighthouse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import (
    Check,
    CheckContext,
    Fetched,
    Finding,
    FindingKind,
    Json,
    Judgement,
    Queue,
    Severity,
    Source,
    Target,
    findings_from,
)
from lfassess.checks.loose import dict_in, number_in, text_in, texts_in
from lfassess.clients import lighthouse
from lfassess.errors import InvalidTargetError
from lfassess.settings import Settings

_H, _M, _L, _P = Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.PASSED

KINDS: Final[dict[str, FindingKind]] = {
    "slow-page": FindingKind(_H, "The page is slow on a phone"),
    "sluggish-page": FindingKind(_M, "The page could be faster on a phone"),
    "slow-largest-paint": FindingKind(_H, "The main content appears late"),
    "late-first-paint": FindingKind(_M, "Visitors look at an empty screen for long"),
    "blocked-page": FindingKind(_M, "The page does not react while it loads"),
    "jumping-layout": FindingKind(_M, "The page jumps while it loads"),
    "poor-accessibility": FindingKind(_H, "Many people can't use the page"),
    "fair-accessibility": FindingKind(_M, "Some people have trouble with the page"),
    "poor-practices": FindingKind(_M, "The page is built with outdated practices"),
    "poor-seo-basics": FindingKind(_M, "Search engines miss basic information"),
    "no-title": FindingKind(_M, "The page has no title"),
    "no-description": FindingKind(_L, "The page has no description for search results"),
    "heavy-images": FindingKind(_M, "Images are larger than they need to be"),
    "render-blocking": FindingKind(_L, "Files hold up the first view"),
    "no-caching": FindingKind(_L, "Returning visitors load everything again"),
    "page-not-found": FindingKind(Severity.CRITICAL, "The address leads to an error page"),
    "fast-page": FindingKind(_P, "The page is fast on a phone"),
    "accessible-page": FindingKind(_P, "The page is accessible, as far as machines can tell"),
}
_finding = findings_from(KINDS)

_CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
_GOOD, _FAIR = 90, 50  # Lighthouse's own colours: 90 and more, 50 to 89, below

# (metric, audit, good up to, poor above, unit, finding when poor); thresholds:
# https://web.dev/articles/vitals and Lighthouse's scoring curves for a phone
METRICS: Final = (
    ("fcp", "first-contentful-paint", 1800, 3000, "ms", "late-first-paint"),
    ("lcp", "largest-contentful-paint", 2500, 4000, "ms", "slow-largest-paint"),
    ("tbt", "total-blocking-time", 200, 600, "ms", "blocked-page"),
    ("cls", "cumulative-layout-shift", 0.1, 0.25, "", "jumping-layout"),
    ("si", "speed-index", 3400, 5800, "ms", None),
)
# (audits of Lighthouse 13 and 12, finding); a score below 0.9 counts
_AUDITS: Final = (
    (("document-title",), "no-title"),
    (("meta-description",), "no-description"),
    (("image-delivery-insight", "uses-optimized-images", "modern-image-formats"), "heavy-images"),
    (("render-blocking-insight", "render-blocking-resources"), "render-blocking"),
    (("cache-insight", "uses-long-cache-ttl"), "no-caching"),
)
_AUDIT_PASSES = 0.9


def fetch_audit(target: Target, ctx: CheckContext) -> Fetched:
    """Audit the page as a phone sees it, with Lighthouse on this machine."""
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="lighthouse")
    result = lighthouse.audit(
        target.url, settings=ctx.settings, strategy="mobile", deadline=ctx.deadline
    )
    return Fetched({"source": "lighthouse", "mobile": result})


def judge(evidence: Json) -> Judgement:
    """Take Lighthouse's performance on a phone as the score; a null score is never 0."""
    lhr = dict_in(evidence, "mobile")
    scores = {name: _percent(dict_in(dict_in(lhr, "categories"), name)) for name in _CATEGORIES}
    if (missing := _error_page(lhr)) is not None:
        return Judgement(
            (_finding("page-not-found", missing, source=Source.API),),
            inconclusive="the address leads to an error page",
        )
    if scores["performance"] is None:
        return Judgement(inconclusive="Lighthouse could not measure the page")
    metrics = {
        "source": text_in(evidence, "source"),
        "strategy": "mobile",
        "lighthouse_version": text_in(lhr, "lighthouseVersion"),
        "fetched_at": text_in(lhr, "fetchTime"),
        "categories": scores,
        "lab": {name: _measured(lhr, audit) for name, audit, *_ in METRICS},
    }
    return Judgement(tuple(_find(lhr, scores)), metrics, score=scores["performance"])


def _percent(category: Json) -> int | None:
    score = number_in(category, "score")
    return round(score * 100) if score is not None and 0 <= score <= 1 else None


def _measured(lhr: Json, audit: str) -> float | None:
    value = number_in(dict_in(dict_in(lhr, "audits"), audit), "numericValue")
    return round(value, 3) if value is not None else None


def _error_page(lhr: Json) -> str | None:
    """Return what says that an error page was measured: its scores may look real."""
    warnings = [w for w in texts_in(lhr, "runWarnings") if "Status code: " in w]
    if warnings:
        return warnings[0][:200]
    status = dict_in(dict_in(lhr, "audits"), "http-status-code")
    if number_in(status, "score") == 0:
        return f"status {text_in(status, 'displayValue') or 'not successful'}"
    return None


def _find(lhr: Json, scores: dict[str, int | None]) -> Iterator[Finding]:
    yield from _by_score(scores["performance"], "slow-page", "sluggish-page", "fast-page")
    yield from _by_score(
        scores["accessibility"], "poor-accessibility", "fair-accessibility", "accessible-page"
    )
    for category, code in (("best-practices", "poor-practices"), ("seo", "poor-seo-basics")):
        score = scores[category]
        if score is not None and score < _GOOD:
            yield _finding(code, f"{score} of 100", source=Source.API)
    for _, audit, _, poor, unit, poor_code in METRICS:
        value = _measured(lhr, audit)
        if poor_code is not None and value is not None and value > poor:
            yield _finding(poor_code, _told(value, poor, unit), source=Source.API)
    yield from _by_audit(dict_in(lhr, "audits"))


def _by_score(score: int | None, poor: str, fair: str, good: str) -> Iterator[Finding]:
    if score is not None:
        code = good if score >= _GOOD else fair if score >= _FAIR else poor
        yield _finding(code, f"{score} of 100", source=Source.API)


def _told(value: float, poor: float, unit: str) -> str:
    if unit == "ms":
        return f"{value / 1000:.1f} s; above {poor / 1000:g} s is poor"
    return f"{value:.2f}; above {poor:g} is poor"


def _by_audit(audits: Json) -> Iterator[Finding]:
    for names, code in _AUDITS:
        for name in names:
            audit = dict_in(audits, name)
            score = number_in(audit, "score")
            if score is not None and score < _AUDIT_PASSES:
                evidence = text_in(audit, "displayValue") or text_in(audit, "title") or name
                yield _finding(code, evidence[:200], source=Source.API)
                break


def _queue(_settings: Settings) -> Queue:
    return "lighthouse"


CHECK = Check(
    name="pagespeed",
    title="PageSpeed",
    fetch=fetch_audit,
    judge=judge,
    kinds=KINDS,
    queue=_queue,
    time_limit_s=75,
)
