"""The closed list of what PageSpeed may find."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, findings_from

_H, _M, _L, _P = Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.PASSED

KINDS: Final[dict[str, FindingKind]] = {
    "page-not-found": FindingKind(
        Severity.CRITICAL, "The address leads to an error page", Area.SPEED
    ),
    "page-not-loadable": FindingKind(_H, "Google couldn't load the page", Area.SPEED),
    "slow-for-visitors": FindingKind(
        _H, "Real visitors get a poor experience (Core Web Vitals)", Area.SPEED
    ),
    "no-web-page": FindingKind(_H, "The address leads to a file, not to a web page", Area.SPEED),
    "fair-for-visitors": FindingKind(
        _M, "Real visitors' experience needs work (Core Web Vitals)", Area.SPEED
    ),
    "slow-page": FindingKind(_H, "The page is slow on a phone", Area.SPEED),
    "sluggish-page": FindingKind(_M, "The page could be faster on a phone", Area.SPEED),
    "slow-on-desktop": FindingKind(_M, "The page is slow even on a computer", Area.SPEED),
    "slow-largest-paint": FindingKind(_H, "The main content appears late", Area.SPEED),
    "late-first-paint": FindingKind(_M, "The screen stays blank too long", Area.SPEED),
    "blocked-page": FindingKind(_M, "The page doesn't respond while it loads", Area.SPEED),
    "jumping-layout": FindingKind(_M, "The page jumps around while it loads", Area.SPEED),
    "slow-server": FindingKind(_M, "The server is slow to answer", Area.SPEED),
    "not-indexable": FindingKind(
        _H, "The page tells search engines not to list it", Area.SEARCH_BASICS
    ),
    "poor-accessibility": FindingKind(
        _H, "The page has serious accessibility problems", Area.ACCESSIBILITY
    ),
    "fair-accessibility": FindingKind(
        _M, "The page has some accessibility problems", Area.ACCESSIBILITY
    ),
    "poor-practices": FindingKind(_L, "The page falls short of web best practices", Area.SECURITY),
    "poor-seo-basics": FindingKind(_M, "Some search engine basics are missing", Area.SEARCH_BASICS),
    "no-title": FindingKind(_M, "The page has no title", Area.SEARCH_BASICS),
    "no-description": FindingKind(
        _L, "The page has no description for search results", Area.SEARCH_BASICS
    ),
    "heavy-page": FindingKind(_M, "The page is a very large download", Area.SPEED),
    "heavy-images": FindingKind(_M, "Images are larger than they need to be", Area.SPEED),
    "unsized-images": FindingKind(_L, "Images have no set size", Area.SPEED),
    "render-blocking": FindingKind(_L, "Scripts and styles delay the page", Area.SPEED),
    "unused-code": FindingKind(_L, "The page loads code it doesn't use", Area.SPEED),
    "no-caching": FindingKind(_L, "Returning visitors download everything again", Area.SPEED),
    "late-document": FindingKind(_L, "The page's HTML arrives late", Area.SPEED),
    "old-protocol": FindingKind(_L, "The server still uses HTTP/1.1", Area.SPEED),
    "late-main-image": FindingKind(_L, "The main image starts loading late", Area.SPEED),
    "hidden-text": FindingKind(_L, "Text stays invisible until its font loads", Area.SPEED),
    "outdated-scripts": FindingKind(_L, "Scripts carry code for outdated browsers", Area.SPEED),
    "too-many-elements": FindingKind(_L, "The page has too many elements", Area.SPEED),
    "bad-robots-file": FindingKind(_L, "The robots.txt file has errors", Area.SEARCH_BASICS),
    "bad-canonical": FindingKind(
        _M, "The page points search engines to the wrong address", Area.SEARCH_BASICS
    ),
    "fast-for-visitors": FindingKind(_P, "Real visitors get a fast, stable page", Area.SPEED),
    "fast-page": FindingKind(_P, "The page is fast on a phone", Area.SPEED),
    "steady-page": FindingKind(_P, "The page doesn't jump while it loads", Area.SPEED),
    "accessible-page": FindingKind(
        _P, "The page does well in automated accessibility tests", Area.ACCESSIBILITY
    ),
    "good-seo-basics": FindingKind(_P, "Search engine basics are in place", Area.SEARCH_BASICS),
}
finding = findings_from(KINDS)
