"""What must not be found for each praise to be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lfassess.checks.base import Area, Severity


@dataclass(frozen=True, slots=True)
class Praise:
    """What forbids a praise: findings of its topic, by code or by the area they are in.

    ``areas`` gives the least severity from which any finding of the area forbids it, so that a
    finding of tomorrow does, too. ``besides`` are findings of the area that are of another topic.
    """

    against: frozenset[str] = frozenset()
    areas: Mapping[Area, Severity] = field(default_factory=dict)
    besides: frozenset[str] = frozenset()


def _codes(*codes: str) -> Praise:
    return Praise(frozenset(codes))


_PHONE_COVERED: Final = ("visual-popup", "visual-cookie-wall", "visual-dialog-box")
# They are about e-mail in the domain's name, not about the website.
_MAIL: Final = frozenset(
    {"onpage-no-spf", "onpage-open-spf", "onpage-broken-spf", "onpage-no-dmarc"}
)
_SHIFTS: Final = ("jumping-layout", "visual-layout-shift")

PRAISE: Final[dict[str, Praise]] = {
    # speed
    "fast-for-visitors": Praise(areas={Area.SPEED: Severity.MEDIUM}),
    "fast-page": Praise(areas={Area.SPEED: Severity.MEDIUM}),
    "steady-page": _codes(*_SHIFTS, "unsized-images", "slow-for-visitors", "fair-for-visitors"),
    # accessibility: with any fault at all it is not "nothing to fix"
    "accessible-page": Praise(
        frozenset({"visual-zoom-blocked", "visual-small-text", "visual-tiny-tap-targets"}),
        {Area.ACCESSIBILITY: Severity.LOW},
    ),
    "visual-accessible": Praise(
        frozenset({"visual-zoom-blocked", "visual-small-text", "visual-tiny-tap-targets"}),
        {Area.ACCESSIBILITY: Severity.LOW},
    ),
    # search basics
    "good-seo-basics": Praise(areas={Area.SEARCH_BASICS: Severity.LOW}),
    "onpage-listed-well": _codes(
        "not-indexable",
        "bad-robots-file",
        "bad-canonical",
        "poor-seo-basics",
        "no-title",
        "no-description",
        "visual-no-title",
        "visual-no-heading",
        "onpage-noindex",
        "onpage-robots-forbids",
        "onpage-tampering",
        "onpage-generic-title",
        "onpage-title-unrelated",
        "onpage-generic-h1",
        "onpage-thin-content",
        "onpage-garbled-text",
        "onpage-sample-text",
        "onpage-wrong-language",
    ),
    "onpage-described-well": _codes(
        "onpage-data-broken",
        "onpage-data-incomplete",
        "onpage-data-differs",
        "onpage-data-address",
        "gbp-structured-data-broken",
        "gbp-structured-data-incomplete",
        "gbp-structured-data-placeholder",
        "onpage-no-structured-data",
        "onpage-no-local-business",
        "onpage-data-sparse",
        "gbp-no-structured-data",
    ),
    "onpage-links-work": _codes(
        "onpage-broken-navigation",
        "onpage-broken-links",
        "onpage-broken-external",
        "onpage-staging-links",
        "visual-dead-links",
        "onpage-social-sample",
    ),
    "onpage-mail-protected": Praise(_MAIL),
    # security
    "https-works": Praise(
        frozenset({"mixed-content", "mixed-pictures", "no-https-redirect", "old-tls"})
        | {"certificate-chain-incomplete"},
        {Area.SECURITY: Severity.HIGH},
        _MAIL,
    ),
    "modern-tls": Praise(
        frozenset({"no-tls13", "old-tls", "old-tls-accepted", "certificate-untrusted"}),
        {Area.SECURITY: Severity.CRITICAL},
    ),
    "headers-strong": Praise(
        frozenset(
            {"no-hsts", "no-csp", "weak-csp", "clickjacking", "no-nosniff", "insecure-cookies"}
        ),
        {Area.SECURITY: Severity.MEDIUM},
        _MAIL,
    ),
    "security-txt-valid": _codes("no-security-txt", "security-txt-expired", "security-txt-invalid"),
    # the Google profile
    "gbp-complete": _codes(
        "gbp-not-found",
        "gbp-permanently-closed",
        "gbp-moved",
        "gbp-no-website",
        "gbp-no-phone",
        "gbp-no-hours",
        "gbp-no-category",
        "gbp-no-photos",
        "gbp-few-photos",
        "gbp-website-is-platform",
        "gbp-website-differs",
        "gbp-phone-differs",
        "gbp-not-yet-open",
        "gbp-temporarily-closed",
    ),
    "gbp-well-reviewed": _codes(
        "gbp-not-found",
        "gbp-review-warning",
        "gbp-no-reviews",
        "gbp-few-reviews",
        "gbp-low-rating",
        "gbp-stale-reviews",
        "gbp-bad-reviews-shown",
    ),
    "gbp-consistent": _codes(
        "gbp-not-found",
        "gbp-several-profiles",
        "gbp-moved",
        "gbp-no-website",
        "gbp-no-phone",
        "gbp-website-is-platform",
        "gbp-website-differs",
        "gbp-phone-differs",
        "gbp-address-differs",
        "gbp-name-differs",
    ),
    # search visibility
    "semrush-visible": _codes(
        "not-indexable",
        "semrush-no-own-domain",
        "semrush-no-rankings",
        "semrush-few-keywords",
        "semrush-little-traffic",
        "semrush-no-first-page",
        "semrush-only-own-name",
        "semrush-positions-lost",
        "semrush-competitor-ahead",
    ),
    "semrush-leads-competitors": _codes(
        "not-indexable",
        "semrush-no-rankings",
        "semrush-competitor-ahead",
        "semrush-little-traffic",
        "semrush-no-first-page",
    ),
    "semrush-well-linked": _codes("semrush-no-backlinks", "semrush-few-backlinks"),
    # first impression
    "visual-fits-phones": _codes(
        *_PHONE_COVERED,
        "visual-no-mobile-layout",
        "visual-mobile-overflow",
        "visual-small-text",
        "visual-tiny-tap-targets",
        "visual-zoom-blocked",
        "visual-low-contrast",
        "visual-hard-to-read",
        "visual-overlapping-text",
        "onpage-garbled-text",
        "page-unreadable",
    ),
    "visual-easy-to-call": _codes(
        *_PHONE_COVERED,
        "visual-no-phone-number",
        "visual-no-tap-to-call",
        "visual-phone-out-of-sight",
        "gbp-phone-differs",
        "visual-placeholder-contact",
        "onpage-no-phone",
        "onpage-no-tel-link",
    ),
    "visual-clear-action": _codes(
        *_PHONE_COVERED,
        "visual-no-call-to-action",
        "visual-weak-invitation",
        "visual-placeholder-text",
        "visual-dead-links",
        "onpage-sample-text",
    ),
    "visual-good-impression": Praise(
        frozenset({"visual-low-contrast"}), {Area.FIRST_IMPRESSION: Severity.MEDIUM}
    ),
    "visual-clean-load": _codes(
        *_SHIFTS,
        "visual-broken-images",
        "visual-script-errors",
        "visual-failed-requests",
        "visual-never-loaded",
        "visual-dialog-box",
        "mixed-content",
        "page-not-loadable",
        "visual-dead-links",
        "page-unreadable",
        "onpage-garbled-text",
    ),
}
