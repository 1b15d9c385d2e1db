"""The pagespeed check's closed lists: findings, and reasons why a page wasn't judged."""

from __future__ import annotations

from functools import partial
from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, Source, findings_from
from lfassess.checks.reasons import Reason
from lfassess.checks.shared.visit import Kind

_C, _H, _M, _L, _I, _P = Severity
_SPEED, _SEARCH, _ACCESS, _SAFE = Area.SPEED, Area.SEARCH_BASICS, Area.ACCESSIBILITY, Area.SECURITY

_TABLE: Final[tuple[tuple[str, Severity, Area, str], ...]] = (
    ("page-not-found", _C, _SPEED, "The address leads to an error page"),
    ("page-not-loadable", _H, _SPEED, "The page can't be loaded to measure it"),
    ("slow-for-visitors", _H, _SPEED, "Real visitors get a poor experience (Core Web Vitals)"),
    ("no-web-page", _H, _SPEED, "The address leads to a file, not to a web page"),
    ("fair-for-visitors", _M, _SPEED, "Real visitors' experience needs work (Core Web Vitals)"),
    ("slow-page", _H, _SPEED, "The page is slow on a phone"),
    ("sluggish-page", _M, _SPEED, "The page could be faster on a phone"),
    ("slow-on-desktop", _M, _SPEED, "The page is slow even on a computer"),
    ("slow-largest-paint", _H, _SPEED, "The main content appears late"),
    ("late-first-paint", _M, _SPEED, "The screen stays blank too long"),
    ("blocked-page", _M, _SPEED, "The page doesn't respond while it loads"),
    ("jumping-layout", _M, _SPEED, "The page jumps around while it loads"),
    ("slow-server", _M, _SPEED, "The server is slow to answer"),
    ("not-indexable", _H, _SEARCH, "The page tells search engines not to list it"),
    ("poor-accessibility", _H, _ACCESS, "The page has serious accessibility problems"),
    ("fair-accessibility", _M, _ACCESS, "The page has some accessibility problems"),
    ("poor-practices", _L, _SAFE, "The page falls short of web best practices"),
    ("poor-seo-basics", _M, _SEARCH, "Some search engine basics are missing"),
    ("no-title", _M, _SEARCH, "The page has no title"),
    ("no-description", _L, _SEARCH, "The page has no description for search results"),
    ("heavy-page", _M, _SPEED, "The page is a very large download"),
    ("heavy-images", _M, _SPEED, "Images are larger than they need to be"),
    ("unsized-images", _L, _SPEED, "Images have no set size"),
    ("render-blocking", _L, _SPEED, "Scripts and styles delay the page"),
    ("unused-code", _L, _SPEED, "The page loads code it doesn't use"),
    ("no-caching", _L, _SPEED, "Returning visitors download files again"),
    ("late-document", _L, _SPEED, "The page's HTML arrives late"),
    ("old-protocol", _L, _SPEED, "The server still uses HTTP/1.1"),
    ("late-main-image", _L, _SPEED, "The main image starts loading late"),
    ("hidden-text", _L, _SPEED, "Text stays invisible until its font loads"),
    ("outdated-scripts", _L, _SPEED, "Scripts carry code for outdated browsers"),
    ("too-many-elements", _L, _SPEED, "The page has too many elements"),
    ("bad-robots-file", _L, _SEARCH, "The robots.txt file has errors"),
    ("bad-canonical", _M, _SEARCH, "The page points search engines to the wrong address"),
    # done well
    ("fast-for-visitors", _P, _SPEED, "Real visitors get a fast, stable page"),
    ("fast-page", _P, _SPEED, "The page is fast on a phone"),
    ("steady-page", _P, _SPEED, "The page doesn't jump while it loads"),
    ("accessible-page", _P, _ACCESS, "The page does well in automated accessibility tests"),
    ("good-seo-basics", _P, _SEARCH, "Search engine basics are in place"),
)
KINDS: Final = {code: FindingKind(severity, title, area) for code, severity, area, title in _TABLE}
finding: Final = partial(findings_from(KINDS), source=Source.API)

REASONS: Final = {
    "pagespeed.not_loadable": Reason(
        "site", "The page could not be opened, so there was nothing to measure"
    ),
    "pagespeed.no_web_page": Reason(
        "site",
        "The address leads to a file, not to a web page, so there was nothing to measure",
        permanent=True,
    ),
    "pagespeed.no_site": Reason(
        "site", "There is no working website at the address", permanent=True
    ),
    "pagespeed.platform_page": Reason(
        "site",
        "The address leads to a page on a platform, not to a website of the business",
        permanent=True,
    ),
    "pagespeed.error_page": Reason("site", "The address leads to an error page", permanent=True),
    "pagespeed.bot_wall": Reason(
        "site",
        "The website turns automated visits away, so the page could not be measured",
        permanent=True,
    ),
    "pagespeed.no_score": Reason("provider", "Lighthouse could not measure the page"),
    "pagespeed.no_speed": Reason(
        "provider", "Lighthouse could not time the page; the rest was measured"
    ),
    # The figures of Google's public record of visits, published for pages with enough of them.
    "pagespeed.few_visitors": Reason(
        "provider",
        "Google publishes no figures for pages and sites with few visitors",
        permanent=True,
    ),
    "pagespeed.some_visitors": Reason(
        "provider",
        "Google publishes only a part of the figures for this page or site, as too few of "
        "its visitors measured the rest",
    ),
    "pagespeed.not_asked": Reason("us", "Only Google has these figures, and it was not asked"),
    "pagespeed.no_time": Reason("us", "No time was left after the audit of the phone"),
    "pagespeed.short_time": Reason("us", "Time was short, so only loading speed was measured"),
    "pagespeed.audit_failed": Reason("provider", "The audit did not come to an end"),
}

# What stands at an address and isn't measured, by the reason that says so.
UNMEASURED: Final = {Kind.NO_SITE: "pagespeed.no_site", Kind.PLATFORM: "pagespeed.platform_page"}
