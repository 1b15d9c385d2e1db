"""From stored evidence to findings, metrics and the marks on the screenshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding, Json, Judgement
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_object, get_text
from lfassess.checks.shared.visit import NOT_SEEN, Kind
from lfassess.checks.visual import (
    rules_accessibility,
    rules_contact,
    rules_mobile_layout,
    rules_page_errors,
    rules_page_quality,
    rules_staleness,
    rules_vision,
)
from lfassess.checks.visual.catalogue import REASONS, finding
from lfassess.checks.visual.evidence import both, is_blank, met_on
from lfassess.checks.visual.metrics import metrics
from lfassess.checks.visual.regions import regions

_NOT_JUDGED: Final = {
    Kind.NO_SITE: "visual.no_site",
    Kind.PLATFORM: "visual.platform_page",
    Kind.WALL: "visual.bot_wall",
    Kind.REFUSED: "visual.turned_away",
    Kind.UNREAD: "visual.unread",
}
_FINDINGS: Final = {
    "parked": "visual-parked-page",
    "for_sale": "visual-parked-page",
    "default_page": "visual-default-page",
    "directory_listing": "visual-default-page",
    "installer": "visual-default-page",
    "error_page": "visual-error-page",
    "soft_404": "visual-error-page",
    "coming_soon": "visual-coming-soon",
    "maintenance": "visual-coming-soon",
    "not_published": "visual-coming-soon",
    "suspended": "visual-suspended-site",
    "expired": "visual-suspended-site",
    "login": "visual-login-page",
    "empty": "visual-empty-page",
    "template": "visual-template-page",
    "platform_page": "visual-platform-page",
}


def judge(evidence: Json) -> Judgement:
    """Judge both devices together; where there is no website, or none was seen, nothing."""
    if judgement := not_judged(evidence):
        return judgement
    met, url = both(evidence)
    found = tuple(findings(evidence))
    marked = regions(evidence, {f.code for f in found})
    shown = {**metrics(evidence), "visit": met.as_json(url), "regions": marked}
    return Judgement(found, metrics=shown, score_from_findings=True)


def not_judged(evidence: Json) -> Judgement | None:
    """Return the judgement where there is no website to judge, or None where there is one."""
    asked = get_text(evidence, "url")
    devices = [d for name in ("desktop", "mobile") if (d := get_object(evidence, name))]
    if not devices:
        return _unjudged("visual.nothing", evidence)
    met, url = both(evidence)
    shown = {"visit": met.as_json(url)}
    if met.kind not in NOT_SEEN and any(is_blank(d, met_on(d, asked)) for d in devices):
        return _unjudged("visual.blank", evidence)
    code = _NOT_JUDGED.get(met.kind)
    if code is None:
        return None
    if found := _FINDINGS.get(met.code):
        return _unjudged(code, evidence, shown, said=finding(found, met.shown or met.code))
    return _unjudged(code, evidence, shown, seen=f" ({met.shown})" if met.shown else "")


def _unjudged(
    code: str,
    evidence: Json,
    shown: Json | None = None,
    *,
    said: Finding | None = None,
    seen: str = "",
) -> Judgement:
    """Return a judgement without a score, for a reason."""
    return Judgement(
        (said,) if said else (),
        metrics={**metrics(evidence), **(shown or {}), "reason": as_json(code, REASONS)},
        inconclusive=REASONS[code].wording + seen,
    )


def findings(evidence: Json) -> Iterator[Finding]:
    """Yield them in the order of the closed list."""
    desktop, mobile = get_object(evidence, "desktop"), get_object(evidence, "mobile")
    found = [
        *rules_mobile_layout.findings(mobile),
        *rules_contact.findings(desktop, mobile),
        *rules_page_errors.in_the_way(desktop, mobile),
        *rules_page_errors.broken(desktop, mobile),
        *rules_staleness.findings(desktop, mobile, evidence.get("fetched_at")),
        *rules_page_quality.findings(desktop, mobile),
        *rules_accessibility.findings(desktop),
    ]
    yield from found
    yield from rules_accessibility.praise(desktop, found)
    yield from rules_vision.findings(evidence)
