"""The closed list of findings of the visual check."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity

_CRITICAL, _HIGH, _MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
_LOW, _INFO, _PASSED = Severity.LOW, Severity.INFO, Severity.PASSED

KINDS: Final = {
    # no site to judge
    "visual-error-page": FindingKind(
        _CRITICAL, "The home page shows an error", Area.FIRST_IMPRESSION
    ),
    "visual-parked-page": FindingKind(
        _CRITICAL, "The address shows an ad page, not a website", Area.FIRST_IMPRESSION
    ),
    "visual-default-page": FindingKind(
        _CRITICAL, "The address shows a web server's test page", Area.FIRST_IMPRESSION
    ),
    "visual-coming-soon": FindingKind(
        _CRITICAL, "The site only says “coming soon”", Area.FIRST_IMPRESSION
    ),
    "visual-suspended-site": FindingKind(
        _CRITICAL, "The website has been switched off", Area.FIRST_IMPRESSION
    ),
    "visual-login-page": FindingKind(
        _CRITICAL, "The address shows a login, not a website", Area.FIRST_IMPRESSION
    ),
    "visual-empty-page": FindingKind(
        _CRITICAL, "The home page is empty, or nearly so", Area.FIRST_IMPRESSION
    ),
    "visual-template-page": FindingKind(
        _CRITICAL, "The site shows a template's sample content", Area.FIRST_IMPRESSION
    ),
    "visual-platform-page": FindingKind(
        _HIGH, "The business has no website of its own", Area.FIRST_IMPRESSION
    ),
    # on a phone
    "visual-no-mobile-layout": FindingKind(
        _HIGH, "The site isn't made for phones", Area.FIRST_IMPRESSION
    ),
    "visual-mobile-overflow": FindingKind(
        _HIGH, "The page is wider than a phone's screen", Area.FIRST_IMPRESSION
    ),
    "visual-small-text": FindingKind(
        _MEDIUM, "Much of the text is too small on a phone", Area.FIRST_IMPRESSION
    ),
    "visual-overlapping-text": FindingKind(
        _MEDIUM, "Texts overlap on a phone", Area.FIRST_IMPRESSION
    ),
    "visual-tiny-tap-targets": FindingKind(
        _MEDIUM, "Links and buttons are too small to tap", Area.FIRST_IMPRESSION
    ),
    "visual-tight-tap-targets": FindingKind(
        _LOW, "Most links and buttons are on the small side", Area.FIRST_IMPRESSION
    ),
    "visual-zoom-blocked": FindingKind(
        _LOW, "Visitors can't zoom in on a phone", Area.FIRST_IMPRESSION
    ),
    # being reached
    "visual-no-phone-number": FindingKind(
        _HIGH, "No phone number on the home page", Area.FIRST_IMPRESSION
    ),
    "visual-no-tap-to-call": FindingKind(
        _MEDIUM, "The phone number isn't tap-to-call", Area.FIRST_IMPRESSION
    ),
    "visual-phone-out-of-sight": FindingKind(
        _LOW, "On a phone, the number isn't visible without scrolling", Area.FIRST_IMPRESSION
    ),
    "visual-no-call-to-action": FindingKind(
        _MEDIUM, "No clear next step on the first screen", Area.FIRST_IMPRESSION
    ),
    "visual-dead-links": FindingKind(
        _MEDIUM, "Buttons and links that lead nowhere", Area.FIRST_IMPRESSION
    ),
    "visual-placeholder-contact": FindingKind(
        _MEDIUM, "The contact details are a template's", Area.FIRST_IMPRESSION
    ),
    # in the way
    "visual-loading-screen": FindingKind(
        _MEDIUM, "A loading screen hides a page that has loaded", Area.SPEED
    ),
    "visual-age-gate": FindingKind(
        _INFO, "Visitors are asked for their age first", Area.FIRST_IMPRESSION
    ),
    "visual-popup": FindingKind(
        _HIGH, "A pop-up covers the page on a phone", Area.FIRST_IMPRESSION
    ),
    "visual-cookie-wall": FindingKind(
        _MEDIUM, "A cookie notice covers the page on a phone", Area.FIRST_IMPRESSION
    ),
    "visual-dialog-box": FindingKind(
        _MEDIUM, "A browser message box interrupts visitors", Area.FIRST_IMPRESSION
    ),
    "visual-layout-shift": FindingKind(_MEDIUM, "The page jumps around while it loads", Area.SPEED),
    "visual-never-loaded": FindingKind(
        _MEDIUM, "The page hadn't finished loading after 12 seconds", Area.SPEED
    ),
    # broken
    "visual-broken-images": FindingKind(_MEDIUM, "Some images don't load", Area.FIRST_IMPRESSION),
    "visual-script-errors": FindingKind(
        _LOW, "Scripts on the page run into errors", Area.FIRST_IMPRESSION
    ),
    "visual-failed-requests": FindingKind(
        _LOW, "Some files the page needs are missing", Area.FIRST_IMPRESSION
    ),
    "visual-desktop-overflow": FindingKind(
        _MEDIUM, "The page is wider than a desktop window", Area.FIRST_IMPRESSION
    ),
    # out of date
    "visual-old-copyright": FindingKind(
        _LOW, "The copyright year is out of date", Area.FIRST_IMPRESSION
    ),
    "visual-obsolete-build": FindingKind(
        _MEDIUM, "The site is built on outdated code", Area.FIRST_IMPRESSION
    ),
    "visual-placeholder-text": FindingKind(
        _MEDIUM, "The page still has template text", Area.FIRST_IMPRESSION
    ),
    # for eyes and search engines
    "visual-no-title": FindingKind(_MEDIUM, "The page has no title of its own", Area.SEARCH_BASICS),
    "visual-low-contrast": FindingKind(
        _MEDIUM, "Much of the text is too faint to read", Area.ACCESSIBILITY
    ),
    "visual-no-heading": FindingKind(_LOW, "The page has no main heading", Area.ACCESSIBILITY),
    "visual-no-language": FindingKind(_LOW, "The page's language isn't set", Area.ACCESSIBILITY),
    "visual-alt-missing": FindingKind(
        _LOW, "Images have no text description (alt text)", Area.ACCESSIBILITY
    ),
    "visual-unnamed-controls": FindingKind(
        _MEDIUM, "Some links or buttons have no name for screen readers", Area.ACCESSIBILITY
    ),
    "visual-unlabelled-fields": FindingKind(
        _MEDIUM, "Form fields have no labels", Area.ACCESSIBILITY
    ),
    "visual-heading-order": FindingKind(
        _LOW, "Headings skip levels or are empty", Area.ACCESSIBILITY
    ),
    "visual-no-landmarks": FindingKind(
        _LOW, "Screen-reader users can't skip to the main content", Area.ACCESSIBILITY
    ),
    "visual-confusing-structure": FindingKind(
        _LOW, "Accessibility markup has errors", Area.ACCESSIBILITY
    ),
    "visual-oversized-images": FindingKind(
        _LOW, "Images are much larger than displayed", Area.SPEED
    ),
    "visual-very-long-page": FindingKind(_LOW, "The home page is very long", Area.FIRST_IMPRESSION),
    # as a language model sees it, by a rubric
    "visual-unclear-offer": FindingKind(
        _LOW, "The first screen doesn't make the offer clear", Area.FIRST_IMPRESSION
    ),
    "visual-no-visual-order": FindingKind(
        _LOW, "The first screen has no clear focus", Area.FIRST_IMPRESSION
    ),
    "visual-hard-to-read": FindingKind(
        _LOW, "The first screen is hard to read", Area.FIRST_IMPRESSION
    ),
    "visual-little-trust": FindingKind(
        _LOW, "The first screen does little to build trust", Area.FIRST_IMPRESSION
    ),
    "visual-weak-invitation": FindingKind(
        _LOW, "The next step on the first screen is hard to spot", Area.FIRST_IMPRESSION
    ),
    "visual-poor-pictures": FindingKind(
        _LOW, "The pictures don't do the business justice", Area.FIRST_IMPRESSION
    ),
    "visual-dated-look": FindingKind(_LOW, "The design looks dated", Area.FIRST_IMPRESSION),
    # done well
    "visual-fits-phones": FindingKind(
        _PASSED, "The page fits a phone and is easy to read there", Area.FIRST_IMPRESSION
    ),
    "visual-easy-to-call": FindingKind(
        _PASSED, "One tap on the first screen calls the business", Area.FIRST_IMPRESSION
    ),
    "visual-clear-action": FindingKind(
        _PASSED, "The first screen shows a clear next step", Area.FIRST_IMPRESSION
    ),
    "visual-accessible": FindingKind(
        _PASSED, "An automated accessibility test found no problems", Area.ACCESSIBILITY
    ),
    "visual-good-impression": FindingKind(
        _PASSED, "The first screen makes a good impression", Area.FIRST_IMPRESSION
    ),
    "visual-clean-load": FindingKind(
        _PASSED, "Everything on the page loads without errors", Area.FIRST_IMPRESSION
    ),
}
