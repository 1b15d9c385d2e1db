"""The on-page check's closed lists: findings, and reasons why nothing was judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, findings_from
from lfassess.checks.onpage.evidence import Page
from lfassess.checks.onpage.evidence_addresses import path_of
from lfassess.checks.reasons import Reason
from lfassess.plain_text import cut
from lfassess.quantities import plural

_C, _H, _M, _L, _I, _P = Severity
_SEARCH, _SAFE, _FIRST = Area.SEARCH_BASICS, Area.SECURITY, Area.FIRST_IMPRESSION

_TABLE: Final[tuple[tuple[str, Severity, Area, str], ...]] = (
    # whether search engines may list it
    ("onpage-noindex", _C, _SEARCH, "Search engines are told not to list the home page"),
    ("onpage-robots-forbids", _C, _SEARCH, "The robots.txt file keeps search engines off the site"),
    ("onpage-robots-failing", _H, _SEARCH, "The file for search engines (robots.txt) fails"),
    ("onpage-robots-no-text", _L, _SEARCH, "A web page stands in for the robots.txt file"),
    ("onpage-canonical-elsewhere", _H, _SEARCH, "The home page names another site as the real one"),
    (
        "onpage-canonical-broken",
        _M,
        _SEARCH,
        "The address named as the real one is missing or forwards",
    ),
    ("onpage-canonicals-home", _H, _SEARCH, "All pages say that the home page is the real one"),
    ("onpage-canonicals-several", _M, _SEARCH, "A page names several addresses as the real one"),
    ("onpage-canonical-relative", _L, _SEARCH, "The address named as the real one is incomplete"),
    ("onpage-no-sitemap", _L, _SEARCH, "There is no sitemap for search engines"),
    ("onpage-sitemap-broken", _M, _SEARCH, "The sitemap can't be read"),
    ("onpage-sitemap-foreign", _M, _SEARCH, "The sitemap lists pages of another website"),
    ("onpage-sitemap-dead", _M, _SEARCH, "The sitemap lists pages that search engines can't use"),
    ("onpage-soft-404", _M, _SEARCH, "Missing pages don't say that they are missing"),
    # how it looks among search results
    ("onpage-no-title", _H, _SEARCH, "The home page has no title"),
    ("onpage-generic-title", _M, _SEARCH, "The home page's title could be anyone's"),
    ("onpage-several-titles", _L, _SEARCH, "A page has more than one title"),
    ("onpage-title-length", _L, _SEARCH, "The home page's title is too long or too short"),
    ("onpage-same-titles", _M, _SEARCH, "Several pages share one title"),
    ("onpage-title-unrelated", _M, _SEARCH, "The title names neither the business nor the town"),
    ("onpage-no-description", _M, _SEARCH, "The home page has no text for search results"),
    ("onpage-description-length", _L, _SEARCH, "The text for search results has the wrong length"),
    ("onpage-same-descriptions", _L, _SEARCH, "Several pages share one text for search results"),
    # headings and text
    ("onpage-no-h1", _M, _SEARCH, "The home page has no main heading"),
    ("onpage-several-h1", _I, _SEARCH, "The home page has several main headings"),
    ("onpage-generic-h1", _L, _SEARCH, "The main heading says nothing about the business"),
    ("onpage-heading-order", _L, _SEARCH, "Headings skip levels"),
    ("onpage-thin-content", _M, _SEARCH, "The home page has very little text"),
    ("onpage-sample-text", _H, _FIRST, "Pages still show a template's text"),
    ("onpage-garbled-text", _M, _FIRST, "Letters on the pages are garbled"),
    ("onpage-stale-news", _L, _FIRST, "The newest entry is years old"),
    ("onpage-needs-scripts", _M, _SEARCH, "Without scripts, the page is empty"),
    ("onpage-no-language", _L, _SEARCH, "The page doesn't name its language"),
    ("onpage-wrong-language", _L, _SEARCH, "The page names the wrong language"),
    ("onpage-bad-hreflang", _L, _SEARCH, "Links between language versions have errors"),
    # what is said to machines
    ("onpage-no-structured-data", _M, _SEARCH, "No structured business details for search engines"),
    ("onpage-data-broken", _M, _SEARCH, "The data for search engines has errors"),
    ("onpage-no-local-business", _L, _SEARCH, "Search engines aren't told it's a local business"),
    ("onpage-data-incomplete", _M, _SEARCH, "The data for search engines lacks a name or address"),
    ("onpage-data-sparse", _L, _SEARCH, "The data for search engines leaves out useful details"),
    ("onpage-data-differs", _M, _SEARCH, "The data for search engines has another phone number"),
    ("onpage-data-address", _M, _SEARCH, "The data for search engines has another address"),
    ("onpage-self-rating", _I, _SEARCH, "The business rates itself in its data for search engines"),
    ("onpage-no-share-preview", _L, _SEARCH, "Shared links have no title or picture of their own"),
    ("onpage-share-picture", _L, _SEARCH, "The picture for shared links is missing or tiny"),
    ("onpage-social-profiles", _I, _SEARCH, "Social profiles are linked"),
    ("onpage-social-sample", _M, _FIRST, "Social icons lead to the networks' own home pages"),
    # links
    ("onpage-broken-navigation", _H, _FIRST, "A link in the menu leads nowhere"),
    ("onpage-broken-links", _M, _FIRST, "Some of the site's own pages are missing"),
    ("onpage-broken-external", _L, _FIRST, "Links to other websites are broken"),
    ("onpage-staging-links", _H, _FIRST, "Links lead to a developer's copy of the site"),
    ("onpage-http-links", _L, _SEARCH, "The site's own links skip encryption"),
    ("onpage-vague-links", _L, _SEARCH, "Links only say “click here”"),
    ("onpage-link-detours", _L, _SEARCH, "Some links take detours"),
    ("onpage-odd-addresses", _I, _SEARCH, "Addresses contain spaces or capital letters"),
    # getting in touch, and what is expected of a business
    ("onpage-no-phone", _H, _FIRST, "No page shows a phone number"),
    ("onpage-no-tel-link", _L, _FIRST, "No phone number on the site is tap-to-call"),
    ("onpage-no-contact", _M, _FIRST, "There is no way to get in touch online"),
    ("onpage-no-address", _L, _FIRST, "No page shows a postal address"),
    ("onpage-mail-only", _I, _FIRST, "The only way to write is an email link"),
    ("onpage-insecure-form", _C, _SAFE, "A form sends what people enter without encryption"),
    ("onpage-no-privacy-policy", _M, _FIRST, "There is no privacy policy"),
    ("onpage-no-imprint", _H, _FIRST, "There is no imprint"),
    ("onpage-trackers-unasked", _I, _FIRST, "Trackers seem to start without asking"),
    # what it runs on and counts with
    ("onpage-no-analytics", _M, _SEARCH, "No visitor statistics were found"),
    ("onpage-old-analytics", _M, _SEARCH, "Visitors are counted by a service that was shut down"),
    ("onpage-idle-tag-manager", _I, _SEARCH, "The tag manager doesn't start anything"),
    ("onpage-advertising", _I, _SEARCH, "The site has advertising tags"),
    ("onpage-technology", _I, _SEARCH, "What the site is built with"),
    ("onpage-builder-address", _M, _FIRST, "The site has no domain of its own"),
    ("onpage-address-gone", _C, _FIRST, "The website's address has closed for good"),
    ("onpage-tampering", _C, _SAFE, "Signs of tampering: check this right away"),
    # mail in the domain's name
    ("onpage-no-mx", _I, _SAFE, "The domain names no mail server"),
    ("onpage-no-spf", _M, _SAFE, "The domain doesn't say who may send its email (SPF)"),
    ("onpage-open-spf", _H, _SAFE, "The domain lets anyone send its email (SPF)"),
    ("onpage-broken-spf", _M, _SAFE, "The rule for sending email has errors (SPF)"),
    ("onpage-no-dmarc", _M, _SAFE, "No rule against fake email in the domain's name (DMARC)"),
    ("onpage-dmarc-none", _I, _SAFE, "The rule against fake email only asks for reports (DMARC)"),
    # search by artificial intelligence
    ("onpage-ai-answers-blocked", _M, _SEARCH, "AI assistants aren't allowed to read the site"),
    ("onpage-ai-training-blocked", _I, _SEARCH, "AI companies may not train on the site"),
    # done well
    ("onpage-listed-well", _P, _SEARCH, "Search engines can list the site and tell its topic"),
    ("onpage-described-well", _P, _SEARCH, "The data for search engines is complete"),
    ("onpage-links-work", _P, _FIRST, "All links we tried work"),
    ("onpage-mail-protected", _P, _SAFE, "Receivers are asked to refuse or set aside fake email"),
)
KINDS: Final = {code: FindingKind(severity, title, area) for code, severity, area, title in _TABLE}
finding = findings_from(KINDS)

REASONS: Final = {
    "onpage.nothing_stored": Reason("us", "No page of the website was stored"),
    "onpage.no_site": Reason("site", "There is no working website at the address", permanent=True),
    "onpage.platform_page": Reason(
        "site",
        "The address leads to a page on a platform, which is not the business's to change",
        permanent=True,
    ),
    "onpage.bot_wall": Reason(
        "site", "The website answered with a bot check instead of its page", permanent=True
    ),
    "onpage.refused": Reason("site", "The website refused our automated visit", permanent=True),
    "onpage.unread": Reason(
        "site", "The page couldn't be read as the server sends it", permanent=True
    ),
    "onpage.no_dns": Reason("us", "Nobody answered for the domain's mail records"),
    "onpage.no_domain": Reason(
        "site",
        "The website has no domain of its own, so there are no mail records to look at",
        permanent=True,
    ),
    "onpage.needs_scripts": Reason(
        "site",
        "The page is built by JavaScript, and no browser had a look at what it says",
        permanent=True,
    ),
}


_MAX_SHOWN: Final = 3
_LONGEST: Final = 60


def quoted(text: str) -> str:
    return f"“{cut(' '.join(text.split()), _LONGEST)}”"


def few(texts: Iterable[str]) -> str:
    """Return "a, b, c and 2 more"."""
    every = list(dict.fromkeys(texts))
    more = len(every) - _MAX_SHOWN
    return ", ".join(every[:_MAX_SHOWN]) + (f" and {more} more" if more > 0 else "")


def on(pages: Sequence[Page]) -> str:
    """Return "on the home page" or "on 3 pages: /a, /b, /c"."""
    if len(pages) == 1 and pages[0].found == "home":
        return "on the home page"
    return f"on {plural(len(pages), 'page')}: {few(path_of(page.url) for page in pages)}"
