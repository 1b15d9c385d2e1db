"""Judges the audits of a phone and a desktop; pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Area, Finding, Json, Judgement, Source
from lfassess.checks.pagespeed import rules_categories, rules_field_data, rules_loading
from lfassess.checks.pagespeed.catalogue import REASONS, UNMEASURED, finding
from lfassess.checks.pagespeed.evidence import Evidence, Fault
from lfassess.checks.pagespeed.evidence_result import Device, error_status, is_refusal
from lfassess.checks.pagespeed.metrics import Metrics
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_text
from lfassess.checks.shared.visit import NOT_SEEN, Kind, Met, Visit, meet

_NOT_HTML: Final = "(NOT_HTML)"  # all that older evidence says of a file
# The code stands at the end of what fetch says: "Lighthouse could not load URL (DNS_FAILURE)."
_CODE: Final = re.compile(r"\(([A-Z][A-Z_]+|status \d{3})\)\.?$")
_CAUSES: Final = tuple(
    (re.compile(codes), words)
    for codes, words in (
        (r"CERT|SSL|INSECURE|INTERSTITIAL", "browsers do not accept its certificate"),
        (r"NAME_NOT_RESOLVED|DNS", "its name leads to no server"),
        (r"TIMED_OUT|TIMEOUT", "it did not answer in time"),
        (r"PAGE_HUNG", "it stopped responding"),
        (r"NO_FCP", "it stayed blank"),
        (r"TOO_MANY_REDIRECTS", "it sends visitors round in circles"),
        (r"CONNECTION|ADDRESS|EMPTY_RESPONSE|PROXY|TUNNEL", "its server did not answer"),
        (r"status 5", "its server answered with an error"),
    )
)
# By MIME type, or its part before the slash.
_FILES: Final = {
    "application/pdf": "a PDF document",
    "application/json": "data for programs (JSON)",
    "application/xml": "data for programs (XML)",
    "text/xml": "data for programs (XML)",
    "text/plain": "plain text",
    "application/zip": "an archive (ZIP)",
    "application/octet-stream": "a download",
    "image": "a picture",
    "video": "a video",
    "audio": "a sound",
}
_MEASURED: Final = {
    Area.SPEED: "performance",
    Area.ACCESSIBILITY: "accessibility",
    Area.SEARCH_BASICS: "seo",
}
_MAX_TEXT: Final = 200  # characters


def judge(evidence: Json) -> Judgement:
    """Take Lighthouse's performance on a phone as the score; a null score is never 0.

    https://developer.chrome.com/docs/lighthouse/performance/performance-scoring
    """
    seen = Evidence.from_json(evidence)
    judgement = _judge(seen)
    if seen.source != "lighthouse":
        return judgement
    here = tuple(replace(f, source=Source.RENDERED) for f in judgement.findings)
    return replace(judgement, findings=here)


def _judge(seen: Evidence) -> Judgement:
    met, url = met_by(seen)
    if met.kind in UNMEASURED:
        visit = {"visit": met.as_json(url)}
        return _not_judged(UNMEASURED[met.kind], metrics=visit, seen=f" ({met.shown})")
    if seen.fault:
        return _not_loaded(seen.fault)
    if status := error_status(seen.mobile):
        return _error_page(status)
    mobile = Device.of(seen.mobile)
    if all(score is None for score in mobile.categories.values()):
        return _not_judged("pagespeed.no_score")
    desktop = _desktop(seen.desktop)
    found = (
        *rules_field_data.findings(mobile.field, mobile.field_scope),
        *rules_loading.findings(mobile, desktop),
        *rules_categories.findings(seen.mobile, mobile.categories),
        *rules_loading.audit_findings(seen.mobile, mobile.lab["lcp"]),
    )
    metrics = Metrics(seen, mobile, desktop, met.as_json(url)).to_json()
    scores = {area: mobile.categories[name] for area, name in _MEASURED.items()}
    measures = {area: score for area, score in scores.items() if score is not None}
    performance = mobile.categories["performance"]
    if performance is None:
        return replace(_not_judged("pagespeed.no_speed", found, metrics), measures=measures)
    return Judgement(found, metrics, score=performance, measures=measures)


def met_by(evidence: Evidence) -> tuple[Met, str | None]:
    """Return what stood at the address, and at which one after redirects.

    Lighthouse is a browser: where it came through, the wall or shell that the plain request met
    counts for nothing.
    """
    result = evidence.mobile
    final = get_text(result, "finalDisplayedUrl") or get_text(result, "finalUrl")
    start = get_text(result, "requestedUrl") or final
    if final is None or start is None:
        return evidence.visit or Met(Kind.SITE), evidence.visit_url
    ended = meet(Visit(start, final, None, rendered=True))
    if ended.kind in UNMEASURED or evidence.visit is None or evidence.visit.kind in NOT_SEEN:
        return ended, final
    return evidence.visit, final


def _not_judged(
    code: str, findings: tuple[Finding, ...] = (), metrics: Json | None = None, seen: str = ""
) -> Judgement:
    reason = {"reason": as_json(code, REASONS)}
    return Judgement(
        findings, {**(metrics or {}), **reason}, inconclusive=REASONS[code].wording + seen
    )


def _desktop(result: Json) -> Device | None:
    return Device.of(result) if result and not error_status(result) else None


def _not_loaded(fault: Fault) -> Judgement:
    said = (fault.said or "it says no more")[:_MAX_TEXT]
    if fault.no_web_page or _NOT_HTML in said:
        return _file(fault.type or "")
    if fault.status is not None and 400 <= fault.status < 500:  # noqa: PLR2004 - HTTP's own numbers
        return _error_page(f"{fault.status:.0f}")
    return _not_judged("pagespeed.not_loadable", (finding("page-not-loadable", _cause(said)),))


def _cause(said: str) -> str:
    """Return why the page could not be loaded, with Chromium's or Lighthouse's code for it."""
    code = _CODE.search(said)
    if code is None:
        return said
    words = next((w for pattern, w in _CAUSES if pattern.search(code[1])), "it could not be loaded")
    return f"{words} ({code[1]})"


def _file(type_: str) -> Judgement:
    known = _FILES.get(type_) or _FILES.get(type_.partition("/")[0])
    seen = known or (f"a file of type {type_[:80]}" if type_ else "a download")
    found = finding("no-web-page", seen)
    return _not_judged("pagespeed.no_web_page", (found,))


def _error_page(status: str) -> Judgement:
    shown = f"status {status}"
    if is_refusal(status):
        met = Met(Kind.REFUSED, f"status_{status}", shown)
        return _not_judged(
            "pagespeed.bot_wall", metrics={"visit": met.as_json(None)}, seen=f" ({shown})"
        )
    found = finding("page-not-found", shown)
    met = Met(Kind.NO_SITE, "error_page", shown)
    return _not_judged("pagespeed.error_page", (found,), {"visit": met.as_json(None)})
