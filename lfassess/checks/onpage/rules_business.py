"""What the site is made with, what counts its visitors, and what its owner pays for already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import few, finding
from lfassess.checks.onpage.evidence import Evidence, named, of_categories, seen
from lfassess.checks.shared.domains import builder_of
from lfassess.checks.shared.technologies import technologies

_MADE_WITH: Final = ("cms", "builder", "shop", "theme")
_MANAGER: Final = "tag_manager"
_STARTED: Final = ("analytics", "advertising", "calls")
_HARMLESS: Final = frozenset({_MANAGER, "fonts", "framework", "cdn", "cms", "theme", "plugin"})
_WATCHED_S: Final = 1.0
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
        yield from _managing(evidence)
    if paid := of_categories(evidence, "advertising", "calls"):
        yield finding("onpage-advertising", few(named(paid)))
    if made := of_categories(evidence, *_MADE_WITH):
        versions = seen(evidence)
        shown = (f"{technologies()[k].name} {versions[k] or ''}".strip() for k in made)
        yield finding("onpage-technology", few(shown))


def _counting(evidence: Evidence) -> Iterator[Finding]:
    counters = of_categories(evidence, "analytics")
    others = of_categories(evidence, _MANAGER)  # may start anything once the page runs
    if counters == [_UNIVERSAL] and not others:
        yield finding("onpage-old-analytics", "Google ended Universal Analytics in July 2023")
    elif not counters and not others and not _COUNTING & seen(evidence).keys():
        yield finding("onpage-no-analytics", "no visitor statistics and no tag manager")


def awaits_browser(evidence: Evidence) -> bool:
    """Return whether only a browser can tell what a tag manager starts."""
    counters = of_categories(evidence, *_STARTED)
    return evidence.tags is None and not counters and bool(of_categories(evidence, _MANAGER))


def _managing(evidence: Evidence) -> Iterator[Finding]:
    """Yield that a tag manager starts nothing, where a browser watched for long enough.

    Not where a visitor may be asked first, or where scripts load what nobody knows.
    """
    tags, managers = evidence.tags, of_categories(evidence, _MANAGER)
    if tags is None or not managers or of_categories(evidence, *_STARTED, "consent"):
        return
    started = [key for key in tags.technologies if key in technologies()]
    tools = [key for key in started if technologies()[key].category not in _HARMLESS]
    loaded = set(managers) & set(started)
    if loaded and not (tools or tags.others or tags.consent) and tags.watched_s >= _WATCHED_S:
        yield finding(
            "onpage-idle-tag-manager", f"{few(named(managers))} loads, and nothing after it"
        )
