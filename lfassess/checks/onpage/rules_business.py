"""What the site is made with, what counts its visitors, and what its owner pays for already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import finding
from lfassess.checks.onpage.evidence import Evidence
from lfassess.checks.onpage.shown import few
from lfassess.checks.onpage.tools import named, of_categories, seen
from lfassess.checks.shared.domains import builder_of
from lfassess.checks.shared.technologies import technologies

_MADE_WITH: Final = ("cms", "builder", "shop", "theme")
_UNIVERSAL: Final = "universal_analytics"
# Builders that count their customers' visitors themselves.
_COUNTING: Final = frozenset(
    ("wix", "squarespace", "weebly", "godaddy", "shopify", "square_online", "duda", "jimdo",
     "hubspot", "framer", "carrd", "gohighlevel", "bigcommerce", "clickfunnels", "unbounce",
     "site123", "ionos")
)  # fmt: skip


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield what is amiss with what the site runs on, and facts for whoever sells to it."""
    home = evidence.home
    assert home is not None
    if (builder := builder_of(home.url)) is not None:
        yield finding("onpage-builder-address", f"it stands below {builder}")
    if not home.shell:
        yield from _counting(evidence)
    if paid := of_categories(evidence, "advertising", "calls"):
        yield finding("onpage-advertising", few(named(paid)))
    if made := of_categories(evidence, *_MADE_WITH):
        versions = seen(evidence)
        shown = (f"{technologies()[k].name} {versions[k] or ''}".strip() for k in made)
        yield finding("onpage-technology", few(shown))


def _counting(evidence: Evidence) -> Iterator[Finding]:
    counters = of_categories(evidence, "analytics")
    others = of_categories(evidence, "tag_manager")  # may start anything once the page runs
    if counters == [_UNIVERSAL] and not others:
        yield finding("onpage-old-analytics", "Google ended Universal Analytics in July 2023")
    elif not counters and not others and not _COUNTING & seen(evidence).keys():
        yield finding("onpage-no-analytics", "no visitor statistics and no tag manager")
