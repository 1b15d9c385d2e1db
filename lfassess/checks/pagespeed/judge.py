"""Turns the evidence of a phone's and a desktop's audit into a judgement."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Area, Finding, Json, Judgement, Source
from lfassess.checks.pagespeed import lighthouse_result, runs
from lfassess.checks.pagespeed.error_page import error_status, is_refusal
from lfassess.checks.pagespeed.findings import find
from lfassess.checks.pagespeed.kinds import finding
from lfassess.checks.pagespeed.not_assessed import not_assessed
from lfassess.checks.pagespeed.reasons import REASONS
from lfassess.checks.pagespeed.visited import met_by, not_judged
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_number, get_object, get_text, get_texts
from lfassess.checks.shared.visit import Kind, Met

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
_MOST_WARNINGS = 5
_MOST_TEXT = 200


def judge(evidence: Json) -> Judgement:
    """Take Lighthouse's performance on a phone as the score; a null score is never 0.

    https://developer.chrome.com/docs/lighthouse/performance/performance-scoring
    """
    met, url = met_by(evidence)
    if judgement := not_judged(met, url):
        return judgement
    if fault := get_object(evidence, "fault"):
        return _not_loaded(fault)
    result = get_object(evidence, "mobile")
    if status := error_status(result):
        return _error_page(status)
    mobile = lighthouse_result.device(result)
    scores = mobile["categories"]
    if all(score is None for score in scores.values()):
        return _not_judged("pagespeed.no_score")
    desktop = _desktop(get_object(evidence, "desktop"))
    found = tuple(find(result, mobile, desktop))
    metrics = {**_metrics(evidence, result, mobile, desktop), "visit": met.as_json(url)}
    measured = {area: n for area, name in _MEASURED.items() if (n := scores[name]) is not None}
    if scores["performance"] is None:
        return replace(_not_judged("pagespeed.no_speed", found, metrics), measures=measured)
    return Judgement(found, metrics, score=scores["performance"], measures=measured)


def _not_judged(
    code: str, findings: tuple[Finding, ...] = (), metrics: Json | None = None, seen: str = ""
) -> Judgement:
    reason = {"reason": as_json(code, REASONS)}
    return Judgement(
        findings, {**(metrics or {}), **reason}, inconclusive=REASONS[code].wording + seen
    )


def _metrics(evidence: Json, result: Json, mobile: Json, desktop: Json | None) -> Json:
    warnings = [text[:_MOST_TEXT] for text in get_texts(result, "runWarnings")]
    return {
        "source": get_text(evidence, "source"),
        "lighthouse_version": get_text(result, "lighthouseVersion"),
        "fetched_at": get_text(result, "fetchTime"),
        "final_url": get_text(result, "finalDisplayedUrl") or get_text(result, "finalUrl"),
        "mobile": mobile,
        **({"desktop": desktop} if desktop else {}),
        **runs.summary(evidence, result, mobile["categories"]["performance"]),
        "warnings": warnings[:_MOST_WARNINGS],
        "not_assessed": not_assessed(evidence, mobile, desktop),
    }


def _desktop(result: Json) -> Json | None:
    return lighthouse_result.device(result) if result and not error_status(result) else None


def _not_loaded(fault: Json) -> Judgement:
    said = (get_text(fault, "said") or "it says no more")[:_MOST_TEXT]
    if fault.get("no_web_page") is True or _NOT_HTML in said:
        return _file(get_text(fault, "type") or "")
    status = get_number(fault, "status")
    if status is not None and 400 <= status < 500:  # noqa: PLR2004 - HTTP's own numbers
        return _error_page(f"{status:.0f}")
    found = finding("page-not-loadable", _cause(said), source=Source.API)
    return _not_judged("pagespeed.not_loadable", (found,))


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
    found = finding("no-web-page", seen, source=Source.API)
    return _not_judged("pagespeed.no_web_page", (found,))


def _error_page(status: str) -> Judgement:
    shown = f"status {status}"
    if is_refusal(status):
        met = Met(Kind.REFUSED, f"status_{status}", shown)
        return _not_judged(
            "pagespeed.bot_wall", metrics={"visit": met.as_json(None)}, seen=f" ({shown})"
        )
    found = finding("page-not-found", shown, source=Source.API)
    met = Met(Kind.NO_SITE, "error_page", shown)
    return _not_judged("pagespeed.error_page", (found,), {"visit": met.as_json(None)})
