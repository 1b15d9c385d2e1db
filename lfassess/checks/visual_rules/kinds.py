"""The closed list of findings of the visual check."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import FindingKind, Severity

_CRITICAL, _HIGH, _MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
_LOW, _PASSED = Severity.LOW, Severity.PASSED

KINDS: Final = {
    # no site to judge
    "visual-error-page": FindingKind(_CRITICAL, "The home page answers with an error"),
    "visual-parked-page": FindingKind(_CRITICAL, "The address shows an advertising page, no site"),
    "visual-default-page": FindingKind(_CRITICAL, "The address shows a web server's test page"),
    "visual-coming-soon": FindingKind(_CRITICAL, "The site only says that it will come"),
    # on a phone
    "visual-no-mobile-layout": FindingKind(_HIGH, "Phones get a shrunken desktop page"),
    "visual-mobile-overflow": FindingKind(_HIGH, "The page is wider than a phone's screen"),
    "visual-small-text": FindingKind(_MEDIUM, "Much of the text is too small on a phone"),
    "visual-tiny-tap-targets": FindingKind(_MEDIUM, "Links and buttons are too small for fingers"),
    "visual-tight-tap-targets": FindingKind(_LOW, "Most links and buttons are on the small side"),
    "visual-zoom-blocked": FindingKind(_LOW, "Visitors can't enlarge the page on a phone"),
    # being reached
    "visual-no-phone-number": FindingKind(_HIGH, "The home page shows no telephone number"),
    "visual-no-tap-to-call": FindingKind(
        _MEDIUM, "The telephone number can't be rung with one tap"
    ),
    "visual-phone-out-of-sight": FindingKind(
        _LOW, "The telephone number is not on a phone's first screen"
    ),
    "visual-no-call-to-action": FindingKind(
        _MEDIUM, "The first screen does not say what to do next"
    ),
    # in the way
    "visual-popup": FindingKind(_HIGH, "A pop-up covers the page on a phone"),
    "visual-cookie-wall": FindingKind(_MEDIUM, "A cookie notice covers the page on a phone"),
    "visual-dialog-box": FindingKind(_MEDIUM, "The page interrupts visitors with a dialog box"),
    "visual-layout-shift": FindingKind(_MEDIUM, "The page jumps about while it loads"),
    "visual-never-loaded": FindingKind(_MEDIUM, "The page had not finished loading after 12 s"),
    # broken
    "visual-broken-images": FindingKind(_MEDIUM, "Pictures on the page are broken"),
    "visual-script-errors": FindingKind(_LOW, "Scripts on the page fail"),
    "visual-failed-requests": FindingKind(_LOW, "Parts of the page can't be loaded"),
    "visual-desktop-overflow": FindingKind(_MEDIUM, "The page is wider than a desktop window"),
    # out of date
    "visual-old-copyright": FindingKind(_MEDIUM, "The copyright year is out of date"),
    "visual-obsolete-build": FindingKind(_MEDIUM, "The page is built with techniques of the 1990s"),
    "visual-placeholder-text": FindingKind(_MEDIUM, "The page still holds a template's text"),
    # for eyes and search engines
    "visual-no-title": FindingKind(_MEDIUM, "The page has no title of its own"),
    "visual-low-contrast": FindingKind(_MEDIUM, "Much of the text is hard to tell from its ground"),
    "visual-no-heading": FindingKind(_LOW, "The page has no main heading"),
    "visual-no-language": FindingKind(_LOW, "The page does not say which language it is in"),
    "visual-alt-missing": FindingKind(_LOW, "Pictures have no description"),
    "visual-unnamed-controls": FindingKind(
        _MEDIUM, "Links or buttons say nothing to screen readers"
    ),
    "visual-unlabelled-fields": FindingKind(_MEDIUM, "Form fields don't say what belongs in them"),
    "visual-heading-order": FindingKind(_LOW, "The headings skip levels or are empty"),
    "visual-no-landmarks": FindingKind(_LOW, "Parts of the page can't be jumped to"),
    "visual-confusing-structure": FindingKind(_LOW, "Screen readers get wrong information"),
    "visual-oversized-images": FindingKind(_LOW, "Pictures are much larger than they are shown"),
    "visual-very-long-page": FindingKind(_LOW, "The home page is very long"),
    # as a language model sees it, by a rubric
    "visual-unclear-offer": FindingKind(_LOW, "The first screen hardly says what is offered"),
    "visual-no-visual-order": FindingKind(_LOW, "Nothing on the first screen leads the eye"),
    "visual-hard-to-read": FindingKind(_LOW, "The first screen takes effort to read"),
    "visual-little-trust": FindingKind(_LOW, "The first screen gives little reason for trust"),
    "visual-weak-invitation": FindingKind(_LOW, "The first screen hardly invites to do anything"),
    "visual-poor-pictures": FindingKind(_LOW, "The pictures do not speak for the business"),
    "visual-dated-look": FindingKind(_LOW, "The page looks years old"),
    # done well
    "visual-fits-phones": FindingKind(_PASSED, "The page fits a phone and can be read there"),
    "visual-easy-to-call": FindingKind(_PASSED, "One tap on the first screen rings the business"),
    "visual-clear-action": FindingKind(_PASSED, "The first screen says what to do next"),
    "visual-accessible": FindingKind(_PASSED, "An accessibility test finds nothing to mend"),
    "visual-good-impression": FindingKind(_PASSED, "The first screen makes a good impression"),
    "visual-clean-load": FindingKind(_PASSED, "Everything on the page loads and works"),
}
