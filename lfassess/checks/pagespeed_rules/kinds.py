"""The closed list of what PageSpeed may find."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import FindingKind, Severity, findings_from

_H, _M, _L, _P = Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.PASSED

KINDS: Final[dict[str, FindingKind]] = {
    "page-not-found": FindingKind(Severity.CRITICAL, "The address leads to an error page"),
    "page-not-loadable": FindingKind(Severity.CRITICAL, "Google could not load the page"),
    "slow-for-visitors": FindingKind(_H, "Real visitors have a poor time on the site"),
    "fair-for-visitors": FindingKind(_M, "Real visitors wait longer than Google recommends"),
    "slow-page": FindingKind(_H, "The page is slow on a phone"),
    "sluggish-page": FindingKind(_M, "The page could be faster on a phone"),
    "slow-on-desktop": FindingKind(_M, "The page is slow even on a computer"),
    "slow-largest-paint": FindingKind(_H, "The main content appears late"),
    "late-first-paint": FindingKind(_M, "Visitors look at an empty screen for long"),
    "blocked-page": FindingKind(_M, "The page does not react while it loads"),
    "jumping-layout": FindingKind(_M, "The page jumps while it loads"),
    "slow-server": FindingKind(_M, "The server takes long to answer"),
    "not-indexable": FindingKind(_H, "Search engines are told to leave the page out"),
    "poor-accessibility": FindingKind(_H, "Many people can't use the page"),
    "fair-accessibility": FindingKind(_M, "Some people have trouble with the page"),
    "poor-practices": FindingKind(_M, "The page is built with outdated practices"),
    "poor-seo-basics": FindingKind(_M, "Search engines miss basic information"),
    "no-title": FindingKind(_M, "The page has no title"),
    "no-description": FindingKind(_L, "The page has no description for search results"),
    "heavy-page": FindingKind(_M, "The page is very large"),
    "heavy-images": FindingKind(_M, "Images are larger than they need to be"),
    "unsized-images": FindingKind(_L, "Images don't say how much room they need"),
    "render-blocking": FindingKind(_L, "Files hold up the first view"),
    "unused-code": FindingKind(_L, "The page loads scripts and styles that it does not use"),
    "no-caching": FindingKind(_L, "Returning visitors load everything again"),
    "late-document": FindingKind(_L, "The page itself arrives late"),
    "old-protocol": FindingKind(_L, "Files are fetched one after the other, the old way"),
    "late-main-image": FindingKind(_L, "The main picture is loaded later than it could be"),
    "hidden-text": FindingKind(_L, "Text stays invisible until its font has arrived"),
    "outdated-scripts": FindingKind(_L, "Scripts carry code for browsers that nobody uses"),
    "too-many-elements": FindingKind(_L, "The page is built of too many parts"),
    "bad-robots-file": FindingKind(_M, "The file that guides search engines has mistakes"),
    "bad-canonical": FindingKind(_M, "The page names a wrong address as its original"),
    "fast-for-visitors": FindingKind(_P, "Real visitors find the site quick and steady"),
    "fast-page": FindingKind(_P, "The page is fast on a phone"),
    "steady-page": FindingKind(_P, "The page stays steady while it loads"),
    "accessible-page": FindingKind(_P, "The page is accessible, as far as machines can tell"),
    "good-seo-basics": FindingKind(_P, "Search engines find the basics they look for"),
}
finding = findings_from(KINDS)
