"""Getting in touch, and what customers expect a business's site to have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.onpage.catalogue import few, finding, quoted
from lfassess.checks.onpage.catalogue_words import CONTACT, IMPRINT, PRIVACY
from lfassess.checks.onpage.evidence import Evidence, Tried, named, of_categories
from lfassess.checks.onpage.evidence_addresses import is_page, plain
from lfassess.checks.shared.phones import shown_phone
from lfassess.quantities import plural

_IMPRINT_COUNTRIES: Final = frozenset({"DE", "AT", "CH"})
_CONSENT_COUNTRIES: Final = frozenset(
    ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
     "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK")
)  # fmt: skip
# Count visitors without following them about.
_MODEST: Final = frozenset(
    {"plausible", "fathom", "simple_analytics", "cloudflare_analytics", "matomo"}
)
_WRITING: Final = ("chat", "booking")  # ways to write to the business besides forms
_ENOUGH_PAGES: Final = 5


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield what customers miss; nothing is called missing while its page went unread."""
    yield from _insecure_form(evidence)
    if not _seen_enough(evidence):
        return
    yield from _contact(evidence)
    yield from _trust(evidence)


def _seen_enough(evidence: Evidence) -> bool:
    """Return whether what no page shows is missing: no page went unread that might show it."""
    home = evidence.home
    assert home is not None
    shells = home.shell or any(page.shell for page in evidence.pages)
    if shells or evidence.refused or evidence.ended == "time":
        return False
    read = {plain(url) for page in evidence.all_pages for url in (page.asked, page.url)}
    gone = {plain(p.asked) for p in evidence.pages if Tried(p.asked, p.status).is_broken}
    inner = [link for link in home.links if link.internal and is_page(link.url)]
    unread = [link for link in inner if plain(link.url) not in read | gone]
    telling = [
        link
        for link in unread
        for said in (f"{link.text} {link.url}".lower(),)
        if CONTACT.search(said) or PRIVACY.search(said) or IMPRINT.search(said)
    ]
    return not telling and (len(evidence.all_pages) >= _ENOUGH_PAGES or not unread)


def _insecure_form(evidence: Evidence) -> Iterator[Finding]:
    actions = [
        form.action
        for page in evidence.all_pages
        if page.url.startswith("https:")
        for form in page.forms
        if form.action.startswith("http:")
    ]
    if actions:
        yield finding("onpage-insecure-form", f"it sends to {few(actions)}")


def _contact(evidence: Evidence) -> Iterator[Finding]:
    pages, country = evidence.all_pages, evidence.lead.country
    seen = f"{plural(len(pages), 'page')} looked at"
    phones = [number for page in pages for number in page.phones]
    if not phones:
        left = next((n for page in pages for n in page.sample_phones), None)
        sample = left and f"only a sample number, {quoted(left)}"
        yield finding("onpage-no-phone", sample or seen)
    elif not any(page.phone_links for page in pages):
        shown = shown_phone(phones[0], country)
        yield finding("onpage-no-tel-link", f"{quoted(shown)} is plain text")
    forms = any(form.contact for page in pages for form in page.forms)
    mails = [mail for page in pages for mail in page.mails]
    linked = any(page.contact or "contact" in page.opens for page in pages)
    reachable = forms or linked or bool(of_categories(evidence, *_WRITING))
    if not reachable and not mails:
        yield finding("onpage-no-contact", seen)
    elif mails and not forms:
        yield finding("onpage-mail-only", mails[0])
    if not any(page.addresses for page in pages):
        yield finding("onpage-no-address", seen)


def _trust(evidence: Evidence) -> Iterator[Finding]:
    pages, country = evidence.all_pages, evidence.lead.country
    seen = f"{plural(len(pages), 'page')} looked at"
    followers = [t for t in of_categories(evidence, "analytics", "advertising") if t not in _MODEST]
    asked = of_categories(evidence, "consent")
    strict = country in _CONSENT_COUNTRIES
    if not any(page.privacy or "privacy" in page.opens for page in pages):
        found = finding("onpage-no-privacy-policy", seen)
        collects = followers or any(page.forms for page in pages)
        yield replace(found, severity=Severity.HIGH) if strict and collects else found
    imprint = any(page.imprint or "imprint" in page.opens for page in pages)
    if country in _IMPRINT_COUNTRIES and not imprint:
        yield finding("onpage-no-imprint", seen)
    if strict and followers and not asked:
        yield finding("onpage-trackers-unasked", few(named(followers)))
