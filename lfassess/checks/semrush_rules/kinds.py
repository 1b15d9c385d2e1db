"""The closed list of findings of the semrush check."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity

KINDS: Final = {
    "semrush-no-own-domain": FindingKind(
        Severity.HIGH, "The website is a page on somebody else's platform", Area.SEARCH_VISIBILITY
    ),
    "semrush-no-rankings": FindingKind(
        Severity.HIGH,
        "The site shows up for no search that SEMrush follows",
        Area.SEARCH_VISIBILITY,
    ),
    "semrush-few-keywords": FindingKind(
        Severity.MEDIUM, "The site shows up for few searches", Area.SEARCH_VISIBILITY
    ),
    "semrush-little-traffic": FindingKind(
        Severity.MEDIUM, "Few visitors come from unpaid search results", Area.SEARCH_VISIBILITY
    ),
    "semrush-no-first-page": FindingKind(
        Severity.HIGH, "None of the best keywords reaches the first page", Area.SEARCH_VISIBILITY
    ),
    "semrush-only-own-name": FindingKind(
        Severity.MEDIUM,
        "The site is found on the first page only by those who know its name",
        Area.SEARCH_VISIBILITY,
    ),
    "semrush-near-first-page": FindingKind(  # a chance rather than a fault
        Severity.LOW, "Some searches are just short of the first page", Area.SEARCH_VISIBILITY
    ),
    "semrush-positions-lost": FindingKind(
        Severity.MEDIUM, "More keywords have fallen than risen", Area.SEARCH_VISIBILITY
    ),
    "semrush-competitor-ahead": FindingKind(
        Severity.MEDIUM, "A competitor draws far more visitors from search", Area.SEARCH_VISIBILITY
    ),
    "semrush-no-backlinks": FindingKind(
        Severity.HIGH, "No other website links to the site", Area.SEARCH_VISIBILITY
    ),
    "semrush-few-backlinks": FindingKind(
        Severity.MEDIUM, "Few other websites link to the site", Area.SEARCH_VISIBILITY
    ),
    "semrush-low-authority": FindingKind(
        Severity.LOW, "The site's authority is low", Area.SEARCH_VISIBILITY
    ),
    "semrush-visible": FindingKind(
        Severity.PASSED, "The site is visible in unpaid search", Area.SEARCH_VISIBILITY
    ),
    "semrush-leads-competitors": FindingKind(
        Severity.PASSED,
        "The site draws more visitors from search than its nearest competitors",
        Area.SEARCH_VISIBILITY,
    ),
    "semrush-well-linked": FindingKind(
        Severity.PASSED, "Many other websites link to the site", Area.SEARCH_VISIBILITY
    ),
}
