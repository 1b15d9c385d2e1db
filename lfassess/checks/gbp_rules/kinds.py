"""The closed list of findings of the gbp check."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import FindingKind, Severity

KINDS: Final = {
    "gbp-not-found": FindingKind(Severity.MEDIUM, "We found no Google Business Profile"),
    "gbp-weak-match": FindingKind(
        Severity.INFO, "A Google profile looks similar, but may not be this business"
    ),
    "gbp-ambiguous": FindingKind(Severity.INFO, "Several Google profiles could be this business's"),
    "gbp-several-profiles": FindingKind(
        Severity.MEDIUM, "Google may show more than one profile of the business"
    ),
    "gbp-not-yet-open": FindingKind(Severity.MEDIUM, "Google shows the business as not yet open"),
    "gbp-permanently-closed": FindingKind(
        Severity.CRITICAL, "Google shows the business as permanently closed"
    ),
    "gbp-temporarily-closed": FindingKind(
        Severity.HIGH, "Google shows the business as temporarily closed"
    ),
    "gbp-moved": FindingKind(Severity.HIGH, "Google says the business has moved elsewhere"),
    "gbp-review-warning": FindingKind(
        Severity.CRITICAL, "Google warns customers about this business's reviews"
    ),
    "gbp-no-website": FindingKind(Severity.HIGH, "The Google profile has no website"),
    "gbp-no-phone": FindingKind(Severity.HIGH, "The Google profile has no phone number"),
    "gbp-no-hours": FindingKind(Severity.HIGH, "The Google profile has no opening hours"),
    "gbp-no-category": FindingKind(Severity.MEDIUM, "The Google profile has no main category"),
    "gbp-generic-category": FindingKind(
        Severity.LOW, "The Google profile's category says little about the business"
    ),
    "gbp-few-days-open": FindingKind(
        Severity.LOW, "Google shows the business open on few days a week"
    ),
    "gbp-hours-miss-24h": FindingKind(
        Severity.LOW, "Google's hours leave out the round-the-clock service the website offers"
    ),
    "gbp-no-photos": FindingKind(Severity.HIGH, "The Google profile has no photos"),
    "gbp-few-photos": FindingKind(Severity.MEDIUM, "The Google profile has few photos"),
    "gbp-website-http": FindingKind(
        Severity.LOW, "The Google profile links to the insecure http address"
    ),
    "gbp-website-is-platform": FindingKind(
        Severity.MEDIUM, "Google sends customers to a platform instead of the website"
    ),
    "gbp-no-structured-data": FindingKind(
        Severity.LOW, "The website doesn't tell search engines who and where the business is"
    ),
    "gbp-record-outdated": FindingKind(
        Severity.INFO, "The details we were given differ from those the business shows"
    ),
    "gbp-website-differs": FindingKind(
        Severity.HIGH, "Google sends customers to a different website"
    ),
    "gbp-phone-differs": FindingKind(Severity.HIGH, "Google shows a different phone number"),
    "gbp-address-differs": FindingKind(Severity.MEDIUM, "Google shows a different address"),
    "gbp-name-differs": FindingKind(Severity.LOW, "Google shows a different business name"),
    "gbp-no-reviews": FindingKind(Severity.HIGH, "The business has no Google reviews"),
    "gbp-few-reviews": FindingKind(Severity.MEDIUM, "The business has few Google reviews"),
    "gbp-low-rating": FindingKind(Severity.HIGH, "The Google rating is low"),
    "gbp-ageing-reviews": FindingKind(Severity.LOW, "The reviews Google features are months old"),
    "gbp-stale-reviews": FindingKind(Severity.MEDIUM, "Recent Google reviews are missing"),
    "gbp-bad-reviews-shown": FindingKind(
        Severity.MEDIUM, "Bad reviews are among the first that customers see"
    ),
    "gbp-complete": FindingKind(Severity.PASSED, "The Google profile's basics are filled in"),
    "gbp-well-reviewed": FindingKind(Severity.PASSED, "Customers rate the business well on Google"),
    "gbp-consistent": FindingKind(
        Severity.PASSED, "Google shows the same contact details as the business itself"
    ),
}
