"""The visual check's closed lists: findings, and reasons why something was not judged or rated."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, Finding, FindingKind, Severity, Source, findings_from
from lfassess.checks.reasons import Reason
from lfassess.plain_text import cut

_C, _H, _M, _L, _I, _P = Severity
_FIRST, _SPEED = Area.FIRST_IMPRESSION, Area.SPEED
_ACCESS, _SEARCH = Area.ACCESSIBILITY, Area.SEARCH_BASICS

_TABLE: Final[tuple[tuple[str, Severity, Area, str], ...]] = (
    # no site to judge
    ("visual-error-page", _C, _FIRST, "The home page shows an error"),
    ("visual-parked-page", _C, _FIRST, "The address shows an ad page, not a website"),
    ("visual-default-page", _C, _FIRST, "The address shows a web server's test page"),
    ("visual-coming-soon", _C, _FIRST, "The site only says “coming soon”"),
    ("visual-suspended-site", _C, _FIRST, "The website has been switched off"),
    ("visual-login-page", _C, _FIRST, "The address shows a login, not a website"),
    ("visual-empty-page", _C, _FIRST, "The home page is empty, or nearly so"),
    ("visual-template-page", _C, _FIRST, "The site shows a template's sample content"),
    ("visual-platform-page", _H, _FIRST, "The business has no website of its own"),
    # on a phone
    ("visual-no-mobile-layout", _H, _FIRST, "The site isn't made for phones"),
    ("visual-mobile-overflow", _H, _FIRST, "The page is wider than a phone's screen"),
    ("visual-small-text", _M, _FIRST, "Much of the text is too small on a phone"),
    ("visual-overlapping-text", _M, _FIRST, "Texts overlap on a phone"),
    ("visual-tiny-tap-targets", _M, _FIRST, "Links and buttons are too small to tap"),
    ("visual-tight-tap-targets", _L, _FIRST, "Most links and buttons are on the small side"),
    ("visual-zoom-blocked", _L, _FIRST, "Visitors can't zoom in on a phone"),
    # being reached
    ("visual-no-phone-number", _H, _FIRST, "No phone number on the home page"),
    ("visual-no-tap-to-call", _M, _FIRST, "The phone number isn't tap-to-call"),
    (
        "visual-phone-out-of-sight",
        _L,
        _FIRST,
        "On a phone, the number isn't visible without scrolling",
    ),
    ("visual-no-call-to-action", _M, _FIRST, "No clear next step on the first screen"),
    ("visual-dead-links", _M, _FIRST, "Buttons and links that lead nowhere"),
    ("visual-placeholder-contact", _M, _FIRST, "The contact details are a template's"),
    # in the way
    ("visual-loading-screen", _M, _SPEED, "A loading screen hides a page that has loaded"),
    ("visual-age-gate", _I, _FIRST, "Visitors are asked for their age first"),
    ("visual-popup", _H, _FIRST, "A pop-up covers the page on a phone"),
    ("visual-cookie-wall", _M, _FIRST, "A cookie notice covers the page on a phone"),
    ("visual-dialog-box", _M, _FIRST, "A browser message box interrupts visitors"),
    ("visual-layout-shift", _M, _SPEED, "The page jumps around while it loads"),
    ("visual-never-loaded", _M, _SPEED, "The page hadn't finished loading after 12 seconds"),
    # broken
    ("visual-broken-images", _M, _FIRST, "Some images don't load"),
    ("visual-script-errors", _L, _FIRST, "Scripts on the page run into errors"),
    ("visual-failed-requests", _L, _FIRST, "Some files the page needs are missing"),
    ("visual-desktop-overflow", _M, _FIRST, "The page is wider than a desktop window"),
    # out of date
    ("visual-old-copyright", _L, _FIRST, "The copyright year is out of date"),
    ("visual-obsolete-build", _M, _FIRST, "The site is built on outdated code"),
    ("visual-placeholder-text", _M, _FIRST, "The page still has template text"),
    # for eyes and search engines
    ("visual-no-title", _M, _SEARCH, "The page has no title of its own"),
    ("visual-low-contrast", _M, _ACCESS, "Much of the text is too faint to read"),
    ("visual-no-heading", _L, _ACCESS, "The page has no main heading"),
    ("visual-no-language", _L, _ACCESS, "The page's language isn't set"),
    ("visual-alt-missing", _L, _ACCESS, "Images have no text description (alt text)"),
    (
        "visual-unnamed-controls",
        _M,
        _ACCESS,
        "Some links or buttons have no name for screen readers",
    ),
    ("visual-unlabelled-fields", _M, _ACCESS, "Form fields have no labels"),
    ("visual-heading-order", _L, _ACCESS, "Headings skip levels or are empty"),
    ("visual-no-landmarks", _L, _ACCESS, "Parts of the page aren't marked for screen readers"),
    ("visual-confusing-structure", _L, _ACCESS, "Accessibility markup has errors"),
    ("visual-oversized-images", _L, _SPEED, "Images are much larger than displayed"),
    ("visual-very-long-page", _L, _FIRST, "The home page is very long"),
    # as a language model sees it, by a rubric
    ("visual-unclear-offer", _L, _FIRST, "The first screen doesn't make the offer clear"),
    ("visual-no-visual-order", _L, _FIRST, "The first screen has no clear focus"),
    ("visual-hard-to-read", _L, _FIRST, "The first screen is hard to read"),
    ("visual-little-trust", _L, _FIRST, "The first screen does little to build trust"),
    ("visual-weak-invitation", _L, _FIRST, "The next step on the first screen is hard to spot"),
    ("visual-poor-pictures", _L, _FIRST, "The pictures don't do the business justice"),
    ("visual-dated-look", _L, _FIRST, "The design looks dated"),
    # done well
    ("visual-fits-phones", _P, _FIRST, "The page fits a phone and is easy to read there"),
    ("visual-easy-to-call", _P, _FIRST, "One tap on the first screen calls the business"),
    ("visual-clear-action", _P, _FIRST, "The first screen shows a clear next step"),
    ("visual-accessible", _P, _ACCESS, "An automated accessibility test found no problems"),
    ("visual-good-impression", _P, _FIRST, "The first screen makes a good impression"),
    ("visual-clean-load", _P, _FIRST, "Everything on the page loads without errors"),
)
KINDS: Final = {code: FindingKind(severity, title, area) for code, severity, area, title in _TABLE}

_MAX_QUOTED: Final = 60  # characters
_make: Final = findings_from(KINDS)


def finding(code: str, evidence: str, *, source: Source = Source.RENDERED) -> Finding:
    """Return a finding of the closed list, by default about the page as a browser shows it."""
    return _make(code, evidence, source=source)


def quoted(text: str) -> str:
    """Return text from a page as it may stand in a line of evidence."""
    return f"“{cut(' '.join(text.split()), _MAX_QUOTED)}”"


_SO: Final = "so the look of the page was measured, but not rated"
REASONS: Final = {
    # why nothing was judged ...
    "visual.no_site": Reason("site", "There is no working website at the address", permanent=True),
    "visual.platform_page": Reason(
        "site",
        "The address leads to a page on a platform, not to a website of the business",
        permanent=True,
    ),
    "visual.unread": Reason(
        "site", "The page only shows a page from elsewhere, which could not be opened"
    ),
    "visual.bot_wall": Reason(
        "site", "The website answered with a bot challenge instead of its page", permanent=True
    ),
    "visual.turned_away": Reason("site", "The website turned our browser away", permanent=True),
    "visual.blank": Reason("site", "The page stayed blank in our browser"),
    "visual.nothing": Reason("us", "Nothing was seen of the page"),
    # ... and why the look of a page that was measured was not rated
    "vision.off": Reason("us", f"Ratings are switched off here, {_SO}", permanent=True),
    "vision.no-key": Reason("us", f"No language model is set up here, {_SO}", permanent=True),
    "vision.no-pictures": Reason("site", f"There were no pictures of both screens, {_SO}"),
    "vision.waiting": Reason("us", f"The language model's allowance was used up, {_SO}"),
    "vision.refused": Reason(
        "provider", f"The language model would not answer, {_SO}", permanent=True
    ),
    "vision.credentials": Reason(
        "us", f"Our language model account needs attention, {_SO}", permanent=True
    ),
    "vision.unreachable": Reason("provider", f"The language model did not answer, {_SO}"),
    "vision.unreadable": Reason("provider", f"The language model's answer was of no use, {_SO}"),
}
