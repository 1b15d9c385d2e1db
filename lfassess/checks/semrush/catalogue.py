"""The semrush check's closed lists: findings, and reasons why nothing was judged."""

from __future__ import annotations

from functools import partial
from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, Source, findings_from
from lfassess.checks.reasons import Reason

_H, _M, _L, _P = Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.PASSED

_TABLE: Final[tuple[tuple[str, Severity, str], ...]] = (
    ("semrush-no-own-domain", _H, "The website is a page on another company's platform"),
    ("semrush-no-rankings", _H, "The site shows up in no search that SEMrush tracks"),
    ("semrush-few-keywords", _M, "The site shows up in few searches"),
    ("semrush-little-traffic", _M, "Few visitors come from unpaid search"),
    ("semrush-no-first-page", _H, "No top keyword is on Google's first page"),
    ("semrush-only-own-name", _M, "The site is on the first page only for its own name"),
    # an opportunity rather than a fault
    ("semrush-near-first-page", _L, "Some searches rank just below the first page"),
    ("semrush-positions-lost", _M, "More rankings fell than rose"),
    ("semrush-competitor-ahead", _M, "A competitor gets far more visitors from search"),
    ("semrush-no-backlinks", _H, "No backlinks from other websites"),
    ("semrush-few-backlinks", _M, "Few backlinks from other websites"),
    ("semrush-low-authority", _L, "The site's authority score is low (SEMrush)"),
    # done well
    ("semrush-visible", _P, "The site is visible in unpaid search"),
    (
        "semrush-leads-competitors",
        _P,
        "The site gets more visitors from search than its closest competitors",
    ),
    ("semrush-well-linked", _P, "Many other websites link to the site"),
)
KINDS: Final = {
    code: FindingKind(severity, title, Area.SEARCH_VISIBILITY) for code, severity, title in _TABLE
}
finding: Final = partial(findings_from(KINDS), source=Source.API)

REASONS: Final = {
    "semrush.shared_host": Reason(
        "site",
        "The website has no domain of its own, so its visibility can't be told from that "
        "of the platform it is on",
        permanent=True,
    ),
    "semrush.no_database": Reason(
        "provider",
        "The data source doesn't cover searches in the business's country",
        permanent=True,
    ),
}
