"""The gbp check's closed lists: findings, and reasons why no profile was judged."""

from __future__ import annotations

from functools import partial
from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, Source, findings_from
from lfassess.checks.reasons import Reason
from lfassess.plain_text import cut

_C, _H, _M, _L, _I, _P = Severity

_TABLE: Final[tuple[tuple[str, Severity, str], ...]] = (
    ("gbp-not-found", _M, "We found no Google Business Profile"),
    ("gbp-weak-match", _I, "A Google profile looks similar, but may not be this business"),
    ("gbp-ambiguous", _I, "Several Google profiles could be this business"),
    ("gbp-several-profiles", _M, "Google may show more than one profile for the business"),
    ("gbp-not-yet-open", _M, "Google shows the business as not yet open"),
    ("gbp-permanently-closed", _C, "Google shows the business as permanently closed"),
    ("gbp-temporarily-closed", _H, "Google shows the business as temporarily closed"),
    ("gbp-moved", _H, "Google says the business has moved"),
    ("gbp-review-warning", _C, "Google warns customers about this business's reviews"),
    ("gbp-no-website", _H, "The Google profile has no website"),
    ("gbp-no-phone", _H, "The Google profile has no phone number"),
    ("gbp-no-hours", _H, "The Google profile has no opening hours"),
    ("gbp-no-category", _M, "The Google profile has no main category"),
    ("gbp-generic-category", _L, "The Google profile's category is too general"),
    ("gbp-few-days-open", _L, "Google shows the business as open only a few days a week"),
    ("gbp-hours-miss-24h", _L, "Google's hours leave out the website's 24-hour service"),
    ("gbp-no-photos", _H, "The Google profile has no photos"),
    ("gbp-few-photos", _M, "The Google profile has few photos"),
    ("gbp-website-http", _L, "The Google profile links to the insecure http address"),
    ("gbp-website-is-platform", _M, "The Google profile links to a platform page, not the website"),
    ("gbp-no-structured-data", _L, "The website lacks business details for search engines"),
    ("gbp-structured-data-broken", _L, "The website's details for search engines have errors"),
    (
        "gbp-structured-data-incomplete",
        _L,
        "The structured data leaves out who or where the business is",
    ),
    (
        "gbp-structured-data-placeholder",
        _M,
        "The website gives search engines a template's details",
    ),
    ("gbp-record-outdated", _I, "The details we were given differ from those the business shows"),
    ("gbp-website-differs", _H, "Google sends customers to a different website"),
    ("gbp-phone-differs", _H, "Google shows a different phone number"),
    ("gbp-address-differs", _M, "Google shows a different address"),
    ("gbp-name-differs", _L, "Google shows a different business name"),
    ("gbp-no-reviews", _H, "The business has no Google reviews"),
    ("gbp-few-reviews", _M, "The business has few Google reviews"),
    ("gbp-low-rating", _H, "The Google rating is low"),
    ("gbp-ageing-reviews", _L, "The reviews Google features are months old"),
    ("gbp-stale-reviews", _M, "Google features no recent reviews"),
    ("gbp-bad-reviews-shown", _M, "Bad reviews are among the first customers see"),
    # done well
    ("gbp-complete", _P, "The Google profile's basics are filled in"),
    ("gbp-well-reviewed", _P, "Customers rate the business well on Google"),
    ("gbp-consistent", _P, "Google shows the same contact details as the business itself"),
)
KINDS: Final = {
    code: FindingKind(severity, title, Area.GOOGLE_PROFILE) for code, severity, title in _TABLE
}
finding: Final = partial(findings_from(KINDS), source=Source.API)

REASONS: Final = {
    # A business that visits its customers often can't be found by a program, though it is listed.
    "gbp.no_match": Reason(
        "us",
        "Our search found no Google Business Profile for the business; it may be listed "
        "under another name or area, or as a business that visits its customers",
    ),
    "gbp.weak_match": Reason(
        "us", "Google shows similar businesses, but none that is surely this one"
    ),
    "gbp.ambiguous": Reason(
        "us",
        "Google shows several profiles that could be this business, and the details we "
        "have don't tell them apart",
    ),
}


_MAX_SHOWN: Final = 80  # characters


def short(text: str | None) -> str:
    """Return the text in one line of at most 80 characters; "none" where there is none."""
    return cut(" ".join((text or "none").split()), _MAX_SHOWN)
