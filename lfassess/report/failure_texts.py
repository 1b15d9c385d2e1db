"""Says to a customer why something could not be assessed; technical messages stay inside."""

from __future__ import annotations

import re
from typing import Final

from lfassess.language import Language
from lfassess.report.text import clean
from lfassess.statuses import Skipped

_FAILED: Final = frozenset(
    {"provider_unavailable", "provider_timeout", "rate_limited", "bad_answer", "browser_crashed"}
    | {"provider_rejected", "quota_exhausted", "credential_rejected", "target_unreachable"}
    | {"target_blocked", "target_forbidden", "target_port", "target_too_large", "invalid_target"}
    | {"no_web_page"}
    | {"tool_missing", "deadline_exceeded"}
)
_SKIPPED: Final[dict[str, str]] = {
    Skipped.NO_WEBSITE: "no_website",
    Skipped.NOT_SELECTED: "not_wanted",
}
_LEAD: Final = re.compile(r"\blead\b")


def failed(check: str, error_code: str | None, say: Language) -> str:
    """Return why a check failed, in a sentence for customers."""
    if check == "llm_analysis":
        return say("reasons.by_rule")
    return say(f"reasons.{error_code if error_code in _FAILED else 'other'}")


def skipped(check: str, reason: str | None, say: Language) -> str:
    """Return why a check was left out; reasons like "no SEMRUSH_API_KEY" stay inside."""
    if check == "llm_analysis" and reason != Skipped.NOT_SELECTED:
        return say("reasons.by_rule")
    return say(f"reasons.{_SKIPPED.get(reason or '', 'no_source')}")


def inconclusive(reason: str, say: Language) -> str:
    """Return the check's own words as a sentence; a lead is a business to its owner."""
    text = say.text(_LEAD.sub("business", clean(reason, 300)).rstrip("."))
    return f"{text[:1].upper()}{text[1:]}."
