"""What the pages say, and in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import few, finding, on, quoted
from lfassess.checks.onpage.catalogue_words import STOP_WORDS
from lfassess.checks.onpage.evidence import Alternate, Evidence, Page
from lfassess.checks.onpage.evidence_addresses import absolute, plain
from lfassess.quantities import plural

_FEW_WORDS: Final = 200  # SEOnaut's bound
_GARBLED: Final = 2  # one may be a typing error
_STALE_YEARS: Final = 2
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")  # BCP 47, as far as pages use it
_REGION: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?P<region>[A-Za-z]{2}|\d{3}))?\Z")
_NO_REGIONS: Final = frozenset({"uk", "en", "eu", "la"})  # often written for GB and others


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield what is wrong with the pages' text."""
    home = evidence.home
    assert home is not None
    if home.shell:
        yield needs_scripts(home)
        return
    if home.words < _FEW_WORDS:
        yield finding("onpage-thin-content", plural(home.words, "word"))
    pages = evidence.all_pages
    if sample := [page for page in pages if page.samples]:
        yield finding("onpage-sample-text", f"{quoted(sample[0].samples[0])} {on(sample)}")
    if garbled := [page for page in pages if len(page.garbled) >= _GARBLED]:
        words = few(quoted(word) for word in garbled[0].garbled)
        yield finding("onpage-garbled-text", f"{words} {on(garbled)}")
    yield from _stale(evidence)
    yield from _language(home)
    yield from _alternates(home, evidence)


def needs_scripts(home: Page) -> Finding:
    """Return the finding on a page that is empty as the server sends it."""
    return finding("onpage-needs-scripts", f"{plural(home.words, 'word')} without scripts")


def _stale(evidence: Evidence) -> Iterator[Finding]:
    dated = [page.newest for page in evidence.all_pages if page.newest]
    newest, seen = max(dated, default=None), _day(evidence.fetched_at)
    then = _day(newest)
    if then and seen and (seen - then).days > _STALE_YEARS * 365:
        yield finding("onpage-stale-news", f"the newest entry is of {newest}")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _language(home: Page) -> Iterator[Finding]:
    declared = home.language
    if declared is None:
        yield finding("onpage-no-language", "the page's lang attribute is missing")
    elif not _TAG.match(declared):
        yield finding("onpage-no-language", f"{quoted(declared)} is no language code")
    else:
        primary = declared.partition("-")[0].lower()
        if home.reads and primary in STOP_WORDS and home.reads != primary:
            yield finding(
                "onpage-wrong-language", f"it says {quoted(declared)}, its text is “{home.reads}”"
            )


def _alternates(home: Page, evidence: Evidence) -> Iterator[Finding]:
    if not home.alternates:
        return
    wrong = [quoted(one.code) for one in home.alternates if not _is_code(one)]
    if wrong:
        yield finding("onpage-bad-hreflang", f"no language code: {few(wrong)}")
    elif not any(plain(one.url) == plain(home.url) for one in home.alternates):
        yield finding("onpage-bad-hreflang", "the page doesn't name itself among its versions")
    elif silent := [page for page in _versions(home, evidence) if not _names(page, home)]:
        yield finding("onpage-bad-hreflang", f"no link back {on(silent)}")


def _versions(home: Page, evidence: Evidence) -> list[Page]:
    """Return the other versions of the home page that were read."""
    named = {plain(one.url) for one in home.alternates} - {plain(home.url)}
    return [p for p in evidence.all_pages if p is not home and plain(p.url) in named]


def _names(page: Page, home: Page) -> bool:
    """Return whether a page names the home page, by any of its addresses, as another version."""
    canonical = (absolute(home.url, text) for text in home.canonicals)
    known = {plain(url) for url in (home.url, home.asked, *canonical) if url}
    return any(plain(one.url) in known for one in page.alternates)


def _is_code(one: Alternate) -> bool:
    if one.code.lower() == "x-default":
        return True
    match = _REGION.match(one.code)
    return match is not None and (match["region"] or "").lower() not in _NO_REGIONS
