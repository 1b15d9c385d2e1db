"""The closed list of findings of the semrush check."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity

KINDS: Final = {
    "semrush-no-own-domain": FindingKind(
        Severity.HIGH, "The website is a page on another company's platform", Area.SEARCH_VISIBILITY
    ),
    "semrush-no-rankings": FindingKind(
        Severity.HIGH,
        "The site shows up in no search that SEMrush tracks",
        Area.SEARCH_VISIBILITY,
    ),
    "semrush-few-keywords": FindingKind(
        Severity.MEDIUM, "The site shows up in few searches", Area.SEARCH_VISIBILITY
    ),
    "semrush-little-traffic": FindingKind(
        Severity.MEDIUM, "Few visitors come from unpaid search", Area.SEARCH_VISIBILITY
    ),
    "semrush-no-first-page": FindingKind(
        Severity.HIGH, "No top keyword is on Google's first page", Area.SEARCH_VISIBILITY
    ),
    "semrush-only-own-name": FindingKind(
        Severity.MEDIUM,
        "The site is on the first page only for its own name",
        Area.SEARCH_VISIBILITY,
    ),
    "semrush-near-first-page": FindingKind(  # a chance rather than a fault
        Severity.LOW, "Some searches rank just below the first page", Area.SEARCH_VISIBILITY
    ),
    "semrush-positions-lost": FindingKind(
        Severity.MEDIUM, "More rankings fell than rose", Area.SEARCH_VISIBILITY
    ),
    "semrush-competitor-ahead": FindingKind(
        Severity.MEDIUM, "A competitor gets far more visitors from search", Area.SEARCH_VISIBILITY
    ),
    "semrush-no-backlinks": FindingKind(
        Severity.HIGH, "No backlinks from other websites", Area.SEARCH_VISIBILITY
    ),
    "semrush-few-backlinks": FindingKind(
        Severity.MEDIUM, "Few backlinks from other websites", Area.SEARCH_VISIBILITY
    ),
    "semrush-low-authority": FindingKind(
        Severity.LOW, "The site's authority score is low (SEMrush)", Area.SEARCH_VISIBILITY
    ),
    "semrush-visible": FindingKind(
        Severity.PASSED, "The site is visible in unpaid search", Area.SEARCH_VISIBILITY
    ),
    "semrush-leads-competitors": FindingKind(
        Severity.PASSED,
        "The site gets more visitors from search than its closest competitors",
        Area.SEARCH_VISIBILITY,
    ),
    "semrush-well-linked": FindingKind(
        Severity.PASSED, "Many other websites link to the site", Area.SEARCH_VISIBILITY
    ),
}
