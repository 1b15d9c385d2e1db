"""The closed list of findings of the visual check."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity

_CRITICAL, _HIGH, _MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
_LOW, _PASSED = Severity.LOW, Severity.PASSED

KINDS: Final = {
    # no site to judge
    "visual-error-page": FindingKind(
        _CRITICAL, "The home page answers with an error", Area.FIRST_IMPRESSION
    ),
    "visual-parked-page": FindingKind(
        _CRITICAL, "The address shows an advertising page, no site", Area.FIRST_IMPRESSION
    ),
    "visual-default-page": FindingKind(
        _CRITICAL, "The address shows a web server's test page", Area.FIRST_IMPRESSION
    ),
    "visual-coming-soon": FindingKind(
        _CRITICAL, "The site only says that it will come", Area.FIRST_IMPRESSION
    ),
    # on a phone
    "visual-no-mobile-layout": FindingKind(
        _HIGH, "Phones get a shrunken desktop page", Area.FIRST_IMPRESSION
    ),
    "visual-mobile-overflow": FindingKind(
        _HIGH, "The page is wider than a phone's screen", Area.FIRST_IMPRESSION
    ),
    "visual-small-text": FindingKind(
        _MEDIUM, "Much of the text is too small on a phone", Area.FIRST_IMPRESSION
    ),
    "visual-tiny-tap-targets": FindingKind(
        _MEDIUM, "Links and buttons are too small for fingers", Area.FIRST_IMPRESSION
    ),
    "visual-tight-tap-targets": FindingKind(
        _LOW, "Most links and buttons are on the small side", Area.FIRST_IMPRESSION
    ),
    "visual-zoom-blocked": FindingKind(
        _LOW, "Visitors can't enlarge the page on a phone", Area.FIRST_IMPRESSION
    ),
    # being reached
    "visual-no-phone-number": FindingKind(
        _HIGH, "The home page shows no telephone number", Area.FIRST_IMPRESSION
    ),
    "visual-no-tap-to-call": FindingKind(
        _MEDIUM, "The telephone number can't be rung with one tap", Area.FIRST_IMPRESSION
    ),
    "visual-phone-out-of-sight": FindingKind(
        _LOW, "The telephone number is not on a phone's first screen", Area.FIRST_IMPRESSION
    ),
    "visual-no-call-to-action": FindingKind(
        _MEDIUM, "The first screen does not say what to do next", Area.FIRST_IMPRESSION
    ),
    # in the way
    "visual-popup": FindingKind(
        _HIGH, "A pop-up covers the page on a phone", Area.FIRST_IMPRESSION
    ),
    "visual-cookie-wall": FindingKind(
        _MEDIUM, "A cookie notice covers the page on a phone", Area.FIRST_IMPRESSION
    ),
    "visual-dialog-box": FindingKind(
        _MEDIUM, "The page interrupts visitors with a dialog box", Area.FIRST_IMPRESSION
    ),
    "visual-layout-shift": FindingKind(_MEDIUM, "The page jumps about while it loads", Area.SPEED),
    "visual-never-loaded": FindingKind(
        _MEDIUM, "The page had not finished loading after 12 s", Area.SPEED
    ),
    # broken
    "visual-broken-images": FindingKind(
        _MEDIUM, "Pictures on the page are broken", Area.FIRST_IMPRESSION
    ),
    "visual-script-errors": FindingKind(_LOW, "Scripts on the page fail", Area.FIRST_IMPRESSION),
    "visual-failed-requests": FindingKind(
        _LOW, "Parts of the page can't be loaded", Area.FIRST_IMPRESSION
    ),
    "visual-desktop-overflow": FindingKind(
        _MEDIUM, "The page is wider than a desktop window", Area.FIRST_IMPRESSION
    ),
    # out of date
    "visual-old-copyright": FindingKind(
        _MEDIUM, "The copyright year is out of date", Area.FIRST_IMPRESSION
    ),
    "visual-obsolete-build": FindingKind(
        _MEDIUM, "The page is built with techniques of the 1990s", Area.FIRST_IMPRESSION
    ),
    "visual-placeholder-text": FindingKind(
        _MEDIUM, "The page still holds a template's text", Area.FIRST_IMPRESSION
    ),
    # for eyes and search engines
    "visual-no-title": FindingKind(_MEDIUM, "The page has no title of its own", Area.SEARCH_BASICS),
    "visual-low-contrast": FindingKind(
        _MEDIUM, "Much of the text is hard to tell from its ground", Area.ACCESSIBILITY
    ),
    "visual-no-heading": FindingKind(_LOW, "The page has no main heading", Area.ACCESSIBILITY),
    "visual-no-language": FindingKind(
        _LOW, "The page does not say which language it is in", Area.ACCESSIBILITY
    ),
    "visual-alt-missing": FindingKind(_LOW, "Pictures have no description", Area.ACCESSIBILITY),
    "visual-unnamed-controls": FindingKind(
        _MEDIUM, "Links or buttons say nothing to screen readers", Area.ACCESSIBILITY
    ),
    "visual-unlabelled-fields": FindingKind(
        _MEDIUM, "Form fields don't say what belongs in them", Area.ACCESSIBILITY
    ),
    "visual-heading-order": FindingKind(
        _LOW, "The headings skip levels or are empty", Area.ACCESSIBILITY
    ),
    "visual-no-landmarks": FindingKind(
        _LOW, "Parts of the page can't be jumped to", Area.ACCESSIBILITY
    ),
    "visual-confusing-structure": FindingKind(
        _LOW, "Screen readers get wrong information", Area.ACCESSIBILITY
    ),
    "visual-oversized-images": FindingKind(
        _LOW, "Pictures are much larger than they are shown", Area.SPEED
    ),
    "visual-very-long-page": FindingKind(_LOW, "The home page is very long", Area.FIRST_IMPRESSION),
    # as a language model sees it, by a rubric
    "visual-unclear-offer": FindingKind(
        _LOW, "The first screen hardly says what is offered", Area.FIRST_IMPRESSION
    ),
    "visual-no-visual-order": FindingKind(
        _LOW, "Nothing on the first screen leads the eye", Area.FIRST_IMPRESSION
    ),
    "visual-hard-to-read": FindingKind(
        _LOW, "The first screen takes effort to read", Area.FIRST_IMPRESSION
    ),
    "visual-little-trust": FindingKind(
        _LOW, "The first screen gives little reason for trust", Area.FIRST_IMPRESSION
    ),
    "visual-weak-invitation": FindingKind(
        _LOW, "The first screen hardly invites to do anything", Area.FIRST_IMPRESSION
    ),
    "visual-poor-pictures": FindingKind(
        _LOW, "The pictures do not speak for the business", Area.FIRST_IMPRESSION
    ),
    "visual-dated-look": FindingKind(_LOW, "The page looks years old", Area.FIRST_IMPRESSION),
    # done well
    "visual-fits-phones": FindingKind(
        _PASSED, "The page fits a phone and can be read there", Area.FIRST_IMPRESSION
    ),
    "visual-easy-to-call": FindingKind(
        _PASSED, "One tap on the first screen rings the business", Area.FIRST_IMPRESSION
    ),
    "visual-clear-action": FindingKind(
        _PASSED, "The first screen says what to do next", Area.FIRST_IMPRESSION
    ),
    "visual-accessible": FindingKind(
        _PASSED, "An accessibility test finds nothing to mend", Area.ACCESSIBILITY
    ),
    "visual-good-impression": FindingKind(
        _PASSED, "The first screen makes a good impression", Area.FIRST_IMPRESSION
    ),
    "visual-clean-load": FindingKind(
        _PASSED, "Everything on the page loads and works", Area.FIRST_IMPRESSION
    ),
}
