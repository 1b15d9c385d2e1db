"""Judges what a crawl saw, topic by topic; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lfassess.checks.base import AWAITS, Area, Finding, Json, Judgement, Source
from lfassess.checks.onpage import (
    rules_business,
    rules_contact,
    rules_content,
    rules_data,
    rules_index,
    rules_links,
    rules_mail,
    rules_tampering,
    rules_title,
)
from lfassess.checks.onpage.catalogue import REASONS, finding
from lfassess.checks.onpage.evidence import Evidence
from lfassess.checks.onpage.metrics import metrics_of
from lfassess.checks.onpage.rules_business import awaits_browser
from lfassess.checks.onpage.rules_praise import praise
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.visit import Kind, Met, met_in

_RULES: Final = (
    rules_index,
    rules_title,
    rules_content,
    rules_data,
    rules_links,
    rules_contact,
    rules_business,
    rules_tampering,
    rules_mail,
)
_ON_THE_PAGE: Final = (rules_title, rules_content, rules_data, rules_contact, rules_business)
_NOTHING: Final = "onpage.nothing_stored"
_REASONS: Final = {
    Kind.NO_SITE: "onpage.no_site",
    Kind.PLATFORM: "onpage.platform_page",
    Kind.WALL: "onpage.bot_wall",
    Kind.REFUSED: "onpage.refused",
    Kind.UNREAD: "onpage.unread",
}
_SHELL: Final = "script_shell"  # its head can be judged
# Nothing is measured but by findings, whose penalties come off.
_MEASURED: Final = {Area.SEARCH_BASICS: 100}


def judge(evidence: Json) -> Judgement:
    """List what is amiss on the pages, and what is done well.

    ``metrics`` are `metrics.Metrics` with ``visit``; ``needs_review`` lists findings that a person
    has to look at before a customer does. The check has no score of its own: what it finds takes
    points off the areas that its findings name, from 100 in the search basics.
    """
    seen = Evidence.from_json(evidence)
    if seen.closed:
        closed = Met(Kind.NO_SITE, "closed", seen.closed)
        gone = finding("onpage-address-gone", f"{seen.closed} was closed in March 2024")
        return _not_judged("onpage.no_site", closed, seen.url, gone)
    met = met_in(evidence)
    if met is None or seen.home is None:
        return _not_judged(_NOTHING)
    code = _REASONS.get(met.kind)
    if code is not None and met.code != _SHELL:
        return _not_judged(code, met, seen.home.url)
    if not seen.all_pages:
        return _not_judged("onpage.unread", met, seen.home.url)
    shown = seen.as_shown()
    found = [f for rules in _RULES for f in _found(rules, shown, by_browser=shown is not seen)]
    if shown is not seen:
        found.append(rules_content.needs_scripts(seen.home))
    review = [f.code for f in found if f.code == rules_tampering.CODE]
    metrics = {
        "visit": met.as_json(seen.home.url),
        "needs_review": review,
        **({AWAITS: ["visual"]} if shown.needs_scripts or awaits_browser(shown) else {}),
        **metrics_of(shown).as_json(),
    }
    return Judgement((*found, *praise(shown, found)), metrics=metrics, measures=_MEASURED)


def _found(rules: Any, seen: Evidence, *, by_browser: bool) -> Iterator[Finding]:
    """Yield what rules find; what they read from a page that a browser showed says so."""
    rendered = by_browser and rules in _ON_THE_PAGE
    for one in rules.findings(seen):
        yield replace(one, source=Source.RENDERED) if rendered else one


def _not_judged(code: str, met: Met | None = None, url: str = "", *found: Any) -> Judgement:
    visit = {"visit": met.as_json(url)} if met else {}
    return Judgement(
        tuple(found),
        metrics={**visit, "reason": as_json(code, REASONS)},
        inconclusive=REASONS[code].wording,
    )
