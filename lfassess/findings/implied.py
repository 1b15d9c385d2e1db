"""Which finding says what others would only say again, across all checks."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area

# There is no website of the business at the address; the first of them stands for all.
NO_SITE: Final = (
    "onpage-address-gone",
    "visual-error-page",
    "visual-parked-page",
    "visual-default-page",
    "visual-coming-soon",
    "visual-suspended-site",
    "visual-login-page",
    "visual-empty-page",
    "visual-template-page",
    "visual-platform-page",
    "no-site",
    "platform-page",
    "page-unreadable",
    "page-not-found",
    "no-web-page",
)
# What the browser's check contradicts where it met the page: those say what others met.
UNSURE: Final = frozenset(
    {"no-site", "platform-page", "page-unreadable", "page-not-found", "no-web-page"}
)
SITE_AREAS: Final = frozenset(
    {Area.SPEED, Area.SECURITY, Area.ACCESSIBILITY, Area.SEARCH_BASICS, Area.FIRST_IMPRESSION}
)
# Findings of other areas that rest on reading the page all the same.
ABOUT_THE_PAGE: Final = frozenset(
    {
        "gbp-no-structured-data",
        "gbp-structured-data-broken",
        "gbp-structured-data-incomplete",
        "gbp-structured-data-placeholder",
        "gbp-hours-miss-24h",
    }
)

_ENCRYPTION: Final = (
    "no-https-redirect",
    "detour-redirect",
    "no-hsts",
    "weak-hsts",
    "mixed-content",
    "mixed-pictures",
    "unsafe-scripts",
    "insecure-cookies",
    "insecure-session-cookies",
    "poor-practices",
    "gbp-website-http",
)
_CERTIFICATES: Final = (
    "certificate-untrusted",
    "certificate-expires-soon",
    "www-certificate",
    "old-tls",
    "old-tls-accepted",
    "no-tls13",
)

# A finding, and those that need no saying beside it. A finding that is implied itself implies
# nothing: what is meant to hold further down a chain is listed there.
IMPLIED: Final[dict[str, tuple[str, ...]]] = {
    # the connection
    "no-https": (*_ENCRYPTION, *_CERTIFICATES, "www-twice", "onpage-http-links"),
    "certificate-untrusted": (
        "certificate-expires-soon",
        "www-certificate",
        "no-https-redirect",
        "detour-redirect",
        "no-hsts",
        "weak-hsts",
        "page-not-loadable",  # Lighthouse stops at a warning page
    ),
    "no-https-redirect": ("detour-redirect",),
    "old-tls": ("old-tls-accepted", "no-tls13", "page-not-loadable"),
    "mixed-content": ("mixed-pictures", "unsafe-scripts"),
    # hardening
    "no-hsts": ("weak-hsts",),
    "no-csp": ("weak-csp",),
    "insecure-session-cookies": ("insecure-cookies",),
    "unsafe-referrer-policy": ("no-referrer-policy",),
    "reflected-cors": ("broken-cors",),
    "outdated-server-software": ("version-leak",),
    "security-txt-expired": ("no-security-txt",),
    "security-txt-invalid": ("no-security-txt",),
    # speed
    "slow-for-visitors": ("fair-for-visitors",),
    "slow-page": ("sluggish-page", "visual-never-loaded"),
    "jumping-layout": ("visual-layout-shift",),
    "heavy-images": ("visual-oversized-images",),
    "slow-server": ("late-document",),
    # search basics
    "no-title": ("visual-no-title",),
    "onpage-noindex": ("not-indexable",),
    "onpage-robots-forbids": ("not-indexable", "bad-robots-file"),
    "onpage-robots-failing": ("bad-robots-file",),
    "onpage-robots-no-text": ("bad-robots-file",),
    "onpage-canonical-elsewhere": ("bad-canonical",),
    "onpage-canonical-broken": ("bad-canonical",),
    "onpage-canonicals-several": ("bad-canonical", "onpage-canonical-relative"),
    "onpage-no-title": ("no-title", "visual-no-title"),
    "onpage-generic-title": ("visual-no-title",),
    "onpage-no-description": ("no-description",),
    "onpage-no-h1": ("visual-no-heading",),
    "onpage-no-structured-data": ("gbp-no-structured-data",),
    "onpage-data-broken": ("gbp-structured-data-broken", "gbp-structured-data-incomplete"),
    "onpage-data-incomplete": ("gbp-structured-data-incomplete", "onpage-data-sparse"),
    # accessibility: Lighthouse and the browser's check run the same rules
    "poor-accessibility": (
        "fair-accessibility",
        "visual-alt-missing",
        "visual-no-language",
        "visual-heading-order",
        "visual-no-landmarks",
        "visual-confusing-structure",
        "visual-zoom-blocked",
    ),
    "fair-accessibility": (
        "visual-alt-missing",
        "visual-no-language",
        "visual-heading-order",
        "visual-confusing-structure",
        "visual-zoom-blocked",
    ),
    "visual-low-contrast": ("fair-accessibility", "visual-hard-to-read"),
    "visual-unnamed-controls": ("fair-accessibility",),
    "visual-unlabelled-fields": ("fair-accessibility",),
    "visual-no-language": ("onpage-no-language",),
    "visual-heading-order": ("onpage-heading-order",),
    # first impression
    "onpage-sample-text": ("visual-placeholder-text", "visual-unclear-offer"),
    "onpage-no-phone": (
        "visual-no-phone-number",
        "visual-no-tap-to-call",
        "visual-phone-out-of-sight",
    ),
    "visual-no-tap-to-call": ("onpage-no-tel-link",),
    "visual-no-mobile-layout": (
        "visual-mobile-overflow",
        "visual-small-text",
        "visual-tiny-tap-targets",
        "visual-tight-tap-targets",
        "visual-zoom-blocked",
    ),
    "visual-tiny-tap-targets": ("visual-tight-tap-targets",),
    "visual-no-phone-number": ("visual-no-tap-to-call", "visual-phone-out-of-sight"),
    "visual-popup": ("visual-cookie-wall",),
    "visual-no-call-to-action": ("visual-weak-invitation",),
    "visual-small-text": ("visual-hard-to-read",),
    "visual-broken-images": ("visual-poor-pictures",),
    "visual-obsolete-build": ("visual-dated-look",),
    "visual-placeholder-text": ("visual-unclear-offer",),
    # the Google profile
    "gbp-permanently-closed": (
        "gbp-temporarily-closed",
        "gbp-no-hours",
        "gbp-few-days-open",
        "gbp-hours-miss-24h",
        "gbp-ageing-reviews",
        "gbp-stale-reviews",
    ),
    "gbp-temporarily-closed": ("gbp-no-hours", "gbp-few-days-open", "gbp-hours-miss-24h"),
    "gbp-moved": ("gbp-address-differs",),
    "gbp-no-website": ("gbp-website-differs", "gbp-website-is-platform", "gbp-website-http"),
    "gbp-website-is-platform": ("gbp-website-differs", "gbp-website-http"),
    "gbp-website-differs": ("gbp-website-http",),
    "gbp-no-phone": ("gbp-phone-differs",),
    "gbp-no-hours": ("gbp-few-days-open", "gbp-hours-miss-24h"),
    "gbp-no-photos": ("gbp-few-photos",),
    "gbp-no-category": ("gbp-generic-category",),
    "gbp-no-reviews": (
        "gbp-few-reviews",
        "gbp-low-rating",
        "gbp-ageing-reviews",
        "gbp-stale-reviews",
        "gbp-bad-reviews-shown",
    ),
    "gbp-stale-reviews": ("gbp-ageing-reviews",),
    "gbp-structured-data-placeholder": (
        "gbp-structured-data-broken",
        "gbp-structured-data-incomplete",
        "gbp-no-structured-data",
    ),
    "gbp-structured-data-broken": ("gbp-structured-data-incomplete", "gbp-no-structured-data"),
    # search visibility
    "platform-page": ("semrush-no-own-domain", "gbp-website-is-platform"),
    "semrush-no-own-domain": ("gbp-website-is-platform",),
    "semrush-no-rankings": (
        "semrush-few-keywords",
        "semrush-little-traffic",
        "semrush-no-first-page",
        "semrush-only-own-name",
        "semrush-near-first-page",
        "semrush-positions-lost",
        "semrush-competitor-ahead",
    ),
    "semrush-no-backlinks": ("semrush-few-backlinks", "semrush-low-authority"),
    "semrush-few-backlinks": ("semrush-low-authority",),
}
