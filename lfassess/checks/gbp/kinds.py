"""The closed list of findings of the gbp check."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity

KINDS: Final = {
    "gbp-not-found": FindingKind(
        Severity.MEDIUM, "We found no Google Business Profile", Area.GOOGLE_PROFILE
    ),
    "gbp-weak-match": FindingKind(
        Severity.INFO,
        "A Google profile looks similar, but may not be this business",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-ambiguous": FindingKind(
        Severity.INFO, "Several Google profiles could be this business", Area.GOOGLE_PROFILE
    ),
    "gbp-several-profiles": FindingKind(
        Severity.MEDIUM,
        "Google may show more than one profile for the business",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-not-yet-open": FindingKind(
        Severity.MEDIUM, "Google shows the business as not yet open", Area.GOOGLE_PROFILE
    ),
    "gbp-permanently-closed": FindingKind(
        Severity.CRITICAL, "Google shows the business as permanently closed", Area.GOOGLE_PROFILE
    ),
    "gbp-temporarily-closed": FindingKind(
        Severity.HIGH, "Google shows the business as temporarily closed", Area.GOOGLE_PROFILE
    ),
    "gbp-moved": FindingKind(
        Severity.HIGH, "Google says the business has moved", Area.GOOGLE_PROFILE
    ),
    "gbp-review-warning": FindingKind(
        Severity.CRITICAL,
        "Google warns customers about this business's reviews",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-no-website": FindingKind(
        Severity.HIGH, "The Google profile has no website", Area.GOOGLE_PROFILE
    ),
    "gbp-no-phone": FindingKind(
        Severity.HIGH, "The Google profile has no phone number", Area.GOOGLE_PROFILE
    ),
    "gbp-no-hours": FindingKind(
        Severity.HIGH, "The Google profile has no opening hours", Area.GOOGLE_PROFILE
    ),
    "gbp-no-category": FindingKind(
        Severity.MEDIUM, "The Google profile has no main category", Area.GOOGLE_PROFILE
    ),
    "gbp-generic-category": FindingKind(
        Severity.LOW,
        "The Google profile's category is too general",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-few-days-open": FindingKind(
        Severity.LOW,
        "Google shows the business as open only a few days a week",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-hours-miss-24h": FindingKind(
        Severity.LOW,
        "Google's hours leave out the website's 24-hour service",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-no-photos": FindingKind(
        Severity.HIGH, "The Google profile has no photos", Area.GOOGLE_PROFILE
    ),
    "gbp-few-photos": FindingKind(
        Severity.MEDIUM, "The Google profile has few photos", Area.GOOGLE_PROFILE
    ),
    "gbp-website-http": FindingKind(
        Severity.LOW, "The Google profile links to the insecure http address", Area.GOOGLE_PROFILE
    ),
    "gbp-website-is-platform": FindingKind(
        Severity.MEDIUM,
        "The Google profile links to a platform page, not the website",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-no-structured-data": FindingKind(
        Severity.LOW,
        "The website lacks business details for search engines",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-structured-data-broken": FindingKind(
        Severity.LOW,
        "The website's details for search engines have errors",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-structured-data-incomplete": FindingKind(
        Severity.LOW,
        "The structured data leaves out who or where the business is",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-structured-data-placeholder": FindingKind(
        Severity.MEDIUM,
        "The website gives search engines a template's details",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-record-outdated": FindingKind(
        Severity.INFO,
        "The details we were given differ from those the business shows",
        Area.GOOGLE_PROFILE,
    ),
    "gbp-website-differs": FindingKind(
        Severity.HIGH, "Google sends customers to a different website", Area.GOOGLE_PROFILE
    ),
    "gbp-phone-differs": FindingKind(
        Severity.HIGH, "Google shows a different phone number", Area.GOOGLE_PROFILE
    ),
    "gbp-address-differs": FindingKind(
        Severity.MEDIUM, "Google shows a different address", Area.GOOGLE_PROFILE
    ),
    "gbp-name-differs": FindingKind(
        Severity.LOW, "Google shows a different business name", Area.GOOGLE_PROFILE
    ),
    "gbp-no-reviews": FindingKind(
        Severity.HIGH, "The business has no Google reviews", Area.GOOGLE_PROFILE
    ),
    "gbp-few-reviews": FindingKind(
        Severity.MEDIUM, "The business has few Google reviews", Area.GOOGLE_PROFILE
    ),
    "gbp-low-rating": FindingKind(Severity.HIGH, "The Google rating is low", Area.GOOGLE_PROFILE),
    "gbp-ageing-reviews": FindingKind(
        Severity.LOW, "The reviews Google features are months old", Area.GOOGLE_PROFILE
    ),
    "gbp-stale-reviews": FindingKind(
        Severity.MEDIUM, "Google features no recent reviews", Area.GOOGLE_PROFILE
    ),
    "gbp-bad-reviews-shown": FindingKind(
        Severity.MEDIUM, "Bad reviews are among the first customers see", Area.GOOGLE_PROFILE
    ),
    "gbp-complete": FindingKind(
        Severity.PASSED, "The Google profile's basics are filled in", Area.GOOGLE_PROFILE
    ),
    "gbp-well-reviewed": FindingKind(
        Severity.PASSED, "Customers rate the business well on Google", Area.GOOGLE_PROFILE
    ),
    "gbp-consistent": FindingKind(
        Severity.PASSED,
        "Google shows the same contact details as the business itself",
        Area.GOOGLE_PROFILE,
    ),
}
