"""What is done well: said only where every rule of its topic ran and found nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.onpage.catalogue import finding, quoted
from lfassess.checks.onpage.evidence import Evidence
from lfassess.checks.onpage.rules_data import best_described
from lfassess.checks.onpage.rules_mail import policy, protected
from lfassess.checks.onpage.rules_title import title_of
from lfassess.quantities import plural

_LISTING: Final = (
    "noindex", "robots", "canonical", "sitemap", "soft-404", "title", "description", "h1",
    "needs-scripts",
)  # fmt: skip
_DATA: Final = ("structured-data", "data-", "local-business")
_LINKS: Final = ("broken", "staging", "http-links")
_TRIED: Final = 5


def praise(evidence: Evidence, found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield praise for each topic without a fault."""
    home = evidence.home
    assert home is not None
    if evidence.robots.status is not None and _clean(found, _LISTING):
        yield finding("onpage-listed-well", quoted(title_of(home)))
    best = best_described(evidence)
    if best is not None and not home.shell and best.types and _clean(found, _DATA):
        yield finding("onpage-described-well", best.types[0])
    tried = len(evidence.tried) + len(evidence.pages)
    if evidence.tried and tried >= _TRIED and evidence.ended != "time" and _clean(found, _LINKS):
        yield finding("onpage-links-work", plural(tried, "address", "addresses"))
    if evidence.mail is not None and protected(evidence.mail):
        yield finding("onpage-mail-protected", f"DMARC says {policy(evidence.mail)}")


def _clean(found: Sequence[Finding], topics: Sequence[str]) -> bool:
    faults = (f.code for f in found if f.severity is not Severity.INFO)
    return not any(topic in code for code in faults for topic in topics)
