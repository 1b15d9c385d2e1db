"""Says to a customer why something could not be assessed; technical messages stay inside."""

from __future__ import annotations

import re
from typing import Final

from lfassess.report.text import clean

_FAILED: Final = {
    "provider_unavailable": "The data source did not answer when the audit was made.",
    "provider_timeout": "The data source or the website took too long to answer.",
    "rate_limited": "The data source was too busy when the audit was made.",
    "bad_answer": "The data source gave no usable answer.",
    "browser_crashed": "The page could not be shown to its end in our browser.",
    "provider_rejected": "The data source could not look this business up.",
    "quota_exhausted": "The data source was not available when the audit was made.",
    "credential_rejected": "The data source was not available when the audit was made.",
    "target_unreachable": "The website could not be reached when the audit was made.",
    "target_blocked": "The website turns automated visits away, so we could not look at it.",
    "target_forbidden": "The website's address leads to a private network, not to the internet.",
    "target_too_large": "The page is larger than we load.",
    "invalid_target": "The website's address can't be used for this test.",
    "tool_missing": "The tool for this test was not available when the audit was made.",
    "content_refused": "The recommendations were chosen by rule from this report's findings; "
    "no language model was used.",
    "deadline_exceeded": "The website or data source was too slow for our time limit.",
}
_NOT_OURS_TO_TELL: Final = "This could not be measured when the audit was made."
_BY_RULE: Final = (
    "No language model was used; the recommendations were chosen by rule from this report's "
    "findings."
)
_SKIPPED: Final = {
    "no website": "We know of no website for this business, so this area does not apply.",
    "not wanted": "This area was not part of the order.",
}
_LEAD: Final = re.compile(r"\blead\b")
_NO_SOURCE: Final = "This data source was not connected when the audit was made."


def failed(check: str, error_code: str | None) -> str:
    """Return why a check failed, in a sentence for customers."""
    if check == "llm_analysis":
        return _BY_RULE
    return _FAILED.get(error_code or "", _NOT_OURS_TO_TELL)


def skipped(check: str, reason: str | None) -> str:
    """Return why a check was left out; reasons like "no SEMRUSH_API_KEY" stay inside."""
    if check == "llm_analysis" and reason != "not wanted":
        return _BY_RULE
    return _SKIPPED.get(reason or "", _NO_SOURCE)


def inconclusive(reason: str) -> str:
    """Return the check's own words as a sentence; a lead is a business to its owner."""
    text = _LEAD.sub("business", clean(reason, 300)).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
