"""The closed list of what PageSpeed may find."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, findings_from

_H, _M, _L, _P = Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.PASSED

KINDS: Final[dict[str, FindingKind]] = {
    "page-not-found": FindingKind(
        Severity.CRITICAL, "The address leads to an error page", Area.SPEED
    ),
    "page-not-loadable": FindingKind(
        Severity.CRITICAL, "Google could not load the page", Area.SPEED
    ),
    "slow-for-visitors": FindingKind(_H, "Real visitors have a poor time on the site", Area.SPEED),
    "fair-for-visitors": FindingKind(
        _M, "Real visitors wait longer than Google recommends", Area.SPEED
    ),
    "slow-page": FindingKind(_H, "The page is slow on a phone", Area.SPEED),
    "sluggish-page": FindingKind(_M, "The page could be faster on a phone", Area.SPEED),
    "slow-on-desktop": FindingKind(_M, "The page is slow even on a computer", Area.SPEED),
    "slow-largest-paint": FindingKind(_H, "The main content appears late", Area.SPEED),
    "late-first-paint": FindingKind(_M, "Visitors look at an empty screen for long", Area.SPEED),
    "blocked-page": FindingKind(_M, "The page does not react while it loads", Area.SPEED),
    "jumping-layout": FindingKind(_M, "The page jumps while it loads", Area.SPEED),
    "slow-server": FindingKind(_M, "The server takes long to answer", Area.SPEED),
    "not-indexable": FindingKind(
        _H, "Search engines are told to leave the page out", Area.SEARCH_BASICS
    ),
    "poor-accessibility": FindingKind(_H, "Many people can't use the page", Area.ACCESSIBILITY),
    "fair-accessibility": FindingKind(
        _M, "Some people have trouble with the page", Area.ACCESSIBILITY
    ),
    "poor-practices": FindingKind(_M, "The page is built with outdated practices", Area.SECURITY),
    "poor-seo-basics": FindingKind(_M, "Search engines miss basic information", Area.SEARCH_BASICS),
    "no-title": FindingKind(_M, "The page has no title", Area.SEARCH_BASICS),
    "no-description": FindingKind(
        _L, "The page has no description for search results", Area.SEARCH_BASICS
    ),
    "heavy-page": FindingKind(_M, "The page is very large", Area.SPEED),
    "heavy-images": FindingKind(_M, "Images are larger than they need to be", Area.SPEED),
    "unsized-images": FindingKind(_L, "Images don't say how much room they need", Area.SPEED),
    "render-blocking": FindingKind(_L, "Files hold up the first view", Area.SPEED),
    "unused-code": FindingKind(
        _L, "The page loads scripts and styles that it does not use", Area.SPEED
    ),
    "no-caching": FindingKind(_L, "Returning visitors load everything again", Area.SPEED),
    "late-document": FindingKind(_L, "The page itself arrives late", Area.SPEED),
    "old-protocol": FindingKind(
        _L, "Files are fetched one after the other, the old way", Area.SPEED
    ),
    "late-main-image": FindingKind(
        _L, "The main picture is loaded later than it could be", Area.SPEED
    ),
    "hidden-text": FindingKind(_L, "Text stays invisible until its font has arrived", Area.SPEED),
    "outdated-scripts": FindingKind(
        _L, "Scripts carry code for browsers that nobody uses", Area.SPEED
    ),
    "too-many-elements": FindingKind(_L, "The page is built of too many parts", Area.SPEED),
    "bad-robots-file": FindingKind(
        _M, "The file that guides search engines has mistakes", Area.SEARCH_BASICS
    ),
    "bad-canonical": FindingKind(
        _M, "The page names a wrong address as its original", Area.SEARCH_BASICS
    ),
    "fast-for-visitors": FindingKind(
        _P, "Real visitors find the site quick and steady", Area.SPEED
    ),
    "fast-page": FindingKind(_P, "The page is fast on a phone", Area.SPEED),
    "steady-page": FindingKind(_P, "The page stays steady while it loads", Area.SPEED),
    "accessible-page": FindingKind(
        _P, "The page is accessible, as far as machines can tell", Area.ACCESSIBILITY
    ),
    "good-seo-basics": FindingKind(
        _P, "Search engines find the basics they look for", Area.SEARCH_BASICS
    ),
}
finding = findings_from(KINDS)
