"""Signs that strangers changed the site; a person must look before it is reported."""

from __future__ import annotations

from collections.abc import Iterator

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import few, finding, quoted
from lfassess.checks.onpage.catalogue_words import JAPANESE, SPAM
from lfassess.checks.onpage.evidence import Evidence, Page
from lfassess.checks.onpage.evidence_addresses import path_of
from lfassess.checks.onpage.rules_title import title_of

CODE = "onpage-tampering"


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield one finding that lists every sign."""
    signs = [
        *(
            f"{sign.shown} (on {path_of(page.url)})"
            for page in evidence.all_pages
            for sign in page.signs
        ),
        *(sign.shown for sign in (evidence.sitemap.signs if evidence.sitemap else ())),
        *_shown_to_engines(evidence.home, evidence.for_search_engine),
    ]
    if signs:
        yield finding(CODE, few(signs))


def _shown_to_engines(home: Page | None, other: Page | None) -> Iterator[str]:
    """Yield what a search engine is shown that customers are not, if it is a stranger's."""
    if home is None or other is None:
        return
    ours, theirs = _said(home), _said(other)
    new = [word for word in SPAM.findall(theirs) if word.lower() not in ours.lower()]
    if new or (JAPANESE.search(theirs) and not JAPANESE.search(ours)):
        yield f"search engines are shown another page: {quoted(title_of(other) or theirs)}"


def _said(page: Page) -> str:
    return " ".join((*page.titles, *page.descriptions, *(h.text for h in page.headings)))
